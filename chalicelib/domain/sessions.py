"""A session: one paid call or chat inside a consultation order, its states and everything legal between them (R36 to R58)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.errors import SessionOver, WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side


class State(StrEnum):
    """Where a session is. CLOSING: the account is dry, nothing can be debited, the two sides are being told."""

    RINGING = "ringing"
    ANSWERED = "answered"
    RUNNING = "running"
    CLOSING = "closing"
    ENDED = "ended"


class Event(StrEnum):
    """What can happen to a session."""

    CALL = "call"
    ACK = "ack"
    ANSWER = "answer"
    MARK = "mark"
    CLOCK = "clock"
    SETTLE = "settle"
    BLOCK = "block"
    PAUSE = "pause"
    RESUME = "resume"
    LIMIT = "limit"
    """The customer sets, changes or lifts the limit (E24); that it is reached is an end."""
    RUN_DRY = "run_dry"
    END = "end"


NEXT = {
    (State.RINGING, Event.ACK): State.RINGING,
    (State.RINGING, Event.ANSWER): State.ANSWERED,
    (State.RINGING, Event.END): State.ENDED,
    (State.ANSWERED, Event.MARK): State.ANSWERED,
    (State.ANSWERED, Event.LIMIT): State.ANSWERED,
    (State.ANSWERED, Event.CLOCK): State.RUNNING,
    (State.ANSWERED, Event.END): State.ENDED,
    (State.RUNNING, Event.SETTLE): State.RUNNING,
    (State.RUNNING, Event.BLOCK): State.RUNNING,
    (State.RUNNING, Event.PAUSE): State.RUNNING,
    (State.RUNNING, Event.RESUME): State.RUNNING,
    (State.RUNNING, Event.LIMIT): State.RUNNING,
    (State.RUNNING, Event.RUN_DRY): State.CLOSING,
    (State.RUNNING, Event.END): State.ENDED,
    (State.CLOSING, Event.END): State.ENDED,
}
"""Everything legal on one page; docs/lifecycles.md is drawn from it."""
NO_CLOCK = (State.RINGING, State.ANSWERED)
"""A call whose clock has not started: it has cost nothing yet."""


LIMIT_AT_MOST = 96
"""Blocks that a limit may be (E24): a whole day."""


class Reason(StrEnum):
    """Why a session ended; clients put it in words."""

    CUSTOMER_HANGUP = "customer_hangup"
    PERFORMER_HANGUP = "performer_hangup"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    LIMIT_REACHED = "limit_reached"
    """The customer wanted no more blocks than this (E24)."""
    CONNECTION_LOST = "connection_lost"
    SERVICE_OUTAGE = "service_outage"
    """Our own outage took both sides: the last block was returned (E15)."""
    NO_MEDIA = "no_media"
    NO_START = "no_start"
    VOID = "void"
    DECLINED = "declined"
    MISSED = "missed"
    CANCELLED = "cancelled"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    NOT_ON_SITE = "not_on_site"


class FirstBlock(StrEnum):
    """How block 0 of a session is paid for."""

    UNPAID = "unpaid"
    HELD = "held"
    """The block prepaid with the order, still in escrow: the session can become void (R44)."""
    SETTLED = "settled"
    """That block, earned by the performer when the session could no longer become void (D14)."""
    PAID = "paid"
    """Paid for from the session's first second (R46)."""


class Cause(StrEnum):
    """Why a side is lost (D18)."""

    CONNECTION = "line"
    """Its connection closed."""
    SILENCE = "silence"
    """No sign of life came in the last minute before a boundary: in a video session, none that media flows."""


@dataclass(frozen=True)
class Loss:
    """A side whose connection is dead: when its last frame was heard, and since when the session is paused for it."""

    side: Side
    heard_ms: int
    since_ms: int
    cause: Cause = Cause.CONNECTION


@dataclass(frozen=True)
class Session:
    """One call. All times are the server's, in ms; `clock_started_ms` never moves once the clock runs (D13)."""

    id: str
    order_id: str
    customer_id: str
    performer_id: str
    mode: Mode
    price_minor: int
    commission_bps: int
    state: State
    called_ms: int
    deadline_ms: int
    """Ringing: its end. Answered: when it ends without a clock. Meaningless later."""
    acked: bool = False
    answered_ms: int | None = None
    started_ms: int | None = None
    """When the performer pressed start (R41)."""
    media_ms: int | None = None
    """When the customer's page first reported received media (R42)."""
    first_text: str | None = None
    """The client id of the customer's first message (R51)."""
    second_text_ms: int | None = None
    """When the second one came, which starts the clock if the performer was heard from, or waits for that."""
    clock_started_ms: int | None = None
    first_block: FirstBlock = FirstBlock.UNPAID
    blocks_paid: int = 0
    """The number of the last block debited; block 0 is the first."""
    limit_blocks: int | None = None
    """As many blocks as the customer wants at most, the first one counted: nothing is debited beyond, and the session ends there (E24)."""
    lost: tuple[Loss, ...] = ()
    """The sides that are lost; not empty means paused: no debit, no settlement (D18)."""
    resume_by_ms: int | None = None
    """While it is paused: when it ends for those who are lost, however often they take turns."""
    pause_left_ms: int | None = None
    """What is left, since the last boundary, of the time that all pauses share. None: all of it."""
    epoch: int = 0
    """Counts pauses and returns: pushes carry it, so that a page can tell an old one."""
    ended_ms: int | None = None
    reason: Reason | None = None
    ended_by: tuple[Side, ...] = ()
    """Who left: one side, both (a loss of both), or nobody (the service itself ended it)."""
    unpaid_left: int | None = None
    """Of an answered call that ended unpaid: how many more this pair may have that day (D13). None: it does not count."""
    refunded_minor: int = 0
    """What the performer has given back of its blocks, by choice (E12), by agreement or by a verdict (D27)."""
    disputed: tuple[Side, ...] = ()
    """Who opened each dispute about it, the earliest first."""
    decided: bool = False
    """Whether one of them ended in a verdict or an agreement: that is final (D27)."""
    version: int = 0

    @property
    def charged_blocks(self) -> int:
        """Blocks that went to the performer in this session, who keeps them whatever is returned."""
        return self.blocks_paid + 1 if self.first_block in (FirstBlock.SETTLED, FirstBlock.PAID) else 0

    @property
    def returned_blocks(self) -> int:
        """Blocks that the customer got back: the last one, if our own outage ended the session (E15)."""
        return 1 if self.reason is Reason.SERVICE_OUTAGE and self.charged_blocks else 0

    @property
    def billed_blocks(self) -> int:
        """Blocks that the customer has paid for in this session, and has not got back."""
        return self.charged_blocks - self.returned_blocks

    @property
    def kept_minor(self) -> int:
        """What the customer has paid for it and not got back, before commission: what may be disputed and given back."""
        return self.billed_blocks * self.price_minor - self.refunded_minor

    @property
    def block_under_way(self) -> int:
        """Which one it is, counted from 1: the least that its limit may be."""
        return self.blocks_paid + 1

    @property
    def at_limit(self) -> bool:
        """Whether the block under way is the last one that the customer wants (E24)."""
        return self.limit_blocks is not None and self.block_under_way >= self.limit_blocks

    @property
    def marked(self) -> bool:
        """Whether all has happened that starts a clock (R41 to R43, R51): it waits, if at all, for a side to be heard from."""
        if self.mode is Mode.TEXT:
            return self.second_text_ms is not None
        return self.started_ms is not None and self.media_ms is not None

    @property
    def lost_sides(self) -> tuple[Side, ...]:
        """Who is lost; nobody while it is not paused."""
        return tuple(loss.side for loss in self.lost)

    def silent(self, side: Side) -> bool:
        """Whether a side is lost for want of a sign of life."""
        return any(loss.side is side and loss.cause is Cause.SILENCE for loss in self.lost)

    @property
    def media_awaited(self) -> tuple[Side, ...]:
        """The lost sides that only media brings back: a page that still answers, over which nothing flows, is no reason to pay (D18)."""
        return tuple(side for side in self.lost_sides if self.mode is Mode.VIDEO and self.silent(side))

    def side_of(self, user_id: str) -> Side | None:
        """The side that a user has in this session, if any."""
        if user_id == self.customer_id:
            return Side.CUSTOMER
        return Side.PERFORMER if user_id == self.performer_id else None

    def user_of(self, side: Side) -> str:
        """The user on a side."""
        return self.customer_id if side is Side.CUSTOMER else self.performer_id


def after(session: Session, event: Event) -> State:
    """The state that an event leads to. Raises SessionOver when it has ended, else WrongState when the event is not legal."""
    if session.state is State.ENDED:
        raise SessionOver(reason=session.reason or "")
    target = NEXT.get((session.state, event))
    if target is None:
        raise WrongState(what="session", state=session.state, asked=event)
    return target


def ended_reason(session: Session) -> Reason:
    """Why it ended. Raises WrongState while it has not."""
    if session.reason is None:
        raise WrongState(what="session", state=session.state, asked="summary")
    return session.reason


def session_id(order_id: str, number: int) -> str:
    """Sessions are numbered within their order, so a repeated call can never make two of one."""
    return f"{order_id}-{number:04d}"


def order_of(session_id: str) -> str:
    """The order that a session id belongs to; any text is accepted, a wrong one names no order."""
    return session_id.rpartition("-")[0]


NOBODYS = "nobodys="
"""The connection of a side that nobody speaks for; like any that is gone, whatever is sent to it is lost."""


@dataclass(frozen=True)
class Heartbeat:
    """The connection that a side of a live session holds, and its signs of life (D18)."""

    session_id: str
    side: Side
    mode: Mode
    connection_id: str
    at_ms: int
    """When the last of them came."""
    media_bytes: int = 0
    """Bytes received (customer) or sent (performer) over this connection's time, as last reported: they must grow in a video call."""
    media_at_ms: int = 0
    """When they were last reported to have grown."""
    version: int = 0

    @property
    def alive_ms(self) -> int:
        """The last sign of life that a boundary counts: in a video session media that has flowed, else any."""
        return self.media_at_ms if self.mode is Mode.VIDEO else self.at_ms

    def grown(self, media_bytes: int | None) -> bool:
        """Whether a report of so many bytes is such a sign."""
        return self.mode is not Mode.VIDEO or (media_bytes is not None and media_bytes > self.media_bytes)

    def reported(self, media_bytes: int | None, now_ms: int) -> "Heartbeat":
        """After a report that is one."""
        if self.mode is not Mode.VIDEO:
            return replace(self, at_ms=now_ms)
        return replace(self, at_ms=now_ms, media_bytes=media_bytes or 0, media_at_ms=now_ms)

    def waiting(self, now_ms: int) -> "Heartbeat":
        """After a report while no clock runs: the page is there, and no media is asked for."""
        return replace(self, at_ms=now_ms)

    def held_by(self, connection_id: str, now_ms: int) -> "Heartbeat":
        """After a connection took the side: a frame was heard, but no media. A new one counts its bytes anew."""
        kept = self.media_bytes if connection_id == self.connection_id else 0
        return replace(self, connection_id=connection_id, at_ms=now_ms, media_bytes=kept)

    def let_go(self) -> "Heartbeat":
        """After the connection was taken from the side: nobody speaks for it, and the last sign of life stays the last."""
        return replace(self, connection_id=NOBODYS)
