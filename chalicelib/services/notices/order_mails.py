"""Mails about an order: who gets which, as the table of its kind says, and what they say (R60, R67, D31)."""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from chalicelib.billing.ledger import commission_minor
from chalicelib.domain.availability import Profile
from chalicelib.domain.kinds import Lang
from chalicelib.domain.lifecycle import Notice
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.parties import Party
from chalicelib.domain.people import User
from chalicelib.services.changes import Ref
from chalicelib.services.notices.templates import TEMPLATES
from chalicelib.services.notices.wording import money_text
from chalicelib.services.ports import Mail, Store


def told(notices: Sequence[Notice], by: Party) -> frozenset[Party]:
    """Who is mailed when this party has acted: whom a notice names, or the side that has not acted."""
    other = Party.PERFORMER if by is Party.CUSTOMER else Party.CUSTOMER
    return frozenset(notice.to or other for notice in notices)


def order_mails(
    store: Store, order: AnyOrder, notices: Sequence[Notice], by: Party, *, reason: str, now_ms: int, link: str
) -> Iterator[Mail]:
    """The mails of an act, filled in. `reason`: what was said with it. Raises Unavailable."""
    ids = {Party.CUSTOMER: order.customer_id, Party.PERFORMER: order.performer_id}
    found = store.read(*(Ref(kind, user_id) for kind in (User, Profile) for user_id in ids.values()))
    for notice in notices:
        (reader,) = told((notice,), by)
        other = Party.PERFORMER if reader is Party.CUSTOMER else Party.CUSTOMER
        user, profile = found.get(Ref(User, ids[reader])), found.get(Ref(Profile, ids[other]))
        if user is None:
            continue
        facts = {
            "link": link,
            "title": title_for(order, user),
            "other": profile.display_name if profile else "",
            "reason": reason,
            "days": str(_days_left(order, now_ms)),
            "earned": _earned(order, user),
        }
        template = TEMPLATES[notice.template]
        yield template(**{fact.name: facts[fact.name] for fact in fields(template)}).to(user)


def title_for(order: AnyOrder, reader: User) -> str:
    """The title that was bought, in the reader's language if it has that."""
    titles = order.terms.title
    return titles.get(reader.lang) or next(iter(titles.values()), "")


def _earned(order: AnyOrder, reader: User) -> str:
    """The performer's share of the whole price."""
    terms = order.terms
    share_minor = terms.price_minor - commission_minor(terms.price_minor, terms.commission_bps)
    return money_text(share_minor, terms.currency, Lang(reader.lang))


def _days_left(order: AnyOrder, now_ms: int) -> int:
    """Of the term that runs. A day that has begun counts."""
    if order.deadline is None or order.deadline.due_ms is None:
        return 0
    return -(-(order.deadline.due_ms - now_ms) // order.terms.lasts_ms["day"])
