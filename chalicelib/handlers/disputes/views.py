"""A dispute as its two sides and those who decide see it."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from chalicelib.domain.disputes.dispute import FILES_AT_MOST, KEEPS_GOODS, Dispute, DisputeAct, Phase, Split, asked
from chalicelib.domain.disputes.evidence import Block, Flow, Why
from chalicelib.domain.kinds import Mode, TwipKind
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.sessions import Reason
from chalicelib.handlers.models import Instant, Money, View
from chalicelib.handlers.uploads import SentView, Verdicts, sent_views

if TYPE_CHECKING:
    from chalicelib.services.disputes.evidence import Found
    from chalicelib.services.disputes.reading import Seen

OfferedAct = Literal[
    DisputeAct.ANSWER,
    DisputeAct.SAY,
    DisputeAct.WITHDRAW,
    DisputeAct.PROPOSE,
    DisputeAct.AGREE,
    DisputeAct.DECLINE,
    DisputeAct.ASSIGN,
    DisputeAct.HAND_OVER,
    DisputeAct.QUESTION,
    DisputeAct.RULE,
]
"""What somebody may do; the rest is time's."""


class SplitView(View):
    """How the amount in dispute is divided, before commission: the two are the whole."""

    to_customer: Money
    to_performer: Money


class TermView(View):
    """The term of the phase."""

    name: str
    due_at: Instant


class SplitProposalView(View):
    """A split that one side offers to the other, which names it by its number."""

    number: int
    by: Side
    split: SplitView
    until: Instant


class OutcomeView(View):
    """How it ended: by a `verdict` with its reasons, by `agreement`, or by `default`, because nobody decided in time."""

    how: Literal["verdict", "agreement", "default"]
    split: SplitView
    reasons: str
    keeps_goods: bool | None = Field(description="Of files: whether the customer keeps them.")


class DisputeCard(View):
    """A dispute in a list."""

    id: str
    order_id: str
    session_id: str | None = Field(description="Of a consultation: the session whose paid blocks are disputed.")
    kind: TwipKind
    title: dict[str, str]
    phase: Phase
    deadline: TermView | None
    amount: Money
    in_escrow: Money = Field(description="How much of the amount lies in escrow. The rest was paid to the performer.")
    opened_by: Side
    role: Party = Field(description="The reader's: a side, `arbiter`, or `admin`.")
    customer_name: str
    performer_name: str
    arbiter_name: str | None
    mine: bool = Field(description="Whether the reader is its arbiter.")
    acts: list[OfferedAct] = Field(description="What the reader may do now.")
    awaited: list[Side] = Field(description="Of whom the arbiter has asked something that is not answered yet.")
    proposal: SplitProposalView | None = Field(description="The one that can be answered now.")
    outcome: OutcomeView | None
    unread: int = Field(description="How many things in its thread a side has not read; 0 to those who decide.")
    created_at: Instant
    ended_at: Instant | None


class MoneyView(View):
    """What a verdict rests on, for those who decide. Of what the performer was paid, `kept` is not given back yet. Its commission is
    that of each whole `unit`, rounded down, and of the rest, rounded down; a verdict leaves them the commission of what they keep."""

    kept: Money
    unit: Money
    commission_bps: int
    performer_available: Money


class DisputePage(DisputeCard):
    """One dispute."""

    files_left: int = Field(description="How many files the reader's side may still send along.")
    money: MoneyView | None = Field(description="For those who decide only, while they may read all of it.")


class DisputeEntry(View):
    """What somebody did in a dispute, with what was said along with it. `act` `open` begins it, `say` is a plain message, `lapse` says
    that a term was over."""

    id: str
    by: Party
    at: Instant
    act: DisputeAct | Literal["open"]
    phase: Phase = Field(description="After it.")
    text: str
    attachments: list[SentView]
    asked: list[Side] = Field(description="Of a question: of whom it is.")
    split: SplitView | None = Field(description="Of a proposal, an agreement or a verdict.")
    keeps_goods: bool | None = Field(description="Of the end of a dispute over files: whether the customer keeps them.")
    proposal: int | None = Field(description="The number of the proposal that was made or answered.")


class BlockView(View):
    """A paid block of the session. `received` and `sent` say of each minute what the customer's page received and the performer's sent;
    of a text session they are empty."""

    number: int = Field(description="From 0.")
    from_at: Instant
    to_at: Instant
    why: Why
    price: Money
    customer_reported_at: Instant | None = Field(
        description="The last report of that page in the time before the block in which a sign of life counts."
    )
    performer_reported_at: Instant | None
    received: list[Flow]
    sent: list[Flow]
    customer_messages: int
    performer_messages: int
    had: bool = Field(description="Whether the customer had it: the performer's, if nobody decides in time.")


class SessionFacts(View):
    """The disputed session."""

    id: str
    mode: Mode
    started_at: Instant | None
    ended_at: Instant | None
    reason: Reason | None
    ended_by: list[Side]


class EvidenceView(View):
    """What the service itself knows. Of an order that is no consultation that is in the order."""

    session: SessionFacts | None
    blocks: list[BlockView]
    by_default: SplitView | None = Field(
        description="How it is divided if nobody decides in time. Null once it is over."
    )


def dispute_card(seen: "Seen") -> DisputeCard:
    """A row of a list."""
    return DisputeCard(**_fields(seen))


def dispute_page(seen: "Seen") -> DisputePage:
    """One dispute."""
    dispute, side = seen.dispute, seen.dispute.side_of(seen.user_id)
    left = FILES_AT_MOST - dispute.files.get(side, 0) if side is not None else 0
    return DisputePage(**_fields(seen), files_left=left, money=_money(seen))


def entry_view(event: OrderEvent, currency: str, scans: Verdicts) -> DisputeEntry:
    """What all who read it see."""
    to_customer_minor, to_performer_minor = (event.facts.get(f"to_{side}_minor") for side in Side)
    both = to_customer_minor is not None and to_performer_minor is not None
    return DisputeEntry(
        id=event.act_key,
        by=event.party,
        at=event.at_ms,
        act="open" if event.act == "open" else DisputeAct(event.act),
        phase=Phase(event.state),
        text=event.text,
        attachments=sent_views(event.thread_id, event.attachments, scans),
        asked=list(asked(event.facts)),
        split=_split(Split(to_customer_minor or 0, to_performer_minor or 0), currency) if both else None,
        proposal=event.facts.get("proposal"),
        keeps_goods=None if KEEPS_GOODS not in event.facts else bool(event.facts[KEEPS_GOODS]),
    )


def evidence_view(found: "Found") -> EvidenceView:
    """What both sides and those who decide see."""
    session, currency = found.session, found.order.terms.currency
    by_default = None if found.by_default is None else _split(found.by_default, currency)
    if session is None:
        return EvidenceView(session=None, blocks=[], by_default=by_default)
    price = Money(amount_minor=session.price_minor, currency=currency)
    return EvidenceView(
        session=SessionFacts(
            id=session.id,
            mode=session.mode,
            started_at=session.clock_started_ms,
            ended_at=session.ended_ms,
            reason=session.reason,
            ended_by=list(session.ended_by),
        ),
        blocks=[_block(block, price, session.mode) for block in found.blocks],
        by_default=by_default,
    )


def _block(block: Block, price: Money, mode: Mode) -> BlockView:
    filmed = mode is Mode.VIDEO
    return BlockView(
        number=block.k,
        from_at=block.from_ms,
        to_at=block.to_ms,
        why=block.why,
        price=price,
        customer_reported_at=block.behind_ms.get(Side.CUSTOMER),
        performer_reported_at=block.behind_ms.get(Side.PERFORMER),
        received=list(block.received) if filmed else [],
        sent=list(block.sent) if filmed else [],
        customer_messages=block.messages[Side.CUSTOMER],
        performer_messages=block.messages[Side.PERFORMER],
        had=block.had,
    )


def _fields(seen: "Seen") -> dict[str, Any]:
    dispute, about = seen.dispute, seen.dispute.about
    deadline = dispute.deadline
    return {
        "id": dispute.id,
        "order_id": dispute.order_id,
        "session_id": about.session_id,
        "kind": about.kind,
        "title": about.title,
        "phase": dispute.phase,
        "deadline": None
        if deadline is None or deadline.due_ms is None
        else TermView(name=deadline.name, due_at=deadline.due_ms),
        "amount": Money(amount_minor=about.amount_minor, currency=about.currency),
        "in_escrow": Money(amount_minor=about.in_escrow_minor, currency=about.currency),
        "opened_by": dispute.opener,
        "role": seen.party,
        "customer_name": seen.names.get(Party.CUSTOMER, ""),
        "performer_name": seen.names.get(Party.PERFORMER, ""),
        "arbiter_name": seen.names.get(Party.ARBITER),
        "mine": seen.mine,
        "acts": list(seen.acts),
        "awaited": list(dispute.awaited),
        "proposal": _proposal(seen),
        "outcome": _outcome(dispute),
        "unread": seen.unread,
        "created_at": dispute.created_ms,
        "ended_at": dispute.ended_ms,
    }


def _proposal(seen: "Seen") -> SplitProposalView | None:
    found = seen.dispute.stands(seen.now_ms)
    if found is None:
        return None
    split = _split(found.split, seen.dispute.about.currency)
    return SplitProposalView(number=found.serial, by=found.by, split=split, until=found.until_ms)


def _outcome(dispute: Dispute) -> OutcomeView | None:
    currency, verdict, keeps_goods = dispute.about.currency, dispute.verdict, dispute.keeps_goods
    if verdict is not None:
        how: Literal["verdict", "default"] = "default" if verdict.by is None else "verdict"
        divided = _split(verdict.split, currency)
        return OutcomeView(how=how, split=divided, reasons=verdict.reasons, keeps_goods=keeps_goods)
    if dispute.settled is not None:
        divided = _split(dispute.settled, currency)
        return OutcomeView(how="agreement", split=divided, reasons="", keeps_goods=keeps_goods)
    return None


def _money(seen: "Seen") -> MoneyView | None:
    case = seen.money
    if case is None:
        return None
    terms = case.order.terms
    return MoneyView(
        kept=Money(amount_minor=case.kept_minor, currency=terms.currency),
        unit=Money(amount_minor=terms.price_minor, currency=terms.currency),
        commission_bps=terms.commission_bps,
        performer_available=Money(amount_minor=case.performer.available_minor, currency=terms.currency),
    )


def _split(split: Split, currency: str) -> SplitView:
    return SplitView(
        to_customer=Money(amount_minor=split.to_customer_minor, currency=currency),
        to_performer=Money(amount_minor=split.to_performer_minor, currency=currency),
    )
