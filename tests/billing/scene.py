"""One order on a stage without races: time passes, people act, and every step is held to the promises of its commit."""

from dataclasses import dataclass, field

from chalicelib.billing import boundaries, clock, ends, ledger, limits, losses, metering, ringing
from chalicelib.billing.ledger import Entry
from chalicelib.billing.outages import Outage
from chalicelib.billing.steps import Lease, Step, View
from chalicelib.domain.durations import REAL, Durations
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Event, Heartbeat, Session, State
from tests.support.orders import changed, consultation

T = 1_790_000_000_123
"""When the clock starts, unless a test says otherwise: no round number, so that nothing rests on whole seconds."""
SECOND, MINUTE, BLOCK = 1_000, 60_000, 900_000
PRICE = 10_001
SHARE, COMMISSION = 8_501, 1_500
"""At 1500 basis points: the commission is rounded down (D11)."""
CUSTOMER, PERFORMER = Side.CUSTOMER, Side.PERFORMER


@dataclass
class Scene:
    """What is stored: an order with its prepaid block, its latest session, the account, the signs of life, the journal."""

    mode: Mode = Mode.VIDEO
    available_minor: int = 100 * PRICE
    durations: Durations = REAL
    order: ConsultationOrder = field(init=False)
    session: Session = field(init=False)
    heard: dict[Side, Heartbeat] = field(default_factory=dict)
    journal: list[Entry] = field(default_factory=list)
    busy: str | None = None
    earned_minor: int = 0
    """What the performer has, and has not spent."""
    outages: tuple[Outage, ...] = ()

    def __post_init__(self) -> None:
        self.order = consultation("order", price_minor=PRICE, at_ms=T - 10 * MINUTE, mode=self.mode, twip_id="twip")

    @property
    def view(self) -> View:
        """What a service would read."""
        heard = (self.heard.get(CUSTOMER), self.heard.get(PERFORMER))
        return View(self.session, self.order, self.available_minor, heard, self.earned_minor, self.outages)

    def do(self, step: Step | None) -> Step:
        """Commits a step that must be one, and answers it."""
        assert step is not None
        if step.short:
            assert self.available_minor < PRICE
        if step.lease is Lease.TAKE:
            assert self.busy is None
            self.busy = step.session.id
        if step.lease is Lease.FREE:
            assert self.busy == step.session.id
            self.busy = None
        for entry in step.entries:
            self.journal.append(entry)
            self.available_minor += entry.of(ledger.user("cora"))
            self.earned_minor += entry.of(ledger.user("pavel"))
            assert min(self.available_minor, self.earned_minor) >= 0
        self.session = step.session
        self.order = step.order or self.order
        return step

    def call(self, at_ms: int, limit_blocks: int | None = None) -> Step:
        """The customer rings; the signs of life of an earlier session are none of this one's."""
        self.heard = {}
        ident = f"order-{self.order.body.calls + 1}"
        step = ringing.ring(
            self.order, session_id=ident, now_ms=at_ms, durations=self.durations, limit_blocks=limit_blocks
        )
        self.do(step)
        self.hold(CUSTOMER, at_ms)
        return step

    def answer(self, at_ms: int) -> Step:
        """The performer answers; both sides are there."""
        step = self.do(ringing.answer(self.view, at_ms, self.durations))
        self.hold(PERFORMER, at_ms)
        return step

    def press_start(self, at_ms: int) -> Step:
        """The performer presses start."""
        return self.do(clock.press_start(self.view, at_ms, self.durations))

    def receive_media(self, at_ms: int) -> Step:
        """The customer receives the first media."""
        return self.do(clock.receive_media(self.view, at_ms, self.durations))

    def say(self, client_id: str, at_ms: int) -> Step:
        """The customer writes."""
        return self.do(clock.count_text(self.view, client_id, at_ms, self.durations))

    def limit(self, blocks: int | None, at_ms: int) -> Step | None:
        """The customer sets or lifts the limit, once what is due was seen to."""
        self.tick(at_ms)
        step = limits.limit(self.view, blocks)
        return self.do(step) if step else None

    def talk(self, clock_started_ms: int = T, limit_blocks: int | None = None) -> Step:
        """From the call to the clock's start, without a hitch."""
        self.call(clock_started_ms - 5 * SECOND, limit_blocks)
        self.answer(clock_started_ms - 3 * SECOND)
        if self.mode is Mode.TEXT:
            self.say("first", clock_started_ms - SECOND)
            return self.say("second", clock_started_ms)
        self.press_start(clock_started_ms - 2 * SECOND)
        return self.receive_media(clock_started_ms)

    def hold(self, side: Side, at_ms: int, line: str = "") -> None:
        """A page takes a side, on its connection or on a new one: a frame, but no media."""
        known = self.heard.get(side)
        line = line or (known.connection_id if known else f"line of {side}")
        fresh = Heartbeat(self.session.id, side, self.session.mode, line, at_ms)
        self.heard[side] = known.held_by(line, at_ms) if known else fresh

    def hear(self, *sides: Side, at_ms: int) -> None:
        """A report of these sides arrives, and in a video session media has flowed."""
        for side in sides:
            if side not in self.heard:
                self.hold(side, at_ms)
            known = self.heard[side]
            self.heard[side] = known.reported(known.media_bytes + 1, max(at_ms, known.at_ms))

    def until(self, at_ms: int, *, heard: tuple[Side, ...] = (CUSTOMER, PERFORMER)) -> list[Step]:
        """Lets time pass, everything seen to when it falls due; `heard` sides report 50 s before. Answers what happened."""
        done: list[Step] = []
        while (due_ms := boundaries.next_due_ms(self.session, self.durations)) is not None and due_ms <= at_ms:
            if not self.session.lost:
                self.hear(*heard, at_ms=due_ms - self.durations.first_report_ms)
            done += self.tick(due_ms)
        return done

    def tick(self, at_ms: int) -> list[Step]:
        """The worker looks at the session at this instant, perhaps late."""
        done: list[Step] = []
        while (step := metering.due(self.view, at_ms, self.durations)) is not None:
            done.append(self.do(step))
            assert len(done) < 1000
        return done

    def hang_up(self, side: Side, at_ms: int) -> Step:
        """A side hangs up: what is due is billed first, and if it was lost it is back first."""
        self.tick(at_ms)
        step = self.do(ends.hang_up(self.view, side, at_ms, self.durations))
        if step.event is not Event.RESUME:
            return step
        self.hold(side, at_ms, "another line")
        return self.hang_up(side, at_ms)

    def lose(self, side: Side, at_ms: int) -> Step | None:
        """A side's current connection closes."""
        self.tick(at_ms)
        step = losses.lose(self.view, side, self.heard[side].connection_id, at_ms, self.durations)
        return self.do(step) if step else None

    def back(self, side: Side, at_ms: int, line: str = "another line") -> Step | None:
        """A side comes back on a new connection; what fell due meanwhile is seen to."""
        self.tick(at_ms)
        step = losses.come_back(self.view, side, at_ms)
        if step is None:
            return None
        self.do(step)
        self.hold(side, at_ms, line)
        self.tick(at_ms)
        return step

    def report(self, side: Side, at_ms: int) -> Step | None:
        """A side gives a sign of life that counts, for which the session may have paused; what fell due meanwhile is seen to."""
        self.tick(at_ms)
        step = losses.hear_again(self.view, side, at_ms)
        if step is not None:
            self.do(step)
        self.hear(side, at_ms=at_ms)
        self.tick(at_ms)
        return step

    def with_(self, **changes: object) -> None:
        """The order, other than it was placed."""
        self.order = changed(self.order, **changes)

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self.session.state is State.ENDED

    def billed(self) -> list[tuple[str, int]]:
        """Every block debited or settled, by session and number, in order."""
        return [(entry.subject, entry.k) for entry in self.journal]


def events(steps: list[Step]) -> list[Event]:
    """What happened, by name."""
    return [step.event for step in steps]
