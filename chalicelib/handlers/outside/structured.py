"""The same as the page says, for machines (schema.org, as JSON-LD)."""

import json
from typing import Any

from chalicelib.domain.kinds import Lang, TwipKind
from chalicelib.domain.ratings import Rating
from chalicelib.services.catalogue.showcase import Offered, ShownPerformer
from chalicelib.services.notices.wording import DIGITS

_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def script(data: dict[str, Any]) -> str:
    """As the text of a script element: nothing in it can end it, or begin another."""
    return json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False).translate(_UNSAFE)


def major(amount_minor: int, currency: str) -> str:
    """An amount in units of its currency, as schema.org has it."""
    digits = DIGITS.get(currency, 2)
    whole, fraction = divmod(amount_minor, 10**digits)
    return f"{whole}.{fraction:0{digits}}" if digits else str(whole)


def of_twip(
    offered: Offered, *, name: str, text: str, lang: Lang, url: str, performer_url: str, picture: str, currency: str
) -> dict[str, Any]:
    """A service, or goods, with what it costs. The performer's name is its brand, and customers' reviews are of that."""
    product = offered.twip.kind is TwipKind.FILES
    performer = {"@type": "Person", "name": offered.performer.display_name, "url": performer_url}
    prices = [
        {"@type": "Offer", "price": major(minor, currency), "priceCurrency": currency, "url": url}
        | {"availability": "https://schema.org/InStock"}
        for minor in offered.content.all_prices
    ]
    return {
        "@type": "Product" if product else "Service",
        "name": name,
        "description": text,
        "inLanguage": lang,
        "url": url,
        "image": picture,
        "brand": brand(offered.performer),
        "offers": [{**price, "seller": performer} for price in prices],
        **({} if product else {"provider": performer}),
    }


def of_performer(performer: ShownPerformer, *, url: str, picture: str) -> dict[str, Any]:
    """A person with their brand."""
    person = {
        "@type": "Person",
        "name": performer.display_name,
        "url": url,
        "image": picture,
        "brand": brand(performer),
    }
    return {"@type": "ProfilePage", "url": url, "mainEntity": person}


def brand(performer: ShownPerformer) -> dict[str, Any]:
    """A name with its reviews. Without any it has no rating: refusals, and what is assumed of beginners, are no reviews."""
    named = {"@type": "Brand", "name": performer.display_name}
    rating: Rating = performer.rating
    if not rating.reviews:
        return named
    given = sum(number * count for number, count in enumerate(rating.by_stars, start=1))
    tenths = (20 * given + rating.reviews) // (2 * rating.reviews)
    mean = {"ratingValue": f"{tenths // 10}.{tenths % 10}", "bestRating": "5", "reviewCount": rating.reviews}
    return {**named, "aggregateRating": {"@type": "AggregateRating", **mean}}
