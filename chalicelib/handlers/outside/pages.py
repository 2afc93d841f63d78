"""Public pages as HTML: what they say in their heads, and what a reader without JavaScript sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.domain.content import Text, shown_to
from chalicelib.domain.kinds import Lang
from chalicelib.handlers.outside import structured
from chalicelib.handlers.outside.words import WORDS, counted, stars
from chalicelib.services.catalogue.showcase import Offered, ShownPerformer
from chalicelib.services.notices.wording import NO_BREAK, money_text

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).with_name("templates")
DESCRIPTION_AT_MOST = 160
DRAWING = 1
"""Goes up when pictures are drawn otherwise: then they have other addresses."""


@dataclass(frozen=True)
class Site:
    """Where the pages stand."""

    origin: str
    currency: str
    public: bool
    """Whether search engines may come: not to a stage for trying things out."""


@dataclass(frozen=True)
class Card:
    """A twip in one language, ready to be shown, in a list or on its picture."""

    path: str
    title: str
    foreign: Lang | None
    performer: str
    prices: tuple[tuple[str, str], ...]
    """Sums, each with what it is for."""
    kind: str


@dataclass(frozen=True)
class Filled:
    """Two parts of a page, both HTML."""

    head: str
    served: str


def twip_page(site: Site, offered: Offered, lang: Lang) -> Filled:
    """A twip's page. Where its text is in the other language only, that page is the canonical one: to a search engine the two are the
    same, and `hreflang` would promise a text that is not there (D3)."""
    card, text, words = card_of(site, offered, lang), _text(offered, lang), WORDS[lang]
    path, texts = f"/twips/{offered.twip.id}", offered.content.texts
    performer_path = f"/{lang}/performers/{offered.performer.user_id}"
    canonical = f"{site.origin}/{card.foreign or lang}{path}"
    picture = f"{site.origin}/{lang}{path}/{digest(card)}.png"
    data = structured.of_twip(
        offered,
        name=card.title,
        text=_line(text.description),
        lang=card.foreign or lang,
        url=canonical,
        performer_url=f"{site.origin}{performer_path}",
        picture=picture,
        currency=site.currency,
    )
    work = offered.content.work
    head = _head(
        site,
        lang,
        title=card.title,
        description=_cut(text.description),
        canonical=canonical,
        alternates=_alternates(site, path) if len(texts) > 1 else (),
        picture=picture,
        kind="product",
        data=structured.script(data),
    )
    return Filled(
        head,
        _served(
            "twip.html.j2",
            lang,
            path,
            card=card,
            performer=_performer(offered.performer, lang),
            performer_path=performer_path,
            paragraphs=_paragraphs(text.description),
            bring=_paragraphs(text.bring),
            only=words.only_in[card.foreign] if card.foreign else None,
            term=words.term.format(counted(work.days, words.days, lang)) if work and work.days else None,
        ),
    )


def performer_page(site: Site, performer: ShownPerformer, twips: Sequence[Offered], lang: Lang) -> Filled:
    """A performer's page."""
    path, words = f"/performers/{performer.user_id}", WORDS[lang]
    cards = [card_of(site, offered, lang) for offered in twips]
    url, picture = f"{site.origin}/{lang}{path}", f"{site.origin}/{lang}{path}/{digest(face_of(performer, lang))}.png"
    titles = ". ".join(card.title for card in cards[:5])
    head = _head(
        site,
        lang,
        title=performer.display_name,
        description=_cut(f"{words.twips_of}: {titles}."),
        canonical=url,
        alternates=_alternates(site, path),
        picture=picture,
        kind="profile",
        data=structured.script(structured.of_performer(performer, url=url, picture=picture)),
    )
    served = _served("performer.html.j2", lang, path, performer=_performer(performer, lang), cards=cards)
    return Filled(head, served)


def home_page(site: Site, twips: Sequence[Offered], lang: Lang, path: str) -> Filled:
    """The page that one finds twips on. The bare address is for whoever's language is not known."""
    words = WORDS[lang]
    head = _head(
        site,
        lang,
        title=words.find,
        description=words.promise,
        canonical=f"{site.origin}{path}",
        alternates=_alternates(site, "/"),
        picture=f"{site.origin}/icon-512.png",
        kind="website",
        data=structured.script({"@type": "WebSite", "name": "Twip", "url": f"{site.origin}/"}),
    )
    cards = [card_of(site, offered, lang) for offered in twips]
    # Its order is none that a reader would ask for, and the client shows another one at once.
    return Filled(head, _served("home.html.j2", lang, "/", cards=cards))


def missing_page(lang: Lang, path: str, *, gone: bool = False) -> Filled:
    """There is nothing at this address, or not any more."""
    words = WORDS[lang]
    title, text = words.gone if gone else words.missing
    head = _environment().get_template("missing.head.j2").render(title=title)
    return Filled(head, _served("missing.html.j2", lang, path, title=title, text=text))


def card_of(site: Site, offered: Offered, lang: Lang) -> Card:
    """A twip on sale, in the reader's language if it can be."""
    words, content, kind = WORDS[lang], offered.content, offered.twip.kind
    shown = shown_to(content, lang)
    text = content.texts.get(shown.lang, Text())
    prices = [
        (money(minor, site.currency, lang), f"{words.modes[mode]}, {words.per_block}")
        for mode, minor in content.prices.items()
    ]
    if content.whole_minor is not None:
        prices.append((money(content.whole_minor, site.currency, lang), words.whole[kind]))
    return Card(
        f"/{lang}/twips/{offered.twip.id}",
        text.title or words.kinds[kind],
        shown.lang if shown.foreign else None,
        offered.performer.display_name,
        tuple(prices),
        words.kinds[kind],
    )


def face_of(performer: ShownPerformer, lang: Lang) -> Card:
    """A performer as a picture shows them."""
    return Card("", performer.display_name, None, _rating(performer, lang), (), "")


def digest(card: Card) -> str:
    """Names what a picture shows: another one has another address, so each may be kept for ever."""
    return sha256(repr((DRAWING, card)).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def money(amount_minor: int, currency: str, lang: Lang) -> str:
    """A price as lists have it: without a fraction of nothing."""
    text = money_text(amount_minor, currency, lang)
    return text.replace(",00", "") if lang is Lang.RU else text.removesuffix(".00")


def _text(offered: Offered, lang: Lang) -> Text:
    return offered.content.texts.get(shown_to(offered.content, lang).lang, Text())


def _performer(performer: ShownPerformer, lang: Lang) -> dict[str, Any]:
    name = performer.display_name
    words = name.split()
    letters = [word[0] for word in words[:2]] if len(words) > 1 else list(name.strip()[:2])
    number = 0
    for letter in performer.user_id:
        number = (number * 31 + ord(letter)) % 997
    return {
        "name": name,
        "rating": _rating(performer, lang),
        "initials": "".join(letters).upper(),
        "tint": number % 6 + 1,
    }


def _rating(performer: ShownPerformer, lang: Lang) -> str:
    tenths, words = performer.rating.shown_tenths, WORDS[lang]
    if tenths is None:
        return words.unrated
    return f"★{NO_BREAK}{stars(tenths, lang)} · {counted(performer.rating.reviews, words.reviews, lang)}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    line = _line(text)
    if len(line) <= DESCRIPTION_AT_MOST:
        return line
    words = line[:DESCRIPTION_AT_MOST].rpartition(" ")[0] or line[: DESCRIPTION_AT_MOST - 1]
    return f"{words}…"


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def _alternates(site: Site, path: str) -> tuple[tuple[str, str], ...]:
    return (*((lang.value, f"{site.origin}/{lang}{path}") for lang in Lang), ("x-default", f"{site.origin}{path}"))


def _head(site: Site, lang: Lang, **facts: Any) -> str:
    return _environment().get_template("head.j2").render(lang=lang, public=site.public, **facts)


def _served(template: str, lang: Lang, path: str, **facts: Any) -> str:
    other = Lang.EN if lang is Lang.RU else Lang.RU
    whole = {"lang": lang, "other": other, "path": path, "words": WORDS[lang], **facts}
    return _environment().get_template(template).render(whole)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
