"""The books of a run, kept beside the services from what is written alone: after every write they say whether the rules hold."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.billing import ledger
from chalicelib.billing.ledger import Entry, Kind
from chalicelib.domain.accounts import Account
from chalicelib.domain.durations import Durations
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import ConsultationState, Prepaid
from chalicelib.domain.orders.order import ConsultationOrder, Order
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Cause, FirstBlock, Heartbeat, Reason, Session, State
from chalicelib.domain.unpaid import UNPAID_A_DAY
from chalicelib.services.calls.unpaid import unpaid_ref
from chalicelib.services.calls.watermarks import Watermark
from chalicelib.storage.codec import decode
from chalicelib.storage.keys import JOURNAL, LIVE, MARKET
from dynamo.memory import MemoryDynamo
from sim.kernel import NEVER_MS
from sim.limits import beyond_limit
from sim.readings import Readings

LEGAL = {
    (None, State.RINGING),
    (State.RINGING, State.RINGING),
    (State.RINGING, State.ANSWERED),
    (State.RINGING, State.ENDED),
    (State.ANSWERED, State.ANSWERED),
    (State.ANSWERED, State.RUNNING),
    (State.ANSWERED, State.ENDED),
    (State.RUNNING, State.RUNNING),
    (State.RUNNING, State.CLOSING),
    (State.RUNNING, State.ENDED),
    (State.CLOSING, State.ENDED),
}
AT_WORK = (State.ANSWERED, State.RUNNING, State.CLOSING)
"""While a session is in one of these, its performer is busy with it, and with nothing else."""
SKEW_MS = 1_000
"""By so much two servers' clocks may differ, and a little more."""
SLOW_MS = 10_000
"""So long a commit may take from its decision, with all its repeats."""
HANDLED_MS = 60_000
"""No handler is at work for longer."""


@dataclass(frozen=True)
class Debit:
    """When a block was debited, against when it was due. `waited`: the session was paused in between, as it should."""

    session_id: str
    k: int
    due_ms: int
    at_ms: int
    waited: bool

    @property
    def late_ms(self) -> int:
        """How late."""
        return self.at_ms - self.due_ms


@dataclass
class Books:
    """What was written, as plain values; `broken` lists every rule that was found broken."""

    durations: Durations
    now_ms: Callable[[], int]
    is_open: Callable[[str], bool]
    """Whether a page's line is open."""
    still_ms: int
    """A page may say that bytes have grown for so long after they did."""
    sessions: dict[str, Session] = field(default_factory=dict)
    ringing: dict[str, str] = field(default_factory=dict)
    """The performers at whom sessions ring, by session."""
    orders: dict[str, ConsultationOrder] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    heard: dict[tuple[str, Side], Heartbeat] = field(default_factory=dict)
    grew: dict[tuple[str, Side], int] = field(default_factory=dict)
    """When media had last got through on a side, by what its page said last. The page's word, not the service's."""
    believed: dict[tuple[str, Side, str], int] = field(default_factory=dict)
    """Bytes that were taken for a sign of life, by session, side and line."""
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    balances: Counter[str] = field(default_factory=Counter)
    debited: dict[tuple[str, int], Entry] = field(default_factory=dict)
    """Every block that was ever committed."""
    paid: dict[tuple[str, int], Entry] = field(default_factory=dict)
    """Those of them that were not returned."""
    paused_ms: dict[str, int] = field(default_factory=dict)
    """When each session was last seen paused."""
    pauses: Counter[tuple[str, int]] = field(default_factory=Counter)
    """For how long each session was paused after each of its blocks, as far as those pauses are over."""
    debits: list[Debit] = field(default_factory=list)
    balances_of: defaultdict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """What every account held, and since when."""
    moves: list[int] = field(default_factory=list)
    """When the tick's watermark moved."""
    replied_ms: dict[str, int] = field(default_factory=dict)
    """When the performer first wrote, by session."""
    unpaid: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Answered calls that count as unpaid, by customer, performer and day."""
    readings: Readings = field(default_factory=Readings)
    broken: list[str] = field(default_factory=list)

    def breach(self, rule: str, *facts: object) -> None:
        """Notes a broken rule."""
        self.broken.append(f"{rule}: {' '.join(str(fact) for fact in facts)}")

    def require(self, holds: bool, rule: str, *facts: object) -> None:
        """Notes a broken rule unless it holds."""
        if not holds:
            self.breach(rule, *facts)

    @property
    def at_rest(self) -> bool:
        """Whether no session is alive."""
        return all(session.state is State.ENDED for session in self.sessions.values())

    @property
    def called(self) -> set[str]:
        """The performers at whom somebody rings."""
        return set(self.ringing.values())

    # What was written

    def write(self, dynamo: MemoryDynamo, operation: str, request: dict[str, Any]) -> None:
        """Takes in one write, right after it was carried out."""
        actions = request["TransactItems"] if operation == "transact_write_items" else [{operation: request}]
        entries: list[Entry] = []
        touched: list[tuple[str, str, str]] = []
        for action in actions:
            ((act, arguments),) = action.items()
            if act == "ConditionCheck":
                continue
            key = arguments.get("Key") or arguments["Item"]
            place = (arguments["TableName"], key["pk"]["S"], key["sk"]["S"])
            if place[0] == JOURNAL:
                entries.append(self._journal(arguments, place))
            touched.append(place)
        olds: list[tuple[Session | None, Session]] = []
        for table, pk, sk in touched:
            item = dynamo.item(table, pk, sk)
            if table == LIVE and pk.startswith("SES#"):
                self._hear(pk, sk, item)
            elif table == MARKET and sk.startswith("SES#") and item is not None:
                session = self.readings.decode(Session, item)
                olds.append((self.sessions.get(session.id), session))
                self.sessions[session.id] = session
                if session.state is State.RINGING:
                    self.ringing[session.id] = session.performer_id
                else:
                    self.ringing.pop(session.id, None)
            elif table == MARKET and pk.startswith("CHAT#") and sk.startswith(Side.PERFORMER):
                self.replied_ms.setdefault(pk.removeprefix("CHAT#"), self.now_ms())
            elif table == MARKET and sk == "ORD" and item is not None:
                self.orders[item["id"]["S"]] = self.readings.decode(Order, item)
            elif table == MARKET and sk == "ACC" and item is not None:
                self.accounts[item["user_id"]["S"]] = self.readings.decode(Account, item)
            elif table == MARKET and sk == "TICK" and item is not None:
                self._moved(self.readings.decode(Watermark, item))
        for old, session in olds:
            self._changed(old, session, [entry for entry in entries if entry.subject == session.id])
        self._weigh(entries, touched)
        sessions = {session.id for _, session in olds}
        for entry in entries:
            known = "-" in entry.subject
            self.require(not known or entry.subject in sessions, "money of a session moved without the session", entry)

    def _journal(self, arguments: dict[str, Any], place: tuple[str, str, str]) -> Entry:
        entry = decode(Entry, arguments["Item"])
        guarded = arguments.get("ConditionExpression") == "attribute_not_exists(pk)"
        self.require(guarded, "a journal entry was put without its condition", place)
        self.require(place[1:] not in self.entries, "a journal entry was overwritten", place)
        self.require(sum(p.amount_minor for p in entry.postings) == 0, "postings do not sum to zero", entry)
        self.entries[place[1:]] = entry
        for posting in entry.postings:
            self.balances[posting.account] += posting.amount_minor
        if entry.kind is Kind.BLOCK_RETURN:
            undone = self.paid.pop((entry.subject, entry.k), None)
            back = undone is not None and entry.at_ms == undone.at_ms + 1
            self.require(back, "a block was returned that was not paid", entry, undone)
        if entry.kind is Kind.BLOCK:
            again = (entry.subject, entry.k) in self.paid
            self.require(not again, "a block was paid twice", entry.subject, entry.k)
            self.paid[entry.subject, entry.k] = self.debited[entry.subject, entry.k] = entry
        return entry

    def _moved(self, mark: Watermark) -> None:
        moved_ms = mark.moved_ms or 0
        self.require(0 <= self.now_ms() + 20 - moved_ms <= HANDLED_MS, "the watermark moved at another time", mark)
        self.moves.append(moved_ms)

    def _hear(self, pk: str, side: str, item: dict[str, Any] | None) -> None:
        key = pk.removeprefix("SES#"), Side(side)
        if item is None:
            self.heard.pop(key, None)
            return
        known, heard = self.heard.get(key), self.readings.decode(Heartbeat, item)
        self.heard[key] = heard
        if known is not None and heard.media_at_ms > known.media_at_ms:
            line = (*key, heard.connection_id)
            grown = heard.media_bytes > self.believed.get(line, 0)
            self.require(grown, "media is believed though its bytes have not grown", known, heard)
            self.believed[line] = heard.media_bytes

    def _weigh(self, entries: list[Entry], touched: list[tuple[str, str, str]]) -> None:
        """Each balance equals the sum of its postings; nobody is below zero."""
        for _, pk, sk in touched:
            ident = pk[4:]
            if sk == "ACC":
                account = self.accounts[ident]
                available, fee = self.balances[ledger.user(ident)], self.balances[ledger.fee(ident)]
                self.require(account.available_minor == available, "an account is not its postings", account, available)
                self.require(account.fee_minor == fee, "a commission is not its postings", account, fee)
                self.require(account.available_minor >= 0, "an account is overdrawn", account)
                self._leased(account)
                self.balances_of[ident].append((self.now_ms(), account.available_minor))
            if sk == "ORD":
                order = self.orders[ident]
                escrow = self.balances[ledger.escrow(ident)]
                self.require(order.escrow_minor == escrow, "an escrow is not its postings", order, escrow)
                self._live(order)
        for entry in entries:
            users = {posting.account for posting in entry.postings if posting.account.startswith(("user:", "fee:"))}
            written = {f"{kind}:{pk[4:]}" for _, pk, sk in touched if sk == "ACC" for kind in ("user", "fee")}
            self.require(users <= written, "an entry without its accounts", entry)

    # Leases

    def _leased(self, account: Account) -> None:
        session = self.sessions.get(account.busy) if account.busy else None
        well = account.busy is None or (session is not None and session.state in AT_WORK)
        self.require(well, "a lease outlives its session", account, session)

    def _live(self, order: ConsultationOrder) -> None:
        session = self.sessions.get(order.body.live) if order.body.live else None
        well = order.body.live is None or (session is not None and session.state is not State.ENDED)
        self.require(well, "an order's lease outlives its session", order, session)
        over = order.body.state is not ConsultationState.OPEN
        self.require(not (over and order.body.live), "an order ended while a call was live", order)
        self.require(not over or order.escrow_minor == 0, "an order ended with money in escrow", order)

    # Sessions

    def _changed(self, old: Session | None, new: Session, entries: list[Entry]) -> None:
        state = old.state if old else None
        self.require((state, new.state) in LEGAL, "an illegal transition", state, new)
        self.require(new.version == (old.version + 1 if old else 0), "a session was overwritten unseen", old, new)
        order, performer = self.orders[new.order_id], self.accounts[new.performer_id]
        alive = new.state is not State.ENDED
        self.require((order.body.live == new.id) is alive, "an order's lease and its session disagree", order, new)
        self.require((performer.busy == new.id) is (new.state in AT_WORK), "busy and the session disagree", new)
        back = [entry for entry in entries if entry.kind is Kind.SERVICE_OUTAGE]
        entries = [entry for entry in entries if entry not in back]
        self.require(len(entries) <= 1, "one step, many entries", entries)
        if old is None:
            self.require(order.body.state is ConsultationState.OPEN, "a call on an order that is over", order)
            return
        self.require(old.clock_started_ms in (None, new.clock_started_ms), "a clock was moved", old, new)
        self._blocks(old, new, entries[0] if entries else None)
        self._pauses(old, new)
        broken = beyond_limit(old, new, self.durations.block_ms)
        self.require(broken is None, broken or "", old, new)
        if new.state is State.CLOSING or (new.reason is Reason.INSUFFICIENT_FUNDS and old.state is State.ANSWERED):
            short = self.accounts[new.customer_id].available_minor < new.price_minor
            self.require(short and not old.lost, "cut though the account covers the block", new)
        if not alive:
            self._ended(old, new, order)
        self._given_back(new, back)
        self._outage(old, new)

    def _blocks(self, old: Session, new: Session, entry: Entry | None) -> None:
        """Money moves with a clock's start, a settlement or a boundary, and with nothing else."""
        starts = old.state is State.ANSWERED and new.state is State.RUNNING
        settles = old.first_block is FirstBlock.HELD and new.first_block is FirstBlock.SETTLED
        paid_at_once = starts and new.first_block is FirstBlock.PAID
        moves = new.blocks_paid > old.blocks_paid
        if entry is not None and entry.kind is Kind.BLOCK_RETURN:
            self._returned(old, new, entry)
            return
        if starts:
            self._begun(new)
        self.require(
            (entry is not None) is (paid_at_once or settles or moves), "a step and its money disagree", old, new
        )
        self.require(new.blocks_paid - old.blocks_paid in (0, 1), "blocks were skipped", old, new)
        if entry is None or new.clock_started_ms is None:
            return
        if moves:
            self._block(old, new, entry)
            return
        self.require(entry.k == 0, "a first block with a wrong number", entry)
        due_ms = new.clock_started_ms + (self.durations.void_ms if settles else 0)
        self.require(entry.at_ms == due_ms, "a first block paid under a wrong time", entry, new)
        paused = bool(old.lost) and new.state is not State.ENDED
        self.require(not paused, "settled while paused", old)

    def _returned(self, old: Session, new: Session, entry: Entry) -> None:
        """The end takes back what was committed for a later instant, and nothing else does."""
        settled = old.first_block is FirstBlock.SETTLED and new.first_block is FirstBlock.HELD
        begun = old.first_block is FirstBlock.PAID and new.first_block is FirstBlock.UNPAID
        one = settled or begun if entry.k == 0 else new.blocks_paid == old.blocks_paid - 1
        # No end is before the clock's start, at which such a first block was paid.
        latest_ms = entry.at_ms - (1 if begun else 2)
        over = new.state is State.ENDED and new.ended_ms is not None and new.ended_ms <= latest_ms
        self.require(one and over, "a block was returned without an earlier end", old, new, entry)

    def _begun(self, new: Session) -> None:
        """No clock starts against a side that was not heard from; a customer's message is heard by itself."""
        marks = {Side.CUSTOMER: (new.media_ms, new.second_text_ms), Side.PERFORMER: (new.started_ms,)}
        since_ms = (new.clock_started_ms or 0) - self.durations.heard_ms - SKEW_MS
        for side in (Side.PERFORMER,) if new.mode is Mode.TEXT else Side:
            heard = self.heard.get((new.id, side))
            signs = [heard.at_ms if heard else 0, *(mark or 0 for mark in marks[side])]
            self.require(max(signs) >= since_ms, "a clock against a side that was not heard from", side, new)

    def _block(self, old: Session, new: Session, entry: Entry) -> None:
        due_ms = (new.clock_started_ms or 0) + new.blocks_paid * self.durations.block_ms
        self.require(entry.k == new.blocks_paid and entry.at_ms == due_ms, "a block under a wrong time", entry, new)
        running = old.state is State.RUNNING and new.state is State.RUNNING
        self.require(running and not old.lost and not new.lost, "debited outside running, or while paused", old, new)
        for side in Side:
            heard = self.heard.get((new.id, side))
            alive = heard is not None and _alive_ms(heard) >= due_ms - self.durations.heard_ms
            self.require(alive, "a debit for a dead line", side, heard, new)
            flowed = new.mode is Mode.TEXT or self._grew(new, side) >= due_ms - self.durations.heard_ms
            self.require(flowed, "a debit for dead media", side, heard, new)
        paid_minor = -entry.of(ledger.user(new.customer_id))
        self.require(paid_minor == new.price_minor, "a block at a wrong price", entry, new)
        waited = self.paused_ms.get(new.id, 0) >= due_ms
        self.debits.append(Debit(new.id, new.blocks_paid, due_ms, self.now_ms(), waited))

    def _pauses(self, old: Session, new: Session) -> None:
        if old.lost:
            self.pauses[new.id, old.blocks_paid] += self.now_ms() - self.paused_ms[new.id]
        if old.lost or new.lost:
            self.paused_ms[new.id] = self.now_ms()
        if new.state is not State.ENDED:
            at_most_ms = self.durations.resume_ms + SLOW_MS
            in_time = self.pauses[new.id, old.blocks_paid] <= at_most_ms
            self.require(
                in_time, "paused for longer than its time to return", new, self.pauses[new.id, old.blocks_paid]
            )
        back = [] if new.state is State.ENDED else [loss for loss in old.lost if loss not in new.lost]
        for loss in back:
            flowed = (
                loss.cause is Cause.CONNECTION or new.mode is Mode.TEXT or self._grew(new, loss.side) >= loss.since_ms
            )
            self.require(flowed, "a silent side is back without media", loss, new)
        for loss in new.lost:
            if loss in old.lost:
                continue
            heard = self.heard.get((new.id, loss.side))
            heard_ms = max(new.clock_started_ms or 0, heard.at_ms if heard else 0)
            self.require(loss.heard_ms == heard_ms, "paused a side that was heard", loss, heard)
            due_ms = (new.clock_started_ms or 0) + (new.blocks_paid + 1) * self.durations.block_ms
            silent = heard is None or (loss.since_ms >= due_ms and _alive_ms(heard) < due_ms - self.durations.heard_ms)
            here = heard is not None and self.is_open(heard.connection_id)
            self.require(silent or not here, "paused a side whose line is open", loss, heard)
            right = silent if loss.cause is Cause.SILENCE else not here
            self.require(right, "paused a side for the wrong reason", loss, heard)

    def _grew(self, session: Session, side: Side) -> int:
        """When media may last have got through, for all that anybody could know."""
        return self.grew.get((session.id, side), 0) + self.still_ms

    def _ended(self, old: Session, new: Session, order: ConsultationOrder) -> None:
        billed = [k for (ident, k) in self.paid if ident == new.id]
        self.require(sorted(billed) == list(range(new.charged_blocks)), "billed blocks and entries differ", billed, new)
        if new.ended_ms is None or new.reason is None:
            self.breach("an end without its facts", new)
            return
        self._unpaid(new)
        if new.clock_started_ms is None:
            self.require(not billed, "a call without a clock cost money", new)
            return
        clock_ms, block_ms = new.ended_ms - new.clock_started_ms, self.durations.block_ms
        within = new.blocks_paid * block_ms <= clock_ms <= (new.blocks_paid + 1) * block_ms
        self.require(within, "the end and the billed blocks disagree", new)
        if new.reason is Reason.INSUFFICIENT_FUNDS:
            self.require(clock_ms == (new.blocks_paid + 1) * block_ms, "a cut beside its boundary", new)
        if new.reason is Reason.VOID or (new.reason is Reason.SERVICE_OUTAGE and not billed):
            free = not billed and clock_ms < self.durations.void_ms and order.body.prepaid is Prepaid.HELD
            self.require(free, "a void session that cost", new, order)
            return
        undone = new.first_block is FirstBlock.UNPAID and not clock_ms
        self.require(bool(billed) or undone, "a session that ran for nothing", new)
        if new.first_block is FirstBlock.SETTLED:
            self.require(clock_ms >= self.durations.void_ms, "settled within the free minute", new)

    # Our own outages

    def _given_back(self, session: Session, back: list[Entry]) -> None:
        """The last block goes back once, when our own outage ended the session; the platform pays, and nobody else."""
        last = [session.blocks_paid] if session.reason is Reason.SERVICE_OUTAGE and session.charged_blocks else []
        self.require([entry.k for entry in back] == last, "the last block and what came back differ", back, session)
        for entry in back:
            whole = entry.of(ledger.user(session.customer_id)) == session.price_minor
            ours = entry.of(ledger.fee(session.performer_id)) == -session.price_minor
            self.require(whole and ours, "what came back was not the platform's", entry, session)

    def _outage(self, old: Session, new: Session) -> None:
        """Whether our own outage ended it. Who wrote the end knew of it what was known when they began, which may be a while ago."""
        if new.state is not State.ENDED or old.state is not State.RUNNING:
            return
        ours = new.reason is Reason.SERVICE_OUTAGE
        both = len(old.lost) == len(Side)
        spans = list(zip(self.moves, [*self.moves[1:], self.now_ms()], strict=False))
        latest_ms = self.now_ms() - HANDLED_MS
        perhaps = both and any(self._took(old, from_ms, to_ms, 100) for from_ms, to_ms in spans)
        surely = both and any(self._took(old, from_ms, min(to_ms, latest_ms), -100) for from_ms, to_ms in spans)
        self.require(perhaps or not ours, "no outage of ours ended it", old, new, spans)
        self.require(ours or not surely, "our own outage ended it", old, new, spans)

    def _took(self, session: Session, from_ms: int, to_ms: int, slack_ms: int) -> bool:
        """Whether the watermark stood still for more than two ticks, and both sides were lost meanwhile: give or take so much."""
        tick_ms = self.durations.tick_ms
        gone_ms = max(from_ms + tick_ms, to_ms - 2 * tick_ms) + slack_ms
        return to_ms - from_ms + slack_ms > 2 * tick_ms and all(
            loss.since_ms >= from_ms - slack_ms
            and loss.heard_ms <= gone_ms
            and (loss.cause is Cause.SILENCE or loss.since_ms <= to_ms + tick_ms + slack_ms)
            for loss in session.lost
        )

    def _unpaid(self, session: Session) -> None:
        """What the customer left, or let go by, after the performer had begun, and nobody paid for."""
        left, written_ms = session.ended_by, self.replied_ms.get(session.id, NEVER_MS)
        heard = self.heard.get((session.id, Side.PERFORMER))
        there = heard is not None and self.is_open(heard.connection_id)
        # What is written as the customer hangs up is nothing that they have read.
        replied = written_ms < (session.ended_ms or 0) - SKEW_MS and session.second_text_ms is None
        begun = replied if session.mode is Mode.TEXT else bool(left) or session.started_ms is not None
        ours = session.reason is Reason.SERVICE_OUTAGE
        kept = session.reason in (Reason.NO_MEDIA, Reason.NO_START) and self._stood(session)
        owed = session.answered_ms is not None and not (session.billed_blocks or ours) and there and begun
        counts = session.unpaid_left is not None
        self.require(
            not owed or counts or kept or left not in ((), (Side.CUSTOMER,)), "an unpaid call does not count", session
        )
        blamed = session.answered_ms is None or bool(session.billed_blocks) or ours or Side.PERFORMER in left
        self.require(not (counts and blamed), "counted though it was paid, or the performer or we left", session)
        if counts:
            day = (session.customer_id, session.performer_id, unpaid_ref(session, self.now_ms()).key[-1])
            self.unpaid[day] += 1
            self.require(self.unpaid[day] <= UNPAID_A_DAY, "more unpaid calls than a day allows", session)

    def _stood(self, session: Session) -> bool:
        """Whether the watermark stood still, give or take a moment, while an answered call waited for its clock."""
        spans = zip(self.moves, [*self.moves[1:], self.now_ms()], strict=False)
        still_ms = 2 * self.durations.tick_ms - 100
        answered_ms, ended_ms = session.answered_ms or 0, session.ended_ms or 0
        return any(b - a > still_ms and a < ended_ms and answered_ms < b + 100 for a, b in spans)

    # Lines

    def running_on(self, line: str) -> list[tuple[str, Side]]:
        """The sessions with a clock, and the sides in them, that this line holds."""
        held = [key for key, heard in self.heard.items() if heard.connection_id == line]
        return [(ident, side) for ident, side in held if self.sessions[ident].state is State.RUNNING]

    def closed(self, line: str, held: list[tuple[str, Side]]) -> None:
        """The service has seen to the closing of a line that held these sides."""
        for ident, side in held:
            session, heard = self.sessions[ident], self.heard[ident, side]
            gone = session.state is not State.RUNNING or side in session.lost_sides or heard.connection_id != line
            self.require(gone, "a closed line is not lost to its session", line, session)

    # At the end

    def close(self, dynamo: MemoryDynamo) -> None:
        """Everything is over: nothing is left alive, and every balance is recomputed from the journal as it is stored."""
        for session in self.sessions.values():
            self.require(session.state is State.ENDED, "a session never ended", session)
        for order in self.orders.values():
            self.require(order.body.live is None, "an order is live for ever", order)
            self.require(
                (order.escrow_minor > 0) is (order.body.prepaid is Prepaid.HELD), "escrow without its block", order
            )
        for account in self.accounts.values():
            self.require(account.busy is None, "a performer is busy for ever", account)
        for item in dynamo.items(MARKET):
            self.require("ph" not in item, "left in the time index", item)
        for entity in self.readings.changed():
            self.breach("an entity was changed in memory", entity)
        totals = ledger.balances(decode(Entry, item) for item in dynamo.items(JOURNAL))
        self.require(sum(totals.values()) == 0, "money was made or lost", sum(totals.values()))
        for name in totals.keys() | self.balances.keys():
            same = totals.get(name, 0) == self.balances[name]
            self.require(same, "the journal is not what was written", name)


def _alive_ms(heard: Heartbeat) -> int:
    """The last sign of life that counts: in a video session media has flowed."""
    return heard.media_at_ms if heard.mode is Mode.VIDEO else heard.at_ms
