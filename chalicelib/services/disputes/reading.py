"""What is read of disputes: by their two sides, and by staff, whose every reading stands in the audit log (R85, D26 to D29)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.domain.access import Caller
from chalicelib.domain.attachments import Attachment
from chalicelib.domain.availability import Profile
from chalicelib.domain.chat import Message
from chalicelib.domain.disputes.dispute import JUDGE, Dispute, DisputeAct, Phase, is_open_to, party_of
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import FieldError, Forbidden, Gone, InvalidInput, NotFound
from chalicelib.domain.media_reports import MediaReport
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.retention import is_over
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.people import Role, StaffAct
from chalicelib.domain.threads import Reader, ThreadMessage
from chalicelib.services.attachments import Attachments, Download
from chalicelib.services.changes import Insert, Ref, Save
from chalicelib.services.disputes.cases import Case, case_of
from chalicelib.services.disputes.evidence import Evidence, Found
from chalicelib.services.notices.disputes import DisputeNotices
from chalicelib.services.orders.goods import Bought, OrderGoods
from chalicelib.services.ports import Clock, Ids, Listing, Page, Snapshot, Store
from chalicelib.services.retrying import retry_on_conflict

T = TypeVar("T")
READ = "dispute.read"
PAGE_AT_MOST = 30
"""Each dispute on a page asks for three names more, and one request reads a hundred items."""
LISTINGS = {Side.CUSTOMER: Listing.DISPUTES_OF_CUSTOMER, Side.PERFORMER: Listing.DISPUTES_OF_PERFORMER}


@dataclass(frozen=True)
class Seen:
    """A dispute as somebody sees it."""

    dispute: Dispute
    user_id: str
    """The reader."""
    party: Party
    acts: tuple[DisputeAct, ...]
    """What the reader may do now."""
    now_ms: int
    names: dict[Party, str]
    """The display names of its people, as far as there are any."""
    mine: bool = False
    """Whether the reader is its arbiter."""
    money: Case | None = None
    """What a verdict would do to the performer's account: for staff who look at one."""
    unread: int = 0
    """How many things in its thread a side has not read."""


@dataclass(frozen=True)
class DisputeQueries:
    """For the two sides. Each raises NotFound, also to everybody else."""

    store: Store
    clock: Clock
    evidence: Evidence
    attachments: Attachments
    notices: DisputeNotices
    durations: Durations

    def listed(self, user_id: str, side: Side, *, cursor: str | None, limit: int) -> Page[Seen]:
        """Those about the user's orders, or about their sales, newest first, at most 30 a page. Raises InvalidCursor."""
        page = self.store.page(LISTINGS[side], user_id, cursor=cursor, limit=min(limit, PAGE_AT_MOST))
        return Page(seen_by(self.store, page.items, user_id, Party(side), self.clock.now_ms()), page.next_cursor)

    def one(self, user_id: str, dispute_id: str) -> Seen:
        """One dispute."""
        return self.seen(self._own(user_id, dispute_id), user_id)

    def seen(self, dispute: Dispute, user_id: str) -> Seen:
        """A dispute as one of its sides sees it. Raises NotFound."""
        side = dispute.side_of(user_id)
        if side is None:
            raise NotFound(what="dispute")
        return seen_by(self.store, (dispute,), user_id, Party(side), self.clock.now_ms())[0]

    def thread(self, user_id: str, dispute_id: str, *, cursor: str | None, limit: int) -> Page[OrderEvent]:
        """All that was said and done in it, newest first, until the order's end is 180 days ago (D29): the clock decides, whether or not it
        was erased yet. Raises Gone, InvalidCursor."""
        self._kept(user_id, dispute_id, "dispute")
        return self.store.page(Listing.THREAD, dispute_id, cursor=cursor, limit=limit)

    def mark(self, user_id: str, dispute_id: str, up_to_ms: int) -> None:
        """The side has seen everything up to then; safe to repeat, and an earlier time changes nothing. Their pages are told. Raises
        Unavailable."""

        def attempt() -> Dispute | None:
            dispute = self._own(user_id, dispute_id)
            side = dispute.side_of(user_id)
            before = self.store.get(Ref(Reader, dispute_id, Party(side))) if side else None
            after = None if before is None else before.has_read(up_to_ms)
            if after is None or after == before:
                return None
            self.store.commit(Save(after))
            return dispute

        marked = retry_on_conflict(attempt)
        if marked is not None:
            self.notices.marked(marked, user_id)

    def found(self, user_id: str, dispute_id: str) -> Found:
        """The evidence that the service itself has, for as long. Raises Gone."""
        return self.evidence.found(self._kept(user_id, dispute_id, "evidence"))

    def download(self, user_id: str, dispute_id: str, attachment_id: str) -> Download:
        """A link to a file that a side has sent along, for as long (D26). Raises Gone."""
        self._kept(user_id, dispute_id, "attachment")
        return link(self.store, self.attachments, dispute_id, attachment_id, user_id)

    def _kept(self, user_id: str, dispute_id: str, what: str) -> Case:
        case = case_of(self.store, self._own(user_id, dispute_id))
        still_open = case.dispute.ended_ms is None
        if not still_open and is_over(case.order.ended_ms, self.clock.now_ms(), self.durations):
            raise Gone(what=what)
        return case

    def _own(self, user_id: str, dispute_id: str) -> Dispute:
        dispute = self.store.get(Ref(Dispute, dispute_id))
        if dispute is None or dispute.side_of(user_id) is None:
            raise NotFound(what="dispute")
        return dispute


@dataclass(frozen=True)
class Desk:
    """For staff. Each reading of one dispute raises NotFound once it is over, Forbidden to whoever has no part in it as staff, and
    leaves a line in the audit log before anything is shown (D27, D28). All of them see what the queue shows, and how it ended."""

    store: Store
    clock: Clock
    ids: Ids
    evidence: Evidence
    attachments: Attachments
    order_goods: OrderGoods

    def queue(self, member: Caller, phase: Phase, *, cursor: str | None, limit: int) -> Page[Seen]:
        """The disputes of a phase, the shortest term first, but for the reader's own: whose they are, about how much, and until when, and
        nothing of what was said. Raises InvalidCursor, InvalidInput (nobody decides in this phase)."""
        if phase not in JUDGE:
            raise InvalidInput((FieldError("phase", "not_allowed"),))
        page = self.store.page(Listing.DISPUTES_IN_PHASE, phase, cursor=cursor, limit=min(limit, PAGE_AT_MOST))
        # The listing lags behind by moments, the disputes themselves do not.
        open_ones = [d for d in page.items if d.phase is phase and d.side_of(member.user_id) is None]
        party = _party(member, phase)
        return Page(seen_by(self.store, open_ones, member.user_id, party, self.clock.now_ms()), page.next_cursor)

    def one(self, member: Caller, dispute_id: str) -> Seen:
        """One dispute, with what a verdict rests on. Whoever may not read it now sees of it what the queue shows, or how it ended.
        Raises NotFound, Forbidden (a side of it, or nobody is to decide yet)."""
        dispute, party = self._found(member, dispute_id)
        if is_open_to(dispute, member.user_id, party):
            return self._read(member, dispute_id, "dispute", self.seen(dispute, member))
        if dispute.phase is Phase.ANSWER:
            raise Forbidden(action=READ)
        seen = seen_by(self.store, (dispute,), member.user_id, party, self.clock.now_ms())[0]
        return seen if dispute.ended_ms is None else self._read(member, dispute_id, "outcome", seen)

    def seen(self, dispute: Dispute, member: Caller) -> Seen:
        """A dispute as a member of staff sees it who has just acted in it, or may read it."""
        party = party_of(dispute, member.user_id, member.roles) or Party.ARBITER
        now_ms, case = self.clock.now_ms(), case_of(self.store, dispute)
        return seen_by(self.store, (dispute,), member.user_id, party, now_ms, money=case)[0]

    def thread(self, member: Caller, dispute_id: str, *, cursor: str | None, limit: int) -> Page[OrderEvent]:
        """All that was said and done in it, newest first. Raises InvalidCursor."""
        page = self.store.page(Listing.THREAD, self._open(member, dispute_id).id, cursor=cursor, limit=limit)
        return self._read(member, dispute_id, "thread", page)

    def order_thread(
        self, member: Caller, dispute_id: str, *, cursor: str | None, limit: int
    ) -> Page[ThreadMessage | OrderEvent]:
        """What the two sides wrote and did in the order itself. Raises InvalidCursor."""
        order_id = self._open(member, dispute_id).order_id
        page = self.store.page(Listing.THREAD, order_id, cursor=cursor, limit=limit)
        return self._read(member, dispute_id, "order", page)

    def found(self, member: Caller, dispute_id: str) -> Found:
        """The evidence that the service itself has."""
        found = self.evidence.found(case_of(self.store, self._open(member, dispute_id)))
        return self._read(member, dispute_id, "evidence", found)

    def transcript(self, member: Caller, dispute_id: str, *, cursor: str | None, limit: int) -> Page[Message]:
        """What was said in the disputed session, newest first. Raises InvalidCursor."""
        session_id = self._session(member, dispute_id)
        page = self.store.page(Listing.MESSAGES_OF_SESSION, session_id, cursor=cursor, limit=limit)
        return self._read(member, dispute_id, "transcript", page)

    def media(self, member: Caller, dispute_id: str, *, cursor: str | None, limit: int) -> Page[MediaReport]:
        """What both pages of it reported, newest first. Raises InvalidCursor."""
        session_id = self._session(member, dispute_id)
        page = self.store.page(Listing.MEDIA_OF_SESSION, session_id, cursor=cursor, limit=limit)
        return self._read(member, dispute_id, "media", page)

    def download(self, member: Caller, dispute_id: str, attachment_id: str) -> Download:
        """A link to a file of the dispute, or of its order (D26)."""
        dispute = self._open(member, dispute_id)
        try:
            found = link(self.store, self.attachments, dispute.id, attachment_id, member.user_id)
        except NotFound:
            found = link(self.store, self.attachments, dispute.order_id, attachment_id, member.user_id)
        return self._read(member, dispute_id, f"file {attachment_id}", found)

    def goods(self, member: Caller, dispute_id: str) -> Bought:
        """What was bought, of files. Raises NotFound for anything else."""
        bought = self.order_goods.of(case_of(self.store, self._open(member, dispute_id)).order)
        return self._read(member, dispute_id, "goods", bought)

    def goods_link(self, member: Caller, dispute_id: str, file_id: str) -> Download:
        """A link to one of its files; the customer's are counted apart. Raises Unavailable."""
        order = case_of(self.store, self._open(member, dispute_id)).order
        return self._read(
            member, dispute_id, f"goods {file_id}", self.order_goods.link_to(order, file_id, member.user_id)
        )

    def _session(self, member: Caller, dispute_id: str) -> str:
        session_id = self._open(member, dispute_id).about.session_id
        if session_id is None:
            raise NotFound(what="session")
        return session_id

    def _open(self, member: Caller, dispute_id: str) -> Dispute:
        """The dispute, if this member of staff may read it now."""
        dispute, party = self._found(member, dispute_id)
        if dispute.ended_ms is not None:
            raise NotFound(what="dispute")
        if not is_open_to(dispute, member.user_id, party):
            raise Forbidden(action=READ)
        return dispute

    def _found(self, member: Caller, dispute_id: str) -> tuple[Dispute, Party]:
        """The dispute, and as whom this member of staff looks at it: never as a side."""
        dispute = self.store.get(Ref(Dispute, dispute_id))
        if dispute is None:
            raise NotFound(what="dispute")
        party = party_of(dispute, member.user_id, member.roles)
        if dispute.side_of(member.user_id) is not None or party is None:
            raise Forbidden(action=READ)
        return dispute, party

    def _read(self, member: Caller, dispute_id: str, what: str, shown: T) -> T:
        """What is about to be shown, once the log says so."""
        facts = {"what": what}
        self.store.commit(
            Insert(StaffAct(self.ids.new(), self.clock.now_ms(), member.user_id, READ, dispute_id, facts))
        )
        return shown


def _party(member: Caller, phase: Phase) -> Party:
    """As whom a member of staff looks at a phase."""
    return Party.ADMIN if JUDGE[phase] is Role.ADMIN or Role.ARBITER not in member.roles else Party.ARBITER


def seen_by(
    store: Store, disputes: Iterable[Dispute], user_id: str, party: Party, now_ms: int, money: Case | None = None
) -> tuple[Seen, ...]:
    """Disputes as one person sees them, with the names of their people."""
    found = tuple(disputes)
    people = {person for dispute in found for person in _people(dispute).values()}
    # At most 91 for 30 disputes of a side, who is in all of them.
    readers = [Ref(Reader, dispute.id, party) for dispute in found if dispute.side_of(user_id)]
    around = store.read(*(Ref(Profile, person) for person in sorted(people)), *readers) if people else Snapshot()
    return tuple(
        Seen(
            dispute=dispute,
            user_id=user_id,
            party=party,
            acts=dispute.acts(party, now_ms, user_id),
            now_ms=now_ms,
            names={
                who: profile.display_name
                for who, person in _people(dispute).items()
                if (profile := around.get(Ref(Profile, person)))
            },
            mine=dispute.arbiter_id == user_id,
            money=money,
            unread=reader.unread if (reader := around.get(Ref(Reader, dispute.id, party))) else 0,
        )
        for dispute in found
    )


def _people(dispute: Dispute) -> dict[Party, str]:
    sides = {Party.CUSTOMER: dispute.customer_id, Party.PERFORMER: dispute.performer_id}
    return {**sides, **({Party.ARBITER: dispute.arbiter_id} if dispute.arbiter_id else {})}


def link(store: Store, attachments: Attachments, thread_id: str, attachment_id: str, reader_id: str) -> Download:
    """A link to a file of a thread. Raises NotFound, and as `Attachments.link`."""
    attachment = store.get(Ref(Attachment, thread_id, attachment_id))
    if attachment is None:
        raise NotFound(what="attachment")
    return attachments.link(attachment, reader_id)
