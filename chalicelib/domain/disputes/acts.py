"""What is done in a dispute: each act is a function of the dispute and of who acts, and answers the dispute after it (R73, R85, D27, D31).

Whoever has no part in an act is refused before the phase is looked at (Forbidden, D34); then the phase and the facts are (WrongState)."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from chalicelib.domain.disputes.dispute import (
    FILES_AT_MOST,
    LIFECYCLE,
    TEXT_AT_LEAST,
    TEXT_AT_MOST,
    Dispute,
    DisputeAct,
    Phase,
    Proposal,
    Row,
    Split,
    Verdict,
    begun,
    split,
    wakes_ms,
)
from chalicelib.domain.errors import FieldError, Forbidden, InvalidInput, LimitReached, Stale, WrongState
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.text import prose


@dataclass(frozen=True)
class Actor:
    """Who acts, and when. `key` is derived from them, the act and their Idempotency-Key."""

    user_id: str
    party: Party
    now_ms: int
    key: str = ""

    @property
    def side(self) -> Side:
        """The side that acts. Raises ValueError for anybody else."""
        return Side(self.party.value)


def said(dispute: Dispute, by: Actor) -> Dispute:
    """A side has said something, which also answers what the arbiter has asked them."""
    moved = _moved(dispute, _row(dispute, DisputeAct.SAY, by), by)
    return replace(moved, awaited=tuple(side for side in moved.awaited if side is not by.side))


def answered(dispute: Dispute, by: Actor) -> Dispute:
    """The other side answers: it goes to arbitration (D27)."""
    return _moved(dispute, _row(dispute, DisputeAct.ANSWER, by), by)


def withdrawn(dispute: Dispute, by: Actor) -> Dispute:
    """Its opener withdraws it (D27)."""
    return _moved(dispute, _row(dispute, DisputeAct.WITHDRAW, by), by)


def proposed(dispute: Dispute, by: Actor, to_customer_minor: int) -> Dispute:
    """A side offers a split, in the place of whatever was offered before (D27). Raises InvalidInput too."""
    row, amount_minor = _row(dispute, DisputeAct.PROPOSE, by), dispute.about.amount_minor
    if to_customer_minor > amount_minor:
        raise InvalidInput((FieldError("to_customer.amount_minor", "too_large", amount_minor),))
    offered = split(amount_minor, to_customer_minor, amount_minor - to_customer_minor)
    until_ms = by.now_ms + dispute.terms.lasts_ms["proposal"]
    return replace(_moved(dispute, row, by), proposal=Proposal(by.side, offered, dispute.version + 1, until_ms))


def agreed(dispute: Dispute, by: Actor, serial: int) -> Dispute:
    """The other side accepts the split that it has read. Raises Stale too: another one stands."""
    row = _row(dispute, DisputeAct.AGREE, by)
    return replace(_moved(dispute, row, by), settled=_named(dispute, by, serial).split)


def declined(dispute: Dispute, by: Actor, serial: int) -> Dispute:
    """A proposal is off: declined, or taken back by whoever made it. Raises Stale too."""
    row = _row(dispute, DisputeAct.DECLINE, by)
    _named(dispute, by, serial)
    return replace(_moved(dispute, row, by), proposal=None)


def assigned(dispute: Dispute, by: Actor) -> Dispute:
    """An arbiter takes it; the term runs on."""
    return replace(_moved(dispute, _row(dispute, DisputeAct.ASSIGN, by), by), arbiter_id=by.user_id)


def handed_over(dispute: Dispute, by: Actor) -> Dispute:
    """Its arbiter gives it back to the queue; the term runs on."""
    return replace(_moved(dispute, _row(dispute, DisputeAct.HAND_OVER, by), by), arbiter_id=None)


def questioned(dispute: Dispute, by: Actor, to: Collection[Side]) -> Dispute:
    """Whoever decides asks one side or both; the term runs on."""
    moved = _moved(dispute, _row(dispute, DisputeAct.QUESTION, by), by)
    return replace(moved, awaited=tuple(side for side in Side if side in to or side in dispute.awaited))


def ruled(dispute: Dispute, by: Actor, divided: Split, reasons: str, keeps_goods: bool | None = None) -> Dispute:
    """The verdict, with its reasons (R73, R84, D27). Raises InvalidInput too: it does not sum, does not say why, or does not say of files,
    and of them alone, whether the customer keeps them. Nobody loses files and has nothing back for them."""
    row = _row(dispute, DisputeAct.RULE, by)
    if (keeps_goods is None) == (dispute.about.kind is TwipKind.FILES):
        raise InvalidInput((FieldError("keeps_goods", "required" if keeps_goods is None else "not_allowed"),))
    kept = split(dispute.about.amount_minor, divided.to_customer_minor, divided.to_performer_minor)
    if keeps_goods is False and kept.to_customer_minor == 0:
        raise InvalidInput((FieldError("keeps_goods", "nothing_back"),))
    why = prose("reasons", reasons, at_least=TEXT_AT_LEAST, at_most=TEXT_AT_MOST)
    return replace(_moved(dispute, row, by), verdict=Verdict(kept, why, by.user_id, keeps_goods))


def is_over(dispute: Dispute, now_ms: int) -> bool:
    """Whether the term of its phase is over."""
    deadline = dispute.deadline
    return deadline is not None and deadline.due_ms is not None and now_ms >= deadline.due_ms


def lapsed(dispute: Dispute, had_minor: int, *, now_ms: int, key: str) -> Dispute:
    """Its phase's term is over: it goes on to the next. The last ends in the default verdict, which gives the performer what was delivered
    or had, and the customer all else; files stay the customer's (D31). Raises WrongState before the term is over."""
    service = Actor("", Party.SERVICE, now_ms, key)
    if not is_over(dispute, now_ms):
        raise _wrong(dispute, DisputeAct.LAPSE, service)
    moved = _moved(dispute, _row(dispute, DisputeAct.LAPSE, service), service)
    if moved.phase is not Phase.DECIDED:
        return moved
    keeps_goods = True if dispute.about.kind is TwipKind.FILES else None
    divided = default_split(dispute.about.amount_minor, had_minor)
    return replace(moved, verdict=Verdict(divided, "", None, keeps_goods))


def is_to_remind(dispute: Dispute, now_ms: int) -> bool:
    """Whether whoever is to act must be reminded by now. Whoever asks has done what lapses."""
    deadline, at_ms = dispute.deadline, wakes_ms(dispute)
    return deadline is not None and not deadline.reminded and at_ms is not None and now_ms >= at_ms


def reminded(dispute: Dispute) -> Dispute:
    """After its reminder."""
    return replace(dispute, deadline=dispute.deadline and replace(dispute.deadline, reminded=True))


def attached(dispute: Dispute, by: Actor, files: int) -> Dispute:
    """A side has sent so many files along. Raises LimitReached (D32)."""
    sent = dispute.files.get(by.side, 0) + files
    if sent > FILES_AT_MOST:
        raise LimitReached(what="evidence", limit=FILES_AT_MOST)
    return replace(dispute, files={**dispute.files, by.side: sent})


def default_split(amount_minor: int, had_minor: int) -> Split:
    """Of what lies in dispute, as much to the performer as was delivered or had, the rest to the customer (D31)."""
    to_performer_minor = min(had_minor, amount_minor)
    return Split(amount_minor - to_performer_minor, to_performer_minor)


def _row(dispute: Dispute, act: DisputeAct, by: Actor) -> Row:
    LIFECYCLE.permit(act, by.party)
    if not dispute.is_whose(act, by.party, by.user_id):
        raise Forbidden(action=f"{LIFECYCLE.what}.{act}")
    row = LIFECYCLE.row(dispute.phase, act, by.party)
    if row is None or not dispute.fits(act, by.party, by.now_ms):
        raise _wrong(dispute, act, by)
    return row


def _wrong(dispute: Dispute, act: DisputeAct, by: Actor) -> WrongState:
    instead = dispute.acts(by.party, by.now_ms, by.user_id)
    return WrongState(what=LIFECYCLE.what, state=dispute.phase, asked=act, acts=instead)


def _named(dispute: Dispute, by: Actor, serial: int) -> Proposal:
    """The proposal that stands, if it is this one. That one does, the row has asked."""
    proposal = dispute.stands(by.now_ms)
    if proposal is None or proposal.serial != serial:
        raise Stale(what="proposal", version=proposal.serial if proposal else 0)
    return proposal


def _moved(dispute: Dispute, row: Row, by: Actor) -> Dispute:
    """After an act. One that leaves the phase as it is leaves its term running; an end leaves no term, proposal or question."""
    ended = row.target in LIFECYCLE.ends
    stays = row.target == row.source
    return replace(
        dispute,
        phase=row.target,
        deadline=dispute.deadline if stays else begun(row.starts, dispute.terms, dispute.version + 1, by.now_ms),
        awaited=() if ended else dispute.awaited,
        proposal=None if ended else dispute.proposal,
        ended_ms=by.now_ms if ended else None,
        act_key=by.key,
    )
