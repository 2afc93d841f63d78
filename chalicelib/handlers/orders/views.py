"""An order as its two sides see it: what every order has, and a part of its kind under the kind's name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from chalicelib.domain.kinds import Mode, TwipKind
from chalicelib.domain.orders.consultation import Consultation, ConsultationAct, ConsultationState, Prepaid
from chalicelib.domain.orders.order import AnyOrder, Deadline
from chalicelib.domain.parties import Party, Side
from chalicelib.handlers.models import Instant, Money, View

if TYPE_CHECKING:
    from chalicelib.services.orders.reading import Seen

State = ConsultationState
"""Of every kind."""
OrderAct = ConsultationAct
"""Of every kind."""


class DeadlineView(View):
    """The term that runs. One of the two is null: when it is over, or what was left of it when a dispute stopped it."""

    name: str
    due_at: Instant | None
    left_seconds: int | None


class ConsultationView(View):
    """A consultation. `prepaid` says where the block is that was paid with the order."""

    mode: Mode
    prepaid: Prepaid
    live_session_id: str | None


class ConsultationCard(ConsultationView):
    """For its customer, also whether the performer can be called now (R38)."""

    callable: bool
    uncallable_reason: str | None = Field(
        description="Why not: `status`, `busy`, `not_on_site`; `order`: it is not open, or not yours to call."
    )


class ConsultationPage(ConsultationCard):
    """And what is left of the day."""

    unpaid_left: int = Field(
        description="How many more answered calls the two may leave unpaid today (UTC), over all their orders; at 0 a call is refused."
    )


class OrderView(View):
    """An order as it was placed, and where it is now. Exactly one part of a kind is there: the one that `kind` names."""

    id: str
    kind: TwipKind
    twip_id: str
    customer_id: str
    performer_id: str
    title: dict[str, str]
    price: Money = Field(description="Of the whole; of a consultation, of a block of 15 minutes.")
    commission_bps: int
    state: State
    acts: list[OrderAct] = Field(
        description="What the reader may do as the order stands. While a call is live it waits for the call's end."
    )
    deadline: DeadlineView | None
    dispute_id: str | None
    created_at: Instant
    ended_at: Instant | None
    consultation: ConsultationView | None


class OrderCard(OrderView):
    """An order with the other side."""

    role: Side
    other_name: str
    consultation: ConsultationCard | None


class OrderPage(OrderCard):
    """One order with the text that was bought, by language (D10)."""

    description: dict[str, str]
    bring: dict[str, str] = Field(
        description="What the customer must bring to a work; only where something is said of it."
    )
    consultation: ConsultationPage | None


@dataclass(frozen=True)
class Part:
    """How a kind shows what it adds: in an answer to an act, in a list, on a page of its own."""

    view: Callable[[AnyOrder], View]
    card: "Callable[[Seen], View]"
    page: "Callable[[Seen], View]"


def order_view(order: AnyOrder, side: Side) -> OrderView:
    """The order itself, for the side that reads it."""
    return OrderView(**fields(order, side, part_of(order).view(order)))


def order_card(seen: "Seen") -> OrderCard:
    """A row of a list."""
    return OrderCard(**fields(seen.order, seen.side, part_of(seen.order).card(seen)), **_other(seen))


def order_page(seen: "Seen") -> OrderPage:
    """One order with its text."""
    description, bring = (seen.edition.descriptions, seen.edition.bring) if seen.edition else ({}, {})
    part = part_of(seen.order).page(seen)
    return OrderPage(**fields(seen.order, seen.side, part), **_other(seen), description=description, bring=bring)


def part_of(order: AnyOrder) -> Part:
    """The part of an order's kind."""
    return PARTS[order.body.kind]


def fields(order: AnyOrder, side: Side, part: View) -> dict[str, Any]:
    """What every order shows, and the one part of its kind."""
    return {
        "id": order.id,
        "kind": order.body.kind,
        "twip_id": order.twip_id,
        "customer_id": order.customer_id,
        "performer_id": order.performer_id,
        "title": order.terms.title,
        "price": Money(amount_minor=order.terms.price_minor, currency=order.terms.currency),
        "commission_bps": order.terms.commission_bps,
        "state": order.body.state,
        "acts": order.acts(Party(side)),
        "deadline": None if order.deadline is None else _deadline(order.deadline),
        "dispute_id": order.dispute,
        "created_at": order.created_ms,
        "ended_at": order.ended_ms,
        **dict.fromkeys(PARTS),
        order.body.kind: part,
    }


def _other(seen: "Seen") -> dict[str, Any]:
    return {"role": seen.side, "other_name": seen.other_name}


def _deadline(deadline: Deadline) -> DeadlineView:
    left_ms = deadline.left_ms
    return DeadlineView(
        name=deadline.name, due_at=deadline.due_ms, left_seconds=None if left_ms is None else left_ms // 1000
    )


def _consultation(order: AnyOrder) -> ConsultationView:
    return ConsultationView(**_facts(order.body))


def _consultation_card(seen: "Seen") -> ConsultationCard:
    return ConsultationCard(**_facts(seen.order.body), **_calling(seen))


def _consultation_page(seen: "Seen") -> ConsultationPage:
    return ConsultationPage(**_facts(seen.order.body), **_calling(seen), unpaid_left=seen.unpaid_left)


def _facts(body: Consultation) -> dict[str, Any]:
    return {"mode": body.mode, "prepaid": body.prepaid, "live_session_id": body.live}


def _calling(seen: "Seen") -> dict[str, Any]:
    return {"callable": seen.uncallable is None, "uncallable_reason": seen.uncallable}


PARTS: dict[str, Part] = {TwipKind.CONSULTATION: Part(_consultation, _consultation_card, _consultation_page)}
"""A kind that is registered in the domain has its part here."""
