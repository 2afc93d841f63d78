"""Frames that the server sends. Clients see `type` (the class's `type`) and the fields; AsyncAPI is generated from here."""

import re
from dataclasses import field
from typing import Any, ClassVar, Self

from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.sessions import Reason, State
from chalicelib.domain.values import value


@value
class Frame:
    """A frame. `type` is the class's name, its first word before a dot and the others in snake case: `session.low_balance`. Clients rest
    on it. `re` is the id of the client's frame that it answers, if it answers one."""

    type: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        subject, *happened = re.findall("[A-Z][a-z]*", cls.__name__)
        cls.type = ".".join([subject, *(["_".join(happened)] if happened else [])]).lower()

    def as_dict(self) -> dict[str, Any]:
        """The JSON object; absent facts are left out."""
        return {"type": self.type, **{name: value for name, value in vars(self).items() if value is not None}}

    def answering(self, ident: str | None) -> Self:
        """The same, as the answer to the client's frame with this id. Most frames out are answers, so it is made by hand."""
        answer = object.__new__(type(self))
        vars(answer).update(vars(self), re=ident)
        return answer


@value
class Pong(Frame):
    """Answers `ping`."""

    now_ms: int
    re: str | None = None


@value
class Welcome(Frame):
    """Answers `hello`: frames reach this page from now on."""

    user_id: str
    now_ms: int
    keepalive_ms: int
    """A page of a performer who can be called sends `ping` this often (D7)."""
    report_ms: tuple[int, int]
    """A page in a live session sends `session.report` this long before each `paid_until_ms` (D18)."""
    waiting_report_ms: int
    """And this often from the answer until the clock runs."""
    re: str | None = None


@value
class Done(Frame):
    """The client's frame was carried out, and there is nothing more to say."""

    re: str | None = None


@value
class Error(Frame):
    """The client's frame was refused and changed nothing. The code is one of REST's."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    re: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The facts stand beside the code, as in a problem document."""
        return {"type": self.type, **self.facts, "code": self.code, **({"re": self.re} if self.re else {})}


@value
class CallIncoming(Frame):
    """Somebody rings (R20, R21); `silent`: no sound, badge only."""

    session_id: str
    order_id: str
    title: dict[str, str]
    mode: Mode
    caller: str
    silent: bool
    until_ms: int
    limit_blocks: int | None = None
    """As many blocks as the customer wants at most (E24). Absent: only money limits it."""


@value
class CallCount(Frame):
    """How many calls ring at this moment (R22)."""

    n: int


@value
class CallRinging(Frame):
    """Answers `call.start`: it rings until then."""

    session_id: str
    until_ms: int
    limit_blocks: int | None = None
    """As in `call.incoming`: of a call that rang already, the one that it was begun with."""
    re: str | None = None


@value
class CallAnswered(Frame):
    """The performer has answered; to the two sides with the ICE servers, to the performer's other tabs without."""

    session_id: str
    mode: Mode
    until_ms: int
    here: bool
    """False for the tabs that only stop ringing."""
    ice_servers: tuple[dict[str, Any], ...] = ()
    limit_blocks: int | None = None
    """As in `call.incoming`."""
    re: str | None = None


@value
class CallEnded(Frame):
    """The ringing is over without an answer here."""

    session_id: str
    reason: Reason


@value
class SessionPending(Frame):
    """The performer has pressed start: media is awaited until then, and nothing is charged yet (D13)."""

    session_id: str
    until_ms: int


@value
class SessionStarted(Frame):
    """The clock runs. `voidable_until_ms` only in a first video session (R44)."""

    session_id: str
    t0_ms: int
    paid_until_ms: int
    voidable_until_ms: int | None
    amount_minor: int
    """What it did to the reader's account just now: negative for a customer who paid, 0 when the prepaid block is used."""
    balance_minor: int
    """The reader's account."""
    limit_blocks: int | None = None
    """As in `call.incoming`."""
    limit_ms: int | None = None
    """When that ends the session."""


@value
class SessionCharged(Frame):
    """A block was debited (R47), or the prepaid one was settled as block 0 (D14), which does not change the customer's account."""

    session_id: str
    block: int
    amount_minor: int
    """What it did to the reader's account: negative for the customer, the share for the performer."""
    paid_until_ms: int
    balance_minor: int


@value
class SessionLowBalance(Frame):
    """The account does not cover the boundary (D17)."""

    session_id: str
    boundary_ms: int
    missing_minor: int | None = None
    """By how much: to the customer, whose account it is; the performer is told only that it does not."""


@value
class SessionLimited(Frame):
    """The session's limit as it is now (E24): answers `session.limit`, and tells the performer's page that the customer has set, changed or
    lifted it. Nothing is debited beyond it, and the session ends there as `limit_reached`."""

    session_id: str
    limit_blocks: int | None = None
    """As many blocks as the customer wants at most, the first one counted. Absent: only money limits it."""
    limit_ms: int | None = None
    """When it ends the session. Absent: never, or no clock runs yet."""
    re: str | None = None


@value
class SessionLimitNear(Frame):
    """At this boundary, the next, the customer's limit ends the session (E24): to both sides, two minutes before."""

    session_id: str
    boundary_ms: int


@value
class SessionInterrupted(Frame):
    """A side is lost, or both are: nothing is debited until nobody is, and what fell due meanwhile then is (D18). A page whose own side is
    in `media_awaited` keeps sending media, or begins again, and sends `session.report` as soon as its bytes grow; one whose own side is
    among the other `sides` sends `resume` at once. If the other side is among those, its page is gone: stop sending media until
    `session.resumed`."""

    session_id: str
    sides: tuple[Side, ...]
    """Who is lost."""
    media_awaited: tuple[Side, ...]
    """Those of them that are back when their media flows again, and not by `resume`: their pages are there, but nothing flowed in the
    last minute before a boundary. Empty in a text session."""
    until_ms: int
    """When the session ends as `connection_lost` if they are not back."""
    epoch: int


@value
class SessionResumed(Frame):
    """Answers `resume`, and the `session.report` for which the session paused; tells the other side that a lost one is back. Media may be
    sent again unless a side is in `lost` but not in `media_awaited`; in a video session a page sends `session.report` as soon as its
    bytes grow."""

    session_id: str
    side: Side
    """Who is there again: the reader, if this answers a frame."""
    state: State
    mode: Mode
    pending: bool
    """The performer has started, and the clock waits for the customer's media."""
    until_ms: int | None
    """When the service stops waiting for the clock; none once it runs."""
    t0_ms: int | None
    paid_until_ms: int | None
    voidable_until_ms: int | None
    lost: tuple[Side, ...]
    """Who is still lost: the reader too, if its own media is awaited."""
    media_awaited: tuple[Side, ...]
    """As in `session.interrupted`."""
    epoch: int
    ice_servers: tuple[dict[str, Any], ...] = ()
    limit_blocks: int | None = None
    """As in `session.limited`."""
    limit_ms: int | None = None
    re: str | None = None


@value
class SessionMoved(Frame):
    """Another tab or device took this side over."""

    session_id: str


@value
class SessionEnded(Frame):
    """The end, with the summary (R57, R58): what was billed and how long it lasted. Answers `resume` when it came too late. Of a session
    that our own outage ended, the last block was returned: it is not billed to the customer, and the performer keeps it (E15)."""

    session_id: str
    reason: Reason
    by: tuple[Side, ...]
    billed_blocks: int
    billed_minor: int
    returned_blocks: int
    returned_minor: int
    duration_ms: int
    ended_ms: int
    unpaid_left: int | None = None
    """Of an answered call that ended unpaid: how many more this customer and this performer may have today (D13). Absent: it does not
    count as one."""
    re: str | None = None


@value
class Signal(Frame):
    """What the other side's page says to this one: SDP and ICE, not looked at."""

    session_id: str
    data: Any


@value
class ChatMessage(Frame):
    """A message, to both sides: the author's page takes it as the receipt."""

    session_id: str
    author: Side
    client_id: str
    text: str
    at_ms: int
    re: str | None = None


@value
class ChatRead(Frame):
    """The other side has read up to this instant."""

    session_id: str
    up_to_ms: int


@value
class Balance(Frame):
    """The reader's account has changed (R52)."""

    available_minor: int


@value
class Status(Frame):
    """The reader's own status as performer has changed, perhaps in another tab or by the withdrawal of a twip (R18, D4)."""

    status: str


@value
class OrderUpdated(Frame):
    """One of the reader's orders has changed: read it again."""

    order_id: str


@value
class MessageNew(Frame):
    """Something was written in the thread of one of the reader's orders, perhaps by the reader in another tab: read the thread again."""

    order_id: str
    message_id: str
    by: Party
    at_ms: int


@value
class MessageRead(Frame):
    """A side has read the thread up to then: the other side, or the reader in another tab."""

    order_id: str
    by: Party
    up_to_ms: int


@value
class DisputeUpdated(Frame):
    """A dispute in which the reader has a part, or of their queue, has changed, or was read in another tab: read it again."""

    dispute_id: str
    order_id: str


@value
class Notice(Frame):
    """Something a person should know; `code` is put in words by the client."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)
