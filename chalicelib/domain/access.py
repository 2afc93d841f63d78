"""Who may do what: one table over every act that a route or a frame offers; what is not in it is denied.

Ownership is not decided here: a use case that finds somebody else's thing answers that there is none.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from chalicelib.domain.errors import Forbidden, Unauthenticated
from chalicelib.domain.people import Role

ACCESS_LIFE_S = 600
"""How long an access token may outlive a block or a sign-out everywhere, for the acts that do not read the person again."""
REFRESH_LIFE_MS = 30 * 86_400_000
"""A device that was not used for this long is signed out."""
TICKET_LIFE_MS = 30_000
"""A ticket opens a connection within this time, once."""


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
JUDGE = Rule(frozenset({Role.ARBITER, Role.ADMIN}), fresh=True)
"""Who decides disputes: which of the two, their phase says."""
ADMIN = Rule(frozenset({Role.ADMIN}), fresh=True)


class Act(StrEnum):
    """One act a route, and one a frame, each with its rule (R2, R3, D28): a frame's act has the frame's own name.

    A payment's webhook and the sandbox's page are open because they prove themselves by signature; cookie routes (arrive, refresh, logout)
    by the cookie. A role includes no other: an admin who is to moderate is granted that too. An act that has no rule is denied to all."""

    rule: Rule | None

    def __new__(cls, name: str, rule: Rule | None = None) -> Self:
        act = str.__new__(cls, name)
        act._value_ = name
        act.rule = rule
        return act

    HEALTH_READ = "health.read", ANYONE
    DOCS_READ = "docs.read", ANYONE

    REGISTER = "auth.register", ANYONE
    CONFIRM = "auth.confirm", ANYONE
    ARRIVE = "auth.arrive", ANYONE
    LOGIN = "auth.login", ANYONE
    REFRESH = "auth.refresh", ANYONE
    LOGOUT = "auth.logout", ANYONE
    LOGOUT_ALL = "auth.logout_all", USER
    FORGOT = "auth.forgot", ANYONE
    RESET = "auth.reset", ANYONE

    ME_READ = "me.read", USER
    ME_EDIT = "me.edit", TRUSTED
    ABOUT_SET = "me.about", TRUSTED
    AVAILABILITY_SET = "me.availability", TRUSTED
    STATUS_SET = "me.status", TRUSTED
    TICKET_ISSUE = "me.ws_ticket", TRUSTED
    MARKS_READ = "me.marks", USER
    FAVOURITES_READ = "me.favourites", USER
    TWIP_MARK = "me.mark_twip", TRUSTED
    TWIP_UNMARK = "me.unmark_twip", TRUSTED
    PERSON_MARK = "me.mark_person", TRUSTED
    PERSON_UNMARK = "me.unmark_person", TRUSTED
    MY_TWIPS = "me.twips", USER

    PERSON_READ = "person.read", ANYONE
    PERSON_REVIEWS = "person.reviews", ANYONE
    PERSON_TWIPS = "person.twips", ANYONE

    TWIP_CREATE = "twip.create", TRUSTED
    TWIP_SEARCH = "twip.search", ANYONE
    CATEGORIES = "twip.categories", ANYONE
    TWIP_READ = "twip.read", ANYONE
    TWIP_REVIEWS = "twip.reviews", ANYONE
    TWIP_EDIT = "twip.edit", TRUSTED
    TWIP_SUBMIT = "twip.submit", TRUSTED
    TWIP_WITHDRAW = "twip.withdraw", TRUSTED
    TWIP_RESTORE = "twip.restore", TRUSTED
    GOODS_BEGIN = "goods.begin", TRUSTED
    GOODS_LIST = "goods.list", USER
    GOODS_PARTS = "goods.parts", TRUSTED
    GOODS_COMPLETE = "goods.complete", TRUSTED
    GOODS_CANCEL = "goods.cancel", TRUSTED
    GOODS_READ = "goods.read", TRUSTED

    ORDER_PLACE = "order.place", TRUSTED
    ORDER_LIST = "order.list", USER
    ORDER_READ = "order.read", USER
    ORDER_CANCEL = "order.cancel", TRUSTED
    ORDER_CLOSE = "order.close", TRUSTED
    WORK_START = "work.start", TRUSTED
    WORK_REFUSE = "work.refuse", TRUSTED
    WORK_DELIVER = "work.deliver", TRUSTED
    WORK_REWORK = "work.rework", TRUSTED
    WORK_ACCEPT = "work.accept", TRUSTED
    WORK_PROPOSE = "work.propose", TRUSTED
    WORK_AGREE = "work.agree", TRUSTED
    WORK_EXTEND = "work.extend", TRUSTED
    WORK_DECLINE = "work.decline", TRUSTED
    WORK_WAIVE = "work.waive", TRUSTED
    REVIEW_WRITE = "review.write", TRUSTED
    REVIEW_REPLY = "review.reply", TRUSTED
    ORDER_REFUND = "order.refund", TRUSTED
    SESSION_REFUND = "session.refund", TRUSTED
    ORDER_SESSIONS = "order.sessions", USER
    THREAD_LIST = "thread.list", USER
    ORDER_GOODS = "order.goods", USER
    ORDER_GOODS_LINK = "order.goods_link", TRUSTED
    THREAD_READ = "thread.read", USER
    THREAD_WRITE = "thread.write", TRUSTED
    THREAD_MARK = "thread.mark", USER
    ATTACHMENT_READ = "attachment.read", USER
    UNREAD_COUNT = "me.unread", USER
    UPLOAD_BEGIN = "upload.begin", TRUSTED
    SESSION_READ = "session.read", USER
    TRANSCRIPT_READ = "session.transcript", USER
    MEDIA_READ = "session.media_reports", USER

    DISPUTE_OPEN = "dispute.open", TRUSTED
    DISPUTE_LIST = "dispute.list", USER
    DISPUTE_READ = "dispute.read", USER
    DISPUTE_THREAD = "dispute.thread", USER
    DISPUTE_EVIDENCE = "dispute.evidence", USER
    DISPUTE_FILE = "dispute.file", USER
    DISPUTE_MARK = "dispute.mark", USER
    DISPUTE_ANSWER = "dispute.answer", TRUSTED
    DISPUTE_SAY = "dispute.say", TRUSTED
    DISPUTE_WITHDRAW = "dispute.withdraw", TRUSTED
    DISPUTE_PROPOSE = "dispute.propose", TRUSTED
    DISPUTE_AGREE = "dispute.agree", TRUSTED
    DISPUTE_DECLINE = "dispute.decline", TRUSTED

    ACCOUNT_READ = "account.read", USER
    STATEMENT_READ = "account.postings", USER
    TOP_UP_START = "topup.start", TRUSTED
    TOP_UP_LIST = "topup.list", USER
    TOP_UP_READ = "topup.read", USER
    PAYMENT_WEBHOOK = "payment.webhook", ANYONE

    MODERATION_QUEUE = "moderation.queue", MODERATOR
    TWIP_APPROVE = "moderation.approve", MODERATOR
    TWIP_REJECT = "moderation.reject", MODERATOR
    GOODS_RELEASE = "moderation.release", MODERATOR
    DESK_QUEUE = "arbitration.queue", JUDGE
    DESK_READ = "arbitration.read", JUDGE
    DESK_THREAD = "arbitration.thread", JUDGE
    DESK_ORDER = "arbitration.order", JUDGE
    DESK_EVIDENCE = "arbitration.evidence", JUDGE
    DESK_TRANSCRIPT = "arbitration.transcript", JUDGE
    DESK_MEDIA = "arbitration.media", JUDGE
    DESK_FILE = "arbitration.file", JUDGE
    DESK_GOODS = "arbitration.goods", JUDGE
    DESK_GOODS_LINK = "arbitration.goods_link", JUDGE
    DISPUTE_ASSIGN = "arbitration.assign", JUDGE
    DISPUTE_HAND_OVER = "arbitration.hand_over", JUDGE
    DISPUTE_QUESTION = "arbitration.question", JUDGE
    DISPUTE_RULE = "arbitration.verdict", JUDGE
    PEOPLE_LIST = "people.list", ADMIN
    PERSON_CHANGE = "people.change", ADMIN
    AUDIT_READ = "audit.read", ADMIN
    LEDGER_VERIFY = "ledger.verify", ADMIN

    HELLO = "hello", TRUSTED
    PING = "ping", USER
    RESUME = "resume", TRUSTED
    CALL_START = "call.start", TRUSTED
    CALL_RINGING = "call.ringing", TRUSTED
    CALL_ANSWER = "call.answer", TRUSTED
    CALL_CANCEL = "call.cancel", USER
    CALL_DECLINE = "call.decline", USER
    SESSION_START = "session.start", TRUSTED
    SESSION_MEDIA = "session.media", TRUSTED
    SESSION_END = "session.end", USER
    SESSION_LIMIT = "session.limit", USER
    SESSION_REPORT = "session.report", USER
    SIGNAL = "signal", USER
    CHAT_SEND = "chat.send", USER
    CHAT_READ = "chat.read", USER


def rule_of(act: Act) -> Rule:
    """The act's rule. Raises Forbidden when it has none."""
    if act.rule is None:
        raise Forbidden(action=act)
    return act.rule


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
