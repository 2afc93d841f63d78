"""An order as its two sides see it: what every order has, and a part of its kind under the kind's name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from chalicelib.domain.disputes.claims import matures_ms
from chalicelib.domain.disputes.dispute import dispute_id
from chalicelib.domain.kinds import Mode, TwipKind
from chalicelib.domain.orders.consultation import Consultation, ConsultationAct, ConsultationState, Prepaid
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.orders.files import Files, FilesState
from chalicelib.domain.orders.order import AnyOrder, Deadline
from chalicelib.domain.orders.proposals import Proposal
from chalicelib.domain.orders.reviews import ReviewAct
from chalicelib.domain.orders.work import Penalty, Refused, Work, WorkAct, WorkState
from chalicelib.domain.parties import Side
from chalicelib.domain.terms import TermSettings
from chalicelib.handlers.disputable import DisputableView, disputable_view
from chalicelib.handlers.models import Instant, Money, View
from chalicelib.handlers.refundable import RefundableView, refundable_view

if TYPE_CHECKING:
    from chalicelib.domain.orders.reviews import OrderReview
    from chalicelib.services.orders.reading import Seen

State = ConsultationState | WorkState | FilesState
"""Of every kind."""
OfferedWorkAct = Literal[
    WorkAct.START,
    WorkAct.REFUSE,
    WorkAct.DELIVER,
    WorkAct.REWORK,
    WorkAct.ACCEPT,
    WorkAct.CANCEL,
    WorkAct.PROPOSE,
    WorkAct.AGREE,
    WorkAct.EXTEND,
    WorkAct.DECLINE,
    WorkAct.WAIVE,
]
"""What one of the two sides may do; the rest is the service's and the arbiters'."""
OrderAct = ConsultationAct | OfferedWorkAct
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


class ProposalView(View):
    """What one side offers the other. Exactly one of `to_performer` and `days` is there."""

    number: int = Field(description="Whoever answers it names this: the proposal that they have read.")
    by: Side
    until: Instant = Field(description="When it lapses, and nothing has changed.")
    to_performer: Money | None = Field(
        description="What the performer would get of the price, before commission; the rest would go back to the customer."
    )
    days: int | None = Field(description="How many more days to delivery.")


class RefusalView(View):
    """That the performer did not do it, in words or by silence. `penalty` says whether it counts against them."""

    reason: str = Field(description="Empty when it was silence.")
    penalty: Penalty = Field(description="`asked`: it counts, and the customer may waive it until `waive_until`.")
    waive_until: Instant | None


class WorkView(View):
    """A job done against money in escrow."""

    days: int = Field(description="To delivery, as promised when it was bought.")
    deliveries: int
    delivered_at: Instant | None = Field(description="Of the last delivery.")
    overdue: bool
    proposal: ProposalView | None = Field(description="The one that can be answered now.")
    to_performer: Money | None = Field(description="What a split has given the performer, before commission.")
    refusal: RefusalView | None


class FilesView(View):
    """Goods that are the customer's."""

    access: bool = Field(description="Whether the customer has them; false once a dispute has ended that.")
    matures_at: Instant | None = Field(
        description="When what the performer has earned can be paid out; null while a dispute is open. It can be spent at once."
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
    refunded: Money = Field(
        description="What the customer has been given back of the price; of a consultation see its sessions."
    )
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
    work: WorkView | None
    files: FilesView | None


class OrderCard(OrderView):
    """An order with the other side."""

    role: Side
    other_name: str
    unread: int = Field(
        description="How many things in its thread the reader has not read; always 0 of a kind without one."
    )
    consultation: ConsultationCard | None


class ReplyView(View):
    """What the performer says to a review."""

    text: str
    at: Instant


class SaidView(View):
    """What the customer says of an order, and the performer to that."""

    stars: int
    text: str
    at: Instant
    changed_at: Instant | None
    reply: ReplyView | None


class OrderReviewView(View):
    """The review of an order, and what the reader may do with it now."""

    written: SaidView | None
    may: ReviewAct | None = Field(description="Write or change it: the customer. Reply, or change that: the performer.")
    until: Instant | None = Field(description="Until when; null also while the order is open, and nothing ends it.")


class OrderPage(OrderCard):
    """One order with the text that was bought, by language (D10)."""

    description: dict[str, str]
    bring: dict[str, str] = Field(
        description="What the customer must bring to a work; only where something is said of it."
    )
    disputes: list[str] = Field(description="The ids of the disputes about it, over or not, the oldest first.")
    disputable: DisputableView | None = Field(
        description="What a dispute about it would be about; null: none may be opened. Of a consultation see its sessions."
    )
    refundable: RefundableView | None = Field(
        description="What the performer may give back of it by choice; null: nothing. Of a consultation see its sessions."
    )
    consultation: ConsultationPage | None
    review: OrderReviewView


@dataclass(frozen=True)
class Part:
    """How a kind shows what it adds: in an answer to an act, in a list, on a page of its own."""

    view: Callable[[AnyOrder, Facts], View]
    card: "Callable[[Seen], View]"
    page: "Callable[[Seen], View]"


def order_view(order: AnyOrder, facts: Facts) -> OrderView:
    """The order itself, for the side that reads it."""
    return OrderView(**fields(order, facts, part_of(order).view(order, facts)))


def order_card(seen: "Seen") -> OrderCard:
    """A row of a list."""
    return OrderCard(**fields(seen.order, seen.facts, part_of(seen.order).card(seen)), **_other(seen))


def order_page(seen: "Seen", terms: TermSettings) -> OrderPage:
    """One order with its text."""
    order = seen.order
    description, bring = (seen.edition.descriptions, seen.edition.bring) if seen.edition else ({}, {})
    part = part_of(seen.order).page(seen)
    return OrderPage(
        **fields(order, seen.facts, part),
        **_other(seen),
        description=description,
        bring=bring,
        disputes=[dispute_id(order.id, number) for number in range(1, order.disputes + 1)],
        disputable=disputable_view(order, None, seen.side, terms, seen.facts.now_ms),
        refundable=refundable_view(order, None),
        review=_review(seen),
    )


def said_view(review: "OrderReview") -> SaidView:
    """As its two sides see it."""
    return SaidView(**said(review))


def said(review: "OrderReview") -> dict[str, Any]:
    """What whoever reads a review sees of it."""
    reply = review.reply
    return {
        "stars": review.stars,
        "text": review.text,
        "at": review.at_ms,
        "changed_at": review.changed_ms,
        "reply": None if reply is None else ReplyView(text=reply.text, at=reply.at_ms),
    }


def _review(seen: "Seen") -> OrderReviewView:
    offer = seen.offered
    return OrderReviewView(
        written=None if seen.review is None else said_view(seen.review),
        may=offer.act if offer else None,
        until=offer.until_ms if offer else None,
    )


def part_of(order: AnyOrder) -> Part:
    """The part of an order's kind."""
    return PARTS[order.body.kind]


def fields(order: AnyOrder, facts: Facts, part: View) -> dict[str, Any]:
    """What every order shows, and the one part of its kind."""
    return {
        "id": order.id,
        "kind": order.body.kind,
        "twip_id": order.twip_id,
        "customer_id": order.customer_id,
        "performer_id": order.performer_id,
        "title": order.terms.title,
        "price": _money(order, order.terms.price_minor),
        "refunded": Money(amount_minor=order.refunded_minor, currency=order.terms.currency),
        "commission_bps": order.terms.commission_bps,
        "state": order.body.state,
        "acts": order.acts(facts),
        "deadline": None if order.deadline is None else _deadline(order.deadline),
        "dispute_id": order.dispute,
        "created_at": order.created_ms,
        "ended_at": order.ended_ms,
        **dict.fromkeys(PARTS),
        order.body.kind: part,
    }


def _other(seen: "Seen") -> dict[str, Any]:
    return {"role": seen.side, "other_name": seen.other_name, "unread": seen.unread}


def _deadline(deadline: Deadline) -> DeadlineView:
    left_ms = deadline.left_ms
    return DeadlineView(
        name=deadline.name, due_at=deadline.due_ms, left_seconds=None if left_ms is None else left_ms // 1000
    )


def _money(order: AnyOrder, amount_minor: int) -> Money:
    return Money(amount_minor=amount_minor, currency=order.terms.currency)


def _consultation(order: AnyOrder, _facts: Facts) -> ConsultationView:
    return ConsultationView(**_consulted(order.body))


def _consultation_card(seen: "Seen") -> ConsultationCard:
    return ConsultationCard(**_consulted(seen.order.body), **_calling(seen))


def _consultation_page(seen: "Seen") -> ConsultationPage:
    return ConsultationPage(**_consulted(seen.order.body), **_calling(seen), unpaid_left=seen.unpaid_left)


def _consulted(body: Consultation) -> dict[str, Any]:
    return {"mode": body.mode, "prepaid": body.prepaid, "live_session_id": body.live}


def _calling(seen: "Seen") -> dict[str, Any]:
    return {"callable": seen.uncallable is None, "uncallable_reason": seen.uncallable}


def _work(order: AnyOrder, facts: Facts) -> WorkView:
    body: Work = order.body
    proposal, split_minor = body.open_proposal(facts), body.to_performer_minor
    return WorkView(
        days=body.days,
        deliveries=body.deliveries,
        delivered_at=body.delivered_ms,
        overdue=body.overdue,
        proposal=None if proposal is None else _proposal(order, proposal),
        to_performer=None if split_minor is None else _money(order, split_minor),
        refusal=None if body.refused is None else _refusal(body.refused, facts),
    )


def _files(order: AnyOrder, _facts: Facts) -> FilesView:
    body: Files = order.body
    return FilesView(access=body.access, matures_at=matures_ms(order))


def _files_seen(seen: "Seen") -> FilesView:
    return _files(seen.order, seen.facts)


def _work_seen(seen: "Seen") -> WorkView:
    return _work(seen.order, seen.facts)


def _proposal(order: AnyOrder, proposal: Proposal) -> ProposalView:
    split_minor = proposal.to_performer_minor
    return ProposalView(
        number=proposal.number,
        by=Side(proposal.by),
        until=proposal.until_ms,
        to_performer=None if split_minor is None else _money(order, split_minor),
        days=proposal.days,
    )


def _refusal(refused: Refused, facts: Facts) -> RefusalView:
    penalty = refused.penalty(facts.now_ms)
    until_ms = refused.waivable_until_ms if penalty is Penalty.ASKED else None
    return RefusalView(reason=refused.reason, penalty=penalty, waive_until=until_ms)


PARTS: dict[str, Part] = {
    TwipKind.CONSULTATION: Part(_consultation, _consultation_card, _consultation_page),
    TwipKind.WORK: Part(_work, _work_seen, _work_seen),
    TwipKind.FILES: Part(_files, _files_seen, _files_seen),
}
"""A kind that is registered in the domain has its part here."""
