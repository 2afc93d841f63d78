"""Who may do what: one table over every act that a route or a frame offers; what is not in it is denied.

Ownership is not decided here: a use case that finds somebody else's thing answers that there is none.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.errors import Forbidden, Unauthenticated
from chalicelib.domain.people import Role

ACCESS_LIFE_S = 600
"""How long an access token may outlive a block or a sign-out everywhere, for the acts that do not read the person again."""


class Act(StrEnum):
    """One act a route, and one a frame: a frame's act has the frame's own name."""

    HEALTH_READ = "health.read"
    DOCS_READ = "docs.read"

    REGISTER = "auth.register"
    CONFIRM = "auth.confirm"
    LOGIN = "auth.login"
    REFRESH = "auth.refresh"
    LOGOUT = "auth.logout"
    LOGOUT_ALL = "auth.logout_all"
    FORGOT = "auth.forgot"
    RESET = "auth.reset"

    ME_READ = "me.read"
    ME_EDIT = "me.edit"
    AVAILABILITY_SET = "me.availability"
    STATUS_SET = "me.status"
    TICKET_ISSUE = "me.ws_ticket"
    MY_TWIPS = "me.twips"

    PERSON_READ = "person.read"

    TWIP_CREATE = "twip.create"
    TWIP_SEARCH = "twip.search"
    TWIP_READ = "twip.read"
    TWIP_EDIT = "twip.edit"
    TWIP_SUBMIT = "twip.submit"
    TWIP_WITHDRAW = "twip.withdraw"
    TWIP_RESTORE = "twip.restore"

    ORDER_PLACE = "order.place"
    ORDER_LIST = "order.list"
    ORDER_READ = "order.read"
    ORDER_CANCEL = "order.cancel"
    ORDER_CLOSE = "order.close"
    ORDER_SESSIONS = "order.sessions"
    SESSION_READ = "session.read"
    TRANSCRIPT_READ = "session.transcript"
    MEDIA_READ = "session.media_reports"

    ACCOUNT_READ = "account.read"
    STATEMENT_READ = "account.postings"
    TOP_UP_START = "topup.start"
    TOP_UP_LIST = "topup.list"
    TOP_UP_READ = "topup.read"
    PAYMENT_WEBHOOK = "payment.webhook"

    MODERATION_QUEUE = "moderation.queue"
    TWIP_APPROVE = "moderation.approve"
    TWIP_REJECT = "moderation.reject"
    PEOPLE_LIST = "people.list"
    PERSON_CHANGE = "people.change"
    AUDIT_READ = "audit.read"
    LEDGER_VERIFY = "ledger.verify"

    HELLO = "hello"
    PING = "ping"
    RESUME = "resume"
    CALL_START = "call.start"
    CALL_RINGING = "call.ringing"
    CALL_ANSWER = "call.answer"
    CALL_CANCEL = "call.cancel"
    CALL_DECLINE = "call.decline"
    SESSION_START = "session.start"
    SESSION_MEDIA = "session.media"
    SESSION_END = "session.end"
    SESSION_REPORT = "session.report"
    SIGNAL = "signal"
    CHAT_SEND = "chat.send"
    CHAT_READ = "chat.read"


@dataclass(frozen=True)
class Rule:
    """Who may: anyone at all, or whoever is signed in and has one of `roles`.

    `fresh`: the person is read again before the act, so that a block, a revoked role or a sign-out everywhere counts at once; other
    acts trust the token for its short life, or the connection that was let in for as long as it is open."""

    roles: frozenset[Role] = frozenset()
    fresh: bool = False

    @property
    def open(self) -> bool:
        """Whether nobody needs to be signed in."""
        return not self.roles


@dataclass(frozen=True)
class Caller:
    """Who asks, as the access token says."""

    user_id: str
    roles: frozenset[Role]
    epoch: int


ANYONE = Rule()
USER = Rule(frozenset({Role.USER}))
TRUSTED = Rule(frozenset({Role.USER}), fresh=True)
"""Users, where money moves, a connection opens, a call or a clock begins, or something is made or changed that others can see or will.
Not looked at again are reading, and what only ends something; a frame of a session's talk is let in by its connection, from which a
block takes the side."""
MODERATOR = Rule(frozenset({Role.MODERATOR}), fresh=True)
ADMIN = Rule(frozenset({Role.ADMIN}), fresh=True)

RULES: dict[Act, Rule] = {
    Act.HEALTH_READ: ANYONE,
    Act.DOCS_READ: ANYONE,
    Act.REGISTER: ANYONE,
    Act.CONFIRM: ANYONE,
    Act.LOGIN: ANYONE,
    Act.REFRESH: ANYONE,
    Act.LOGOUT: ANYONE,
    Act.LOGOUT_ALL: USER,
    Act.FORGOT: ANYONE,
    Act.RESET: ANYONE,
    Act.ME_READ: USER,
    Act.ME_EDIT: TRUSTED,
    Act.AVAILABILITY_SET: TRUSTED,
    Act.STATUS_SET: TRUSTED,
    Act.TICKET_ISSUE: TRUSTED,
    Act.MY_TWIPS: USER,
    Act.PERSON_READ: ANYONE,
    Act.TWIP_CREATE: TRUSTED,
    Act.TWIP_SEARCH: ANYONE,
    Act.TWIP_READ: ANYONE,
    Act.TWIP_EDIT: TRUSTED,
    Act.TWIP_SUBMIT: TRUSTED,
    Act.TWIP_WITHDRAW: TRUSTED,
    Act.TWIP_RESTORE: TRUSTED,
    Act.ORDER_PLACE: TRUSTED,
    Act.ORDER_LIST: USER,
    Act.ORDER_READ: USER,
    Act.ORDER_CANCEL: TRUSTED,
    Act.ORDER_CLOSE: TRUSTED,
    Act.ORDER_SESSIONS: USER,
    Act.SESSION_READ: USER,
    Act.TRANSCRIPT_READ: USER,
    Act.MEDIA_READ: USER,
    Act.ACCOUNT_READ: USER,
    Act.STATEMENT_READ: USER,
    Act.TOP_UP_START: TRUSTED,
    Act.TOP_UP_LIST: USER,
    Act.TOP_UP_READ: USER,
    Act.PAYMENT_WEBHOOK: ANYONE,
    Act.MODERATION_QUEUE: MODERATOR,
    Act.TWIP_APPROVE: MODERATOR,
    Act.TWIP_REJECT: MODERATOR,
    Act.PEOPLE_LIST: ADMIN,
    Act.PERSON_CHANGE: ADMIN,
    Act.AUDIT_READ: ADMIN,
    Act.LEDGER_VERIFY: ADMIN,
    Act.HELLO: TRUSTED,
    Act.PING: USER,
    Act.RESUME: TRUSTED,
    Act.CALL_START: TRUSTED,
    Act.CALL_RINGING: TRUSTED,
    Act.CALL_ANSWER: TRUSTED,
    Act.CALL_CANCEL: USER,
    Act.CALL_DECLINE: USER,
    Act.SESSION_START: TRUSTED,
    Act.SESSION_MEDIA: TRUSTED,
    Act.SESSION_END: USER,
    Act.SESSION_REPORT: USER,
    Act.SIGNAL: USER,
    Act.CHAT_SEND: USER,
    Act.CHAT_READ: USER,
}
"""The whole of it (R2, R3, D28). A payment's webhook and the sandbox's page are open because they prove themselves by signature;
cookie routes (refresh, logout) by the cookie. A role includes no other: an admin who is to moderate is granted that too."""


def rule_of(act: Act) -> Rule:
    """The act's rule. Raises Forbidden when the table has none."""
    rule = RULES.get(act)
    if rule is None:
        raise Forbidden(action=act)
    return rule


def permit(act: Act, caller: Caller | None) -> None:
    """Lets the caller through, or raises Unauthenticated (nobody is signed in) or Forbidden (not with these roles)."""
    rule = rule_of(act)
    if rule.open:
        return
    if caller is None:
        raise Unauthenticated(reason="missing")
    if not rule.roles & caller.roles:
        raise Forbidden(action=act)


def from_our_pages(origins: Iterable[str], ours: Collection[str]) -> bool:
    """Whether a request may come from where its `Origin` headers say. Browsers say it of every WebSocket and every POST, so a page of
    another site, and one without an origin (`null`), is refused what cookies or tickets alone authorise (E16); whoever says
    nothing is no browser."""
    return all(origin in ours for origin in origins)
