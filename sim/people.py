"""The people of a run: customers who order, call, talk, top up and leave; performers who answer, or do not."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import AlreadyOrdered, InsufficientFunds
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import ConsultationAct
from chalicelib.domain.orders.order import ConsultationOrder, Order
from chalicelib.domain.topups import TopUp
from chalicelib.services.calls.ticking import AHEAD
from sim.desk import Offer
from sim.kernel import Actor, Signal
from sim.pages import Frame, Page, Talk

if TYPE_CHECKING:
    from sim.world import World


QUESTION = "A long one: ?"
REPLY = {"type": "chat.send", "client_id": "answer-1", "text": "A long one."}
LINE_MS = 300_000
"""A page pings at least this often, because an idle line is closed."""


class Person:
    """One user at one desk. Two customers of one account may be two people."""

    side = ""

    def __init__(self, world: "World", user_id: str, name: str) -> None:
        self.world = world
        self.user_id = user_id
        self.name = name
        self.rng = world.kernel.rng
        self.changed = Signal()
        self.talker: Page | None = None
        """The page in which this person's session lives."""
        self.clock_wrong_ms = self.rng.randrange(-300, 300)
        self.mute = False
        """Their page reports nothing: half-open for all we know."""
        self.media = True
        """Picture and sound get through."""
        self.flowed_ms = 0
        """When they last did."""
        self._tabs = 0

    def tab(self) -> Page:
        """Opens one more tab."""
        self._tabs += 1
        page = Page(self.world, self, f"{self.name}.{self._tabs}")
        page.open()
        self.world.kernel.after(self.rng.randrange(self.ping_ms), page.keep_alive)
        return page

    @property
    def talk(self) -> Talk | None:
        """The session that this person is in."""
        return self.talker.talk if self.talker else None

    def told(self, page: Page, frame: Frame) -> None:
        """A page of theirs was told something."""

    @property
    def ping_ms(self) -> int:
        """How long until a page's next ping: often enough to keep its line."""
        return LINE_MS

    # What befalls a line

    def troubles(self, page: Page, talk: Talk) -> None:
        """Plans what befalls the line of a session's page: nothing, mostly."""
        world, rng, durations = self.world, self.rng, self.world.durations
        while rng.random() < world.troubled:
            boundary_ms = talk.clock_started_ms + rng.randrange(1, 4) * durations.block_ms
            handed_ms = boundary_ms // durations.tick_ms * durations.tick_ms - AHEAD * durations.tick_ms
            kinds = ("reload", "gap", "vanish", "moved", "late", "dead", "goodbye")
            kind = rng.choices(kinds, (25, 25, 8, 15, 12, 10, 8))[0]
            at_ms, kind = rng.choice(
                (
                    (talk.clock_started_ms + rng.randrange(3 * durations.block_ms), kind),
                    (boundary_ms - rng.randrange(-durations.tick_ms // 4, durations.tick_ms * 5 // 4), kind),
                    (handed_ms - rng.randrange(durations.resume_ms // 4), "away"),
                    (boundary_ms - durations.heard_ms - rng.randrange(durations.tick_ms // 6), "mute"),
                    (boundary_ms - rng.randrange(3 * durations.heard_ms), "dead"),
                    (talk.clock_started_ms + rng.randrange(durations.void_ms + 1_000), kind),
                )
            )
            world.kernel.at(at_ms, partial(self._trouble, talk, kind))

    def _trouble(self, talk: Talk, kind: str) -> None:
        page, world, rng = self.talker, self.world, self.rng
        if page is None or page.talk is not talk or talk.stage == "ended":
            return
        world.log(page.name, "has trouble", {"type": kind})
        resume_ms = world.durations.resume_ms
        if kind == "reload":
            back_ms = world.human_ms(200, 4_000)
            seen_ms = rng.choice((world.human_ms(0, 300), back_ms + rng.randrange(100, 350)))
            page.cut(deaf=False, told_after_ms=seen_ms, back_after_ms=back_ms)
        elif kind == "away":
            page.cut(deaf=False, told_after_ms=10, back_after_ms=rng.randrange(resume_ms // 2, resume_ms))
        elif kind == "gap":
            told_ms = rng.choice((None, rng.randrange(resume_ms // 2), rng.randrange(2 * resume_ms)))
            page.cut(deaf=True, told_after_ms=told_ms, back_after_ms=rng.randrange(resume_ms * 3 // 2))
        elif kind == "vanish":
            page.cut(deaf=rng.random() < 0.5, told_after_ms=rng.choice((None, 50)), back_after_ms=None)
        elif kind == "moved":
            other = self.tab()
            other.talk, self.talker = (
                Talk(talk.session_id, talk.side, talk.stage, talk.mode, talk.clock_started_ms),
                other,
            )
            world.kernel.after(
                rng.randrange(100, 400), lambda: page.cut(deaf=False, told_after_ms=0, back_after_ms=None)
            )
        elif kind == "goodbye":
            # The page is closed, and another tab hangs up a moment later.
            page.cut(deaf=False, told_after_ms=10, back_after_ms=None)
            other, after_ms = self.tab(), rng.randrange(resume_ms)
            end = {"type": "session.end", "session_id": talk.session_id}
            world.kernel.after(after_ms, lambda: other.ask(end))
        elif kind == "late":
            page.cut(deaf=False, told_after_ms=rng.randrange(resume_ms), back_after_ms=world.human_ms(100, 1_000))
        elif kind == "dead":
            self._media(False)
            again_ms = talk.paid_until_ms + rng.choice((-resume_ms, 0, resume_ms // 2, resume_ms, 2**40))
            world.kernel.at(again_ms + rng.randrange(resume_ms // 2), lambda: self._media(True))
        else:
            self.mute = True
            at_ms = talk.paid_until_ms + rng.choice((rng.randrange(-40, 60), rng.randrange(-40, 60), resume_ms // 2))
            world.kernel.at(at_ms, lambda: self._unmute(page, talk))

    def _media(self, flows: bool) -> None:
        """Picture and sound stop to get through, or begin again, while the line to the service holds."""
        if self.talker is not None:
            self.talker.count_media()
        self.media = flows

    def _unmute(self, page: Page, talk: Talk) -> None:
        self.mute = False
        page.report(talk)

    def hang_up(self) -> None:
        """Ends the session, with a nervous finger now and then."""
        if self.talker is not None:
            for _ in range(self.rng.choice((1, 1, 1, 2))):
                self.talker.tell({"type": "session.end"})

    def planned_end_ms(self, talk: Talk, stay: float) -> int | None:
        """When this person will hang up: never, or at some point, many of which lie close to where the money is."""
        rng, durations = self.rng, self.world.durations
        if rng.random() < stay:
            return None
        close_ms = rng.choice((rng.randrange(-40, 40), rng.randrange(-1_500, 1_500)))
        points = (
            rng.randrange(durations.void_ms),
            durations.void_ms + close_ms,
            rng.randrange(1, 4) * durations.block_ms + close_ms,
            rng.randrange(3 * durations.block_ms),
        )
        return talk.clock_started_ms + max(0, rng.choices(points, (3, 1, 3, 3))[0])


class Performer(Person):
    """Answers calls, most of the time."""

    side = "performer"

    def __init__(self, world: "World", user_id: str, name: str) -> None:
        super().__init__(world, user_id, name)
        self.pages = [self.tab() for _ in range(self.rng.choice((1, 1, 2)))]
        self.decided: set[str] = set()
        world.kernel.after(world.durations.keepalive_ms, self._mind_the_shop)

    @property
    def ping_ms(self) -> int:
        """A page of a performer who is in a session pings as rarely as any other. Idle ones as rarely as just suffices: it saves time."""
        busy = self.talk is not None and self.talk.stage != "ended"
        return LINE_MS if busy else 2 * self.world.durations.keepalive_ms

    def _mind_the_shop(self) -> None:
        """Somebody whose tabs are all gone comes back to work."""
        if not self.world.busy_hours:
            return
        self.pages = [page for page in self.pages if not page.closed_for_good]
        if not self.pages:
            self.pages = [self.tab()]
        self.world.kernel.after(self.world.durations.tick_ms, self._mind_the_shop)

    def told(self, page: Page, frame: Frame) -> None:
        """Rings, is in a session, or hears of one."""
        match frame["type"]:
            case "call.incoming":
                self._ring(page, frame)
            case "call.answered" if frame["here"]:
                self._start(page, frame)
            case "session.started":
                self._settle_in(page)
            case "chat.message" if frame["author"] == "customer" and frame["text"] == QUESTION:
                self.world.kernel.after(self.world.human_ms(1_000, 20_000), lambda: page.tell(REPLY))

    def _ring(self, page: Page, frame: Frame) -> None:
        world, rng, session_id = self.world, self.rng, frame["session_id"]
        about = {"session_id": session_id}
        if rng.random() < 0.97:
            world.kernel.after(world.human_ms(20, 400), lambda: page.ask({"type": "call.ringing", **about}))
        if session_id in self.decided:
            return
        if self.talk is not None and self.talk.stage != "ended":
            if self.talker is not None:
                self.talker.tell({"type": "resume"})
            return
        self.decided.add(session_id)
        mood = rng.random()
        after_ms = rng.randrange(world.durations.ring_ms // 6)
        if mood < 0.05:
            world.kernel.after(after_ms, lambda: page.ask({"type": "call.decline", **about}))
        elif mood < 0.9:
            world.kernel.after(after_ms, lambda: page.ask({"type": "call.answer", **about}))
            if rng.random() < 0.15:
                other = rng.choice(self.pages)
                soon_ms = after_ms + rng.choice((0, rng.randrange(200)))
                world.kernel.after(soon_ms, lambda: other.ask({"type": "call.answer", **about}))
            if rng.random() < 0.03:
                world.kernel.after(after_ms // 2, lambda: page.ask({"type": "session.start", **about}, times=1))

    def _start(self, page: Page, frame: Frame) -> None:
        """The answer is given: in a video call the performer presses start."""
        world, rng = self.world, self.rng
        if rng.random() < world.troubled / 5:
            # Half-open right after the answer: for a while, or for good.
            back_ms = rng.choice((None, rng.randrange(world.durations.answer_ms)))
            page.cut(deaf=True, told_after_ms=None, back_after_ms=back_ms)
        if frame["mode"] == "text" or rng.random() < 0.02:
            return
        for _ in range(rng.choice((1, 1, 1, 2))):
            world.kernel.after(world.human_ms(300, 8_000), lambda: self._press(frame["session_id"]))
        if rng.random() < 0.03:
            world.kernel.after(world.human_ms(100, 9_000), self.hang_up)

    def _press(self, session_id: str) -> None:
        if self.talk is not None and self.talk.session_id == session_id and self.talker is not None:
            self.talker.tell({"type": "session.start"})

    def _settle_in(self, page: Page) -> None:
        talk = page.talk
        if talk is None:
            return
        self.troubles(page, talk)
        end_ms = self.planned_end_ms(talk, stay=0.85)
        if end_ms is not None:
            self.world.kernel.at(end_ms, lambda: self.hang_up() if self.talk is talk else None)


class Customer(Person):
    """Lives by a script: order, call, talk, and again."""

    side = "customer"

    def __init__(self, world: "World", user_id: str, name: str, offers: list[Offer]) -> None:
        super().__init__(world, user_id, name)
        self.offers = offers
        self.orders: dict[str, ConsultationOrder] = {}
        self._keys = 0
        # Of its own: what happens before the clock leaves the dice of everything after it alone.
        self.fate = Random(f"{world.seed} {name}")
        habits = Random(f"{world.seed} {name} habits")
        self.thrifty = habits.random() < 0.08
        """Takes what there is before the clock, and pays for nothing: by questions, or by looking in."""
        if self.thrifty:
            mode = habits.choice(list(Mode))
            self.offers = [offer for offer in offers if offer.mode is mode] or offers
        self.doubles = bool(world.troubled) and habits.random() < 0.08
        """Begins a second session in the tab of the first."""
        actor = Actor(name, lambda whole: None, handles=False)
        world.kernel.spawn(actor, self.live)

    # Waiting

    def until(self, holds: Callable[[], Any], timeout_ms: int) -> bool:
        """Waits until something holds; False when the time is over before."""
        kernel = self.world.kernel
        end_ms = kernel.time_ms + timeout_ms
        while not holds():
            if kernel.time_ms >= end_ms or self.world.closed:
                return False
            kernel.wait_for(self.changed, end_ms - kernel.time_ms)
        return True

    def key(self) -> str:
        """An Idempotency-Key."""
        self._keys += 1
        return f"{self.world.kernel.time_ms:013d}-{self.name}-{self._keys}"

    # The script

    def live(self) -> None:
        """A day of this customer."""
        world, rng = self.world, self.rng
        world.kernel.wait(world.human_ms(100, 5_000))
        page = self.tab()
        self.top_up(rng.choice((1, 2, 4, 8)) * self.offers[0].price_minor + rng.randrange(100))
        while world.busy_hours:
            if page.closed_for_good:
                page = self.tab()
            self.talker = page
            if self._on_line(page):
                order = self.order()
                if order is not None:
                    self.consult(page, order)
                    page = self.talker or page
            talked = page.talk is not None and (page.talk.clock_started_ms > 0 or self.thrifty)
            world.kernel.wait(world.human_ms(5_000, 60_000 if talked else 240_000))

    def _on_line(self, page: Page) -> bool:
        return self.until(lambda: page.ready or page.closed_for_good, 30_000) and page.ready

    def top_up(self, amount_minor: int, paid_after_ms: int = 0) -> None:
        """Money from a card; the provider may tell of it twice, and takes its time."""
        key, desk = self.key(), self.world.desk
        top_up = self.world.rest(lambda: desk.ask_to_top_up(self.user_id, key, amount_minor))
        self.world.kernel.wait(paid_after_ms)
        if isinstance(top_up, TopUp):
            for _ in range(self.rng.choice((1, 1, 2))):
                self.world.rest(lambda: desk.money_comes(top_up))

    def order(self) -> ConsultationOrder | None:
        """An order that is open, or a new one; old ones are cancelled or closed now and then."""
        rng, desk = self.rng, self.world.desk
        for old in list(self.orders.values()):
            if rng.random() < 0.2:
                self.leave(old)
        if self.orders and rng.random() < 0.6:
            return rng.choice(list(self.orders.values()))
        offer = rng.choice(self.offers)
        if rng.random() < 0.25:
            self._order_in_another_tab()
        key = self.key()
        for _ in range(2):
            placed = self.world.rest(lambda: desk.place(self.user_id, key, offer))
            if isinstance(placed, Order):
                self.orders[placed.id] = placed
                return placed
            if isinstance(placed, AlreadyOrdered):
                return self.orders.get(placed.order_id)
            if not isinstance(placed, InsufficientFunds) or rng.random() < 0.3:
                return None
            self.top_up(placed.missing_minor + rng.choice((0, 0, 1, 3)) * offer.price_minor)
        return None

    def _order_in_another_tab(self) -> None:
        """At the same moment, from the same account."""
        offer, key, desk = self.rng.choice(self.offers), self.key(), self.world.desk

        def place() -> None:
            placed = self.world.rest(lambda: desk.place(self.user_id, key, offer))
            if isinstance(placed, Order):
                self.orders[placed.id] = placed

        actor = Actor(f"{self.name}+", lambda whole: None, handles=False)
        self.world.kernel.spawn(actor, place)

    def leave(self, order: ConsultationOrder) -> None:
        """Cancels the order, or closes it if its block is used."""
        key, desk = self.key(), self.world.desk
        for act in (ConsultationAct.CANCEL, ConsultationAct.CLOSE):
            done = self.world.rest(partial(desk.end, self.user_id, key, order.id, act))
            if isinstance(done, Order):
                self.orders.pop(order.id, None)
                return

    def consult(self, page: Page, order: ConsultationOrder) -> None:
        """One call on an order, and what comes of it."""
        world, rng = self.world, self.rng
        if not world.busy_hours:
            return None
        page.talk, page.errors = None, {}
        page.ask({"type": "call.start", "order_id": order.id})
        if rng.random() < 0.1:
            page.ask({"type": "call.start", "order_id": order.id})
        self.until(lambda: self.talk is not None or "call.start" in page.errors or page.closed_for_good, 20_000)
        refused = page.errors.get("call.start")
        if refused is not None and self.talk is None:
            return self._refused(order, refused)
        if self.talk is None:
            return None
        self._perhaps_gone(page, self.talk)
        patience_ms = world.durations.ring_ms + 10_000
        if rng.random() < 0.08:
            patience_ms = rng.randrange(world.durations.ring_ms)
        if not self.until(lambda: self._stage() != "ringing", patience_ms):
            page.tell({"type": "call.cancel"})
            self.until(lambda: self._stage() != "ringing", 10_000)
        if self._stage() == "answered":
            (self._take_and_go if self.thrifty else self._answered)(order)
        if self._stage() == "running":
            (self._double if self.doubles else self._running)(order)
        return None

    def _perhaps_gone(self, page: Page, talk: Talk) -> None:
        """The page closes while it rings, or soon after the answer; it is loaded anew, or not."""
        world, fate, durations = self.world, self.fate, self.world.durations
        if not world.troubled or fate.random() < 0.9:
            return
        back_ms = fate.choice((None, fate.randrange(200, 4_000), fate.randrange(2 * durations.resume_ms)))

        def close() -> None:
            if page.talk is talk and talk.stage in ("ringing", "answered"):
                page.cut(deaf=False, told_after_ms=fate.choice((10, 300, None)), back_after_ms=back_ms)

        world.kernel.after(fate.randrange(durations.ring_ms // 2), close)

    def _stage(self) -> str:
        return self.talk.stage if self.talk else "none"

    def _refused(self, order: ConsultationOrder, refused: Frame) -> None:
        code = refused["code"]
        if code == "insufficient_funds" and self.rng.random() < 0.7:
            self.top_up(refused["missing_minor"] + self.rng.choice((0, 0, 2)) * order.terms.price_minor)
        if code in ("wrong_state", "free_limit"):
            self.orders.pop(order.id, None)

    def _answered(self, order: ConsultationOrder) -> None:
        """Video: media comes soon after the performer's start, or before it. Text: two messages start the clock."""
        world, rng = self.world, self.rng
        if rng.random() < 0.04:
            world.kernel.wait(world.human_ms(100, 20_000))
            self.hang_up()
        if order.body.mode is Mode.TEXT:
            self._write(3 if rng.random() < 0.95 else 1)
        else:
            self._receive_media()
        self.until(lambda: self._stage() not in ("answered", "none"), world.durations.answer_ms + 60_000)

    def _take_and_go(self, order: ConsultationOrder) -> None:
        """One question, and gone with its answer; or the picture until right before the service would end it. Or waits for that end."""
        world, fate = self.world, self.fate
        if order.body.mode is Mode.TEXT:
            self._say({"type": "chat.send", "client_id": "question-1", "text": QUESTION})
            self.until(lambda: self._seen("chat.message").get("author") == "performer" or self._over(), 60_000)
            world.kernel.wait(world.human_ms(2_000, 10_000))
        else:
            self.until(lambda: bool(self._seen("session.pending")) or self._over(), world.durations.answer_ms)
            left_ms = self._seen("session.pending").get("until_ms", 0) - world.kernel.time_ms
            world.kernel.wait(max(0, left_ms - fate.randrange(3_000)))
        if fate.random() < 0.8:
            self.hang_up()
        self.until(lambda: self._stage() not in ("answered", "none"), world.durations.answer_ms + 60_000)

    def _seen(self, kind: str) -> Frame:
        return self.talk.seen.get(kind, {}) if self.talk else {}

    def _receive_media(self) -> None:
        world, rng = self.world, self.rng
        if rng.random() < 0.25:
            self._say({"type": "session.media", "received": True})
        waits = world.durations.answer_ms // 2
        self.until(lambda: self.talk is None or "session.pending" in self.talk.seen or self._over(), waits)
        world.kernel.wait(world.human_ms(50, 3_000))
        if rng.random() < 0.96:
            for _ in range(rng.choice((1, 1, 2))):
                self._say({"type": "session.media", "received": True})

    def _over(self) -> bool:
        return self._stage() not in ("answered", "ringing")

    def _say(self, frame: Frame) -> None:
        if self.talker is not None:
            self.talker.tell(frame)

    def _write(self, messages: int) -> None:
        for n in range(messages):
            self.world.kernel.wait(self.world.human_ms(300, 15_000))
            if n == 1 and self.fate.random() < self.world.troubled / 3:
                # Somebody who thinks for so long that the other side may be gone meanwhile.
                self.world.kernel.wait(self.world.durations.heard_ms)
            if n == 1:
                self._wait_for_the_others_boundary()
            frame = {"type": "chat.send", "client_id": f"message-{n}", "text": f"№ {n}"}
            for _ in range(self.rng.choice((1, 1, 2))):
                self._say(frame)

    def _wait_for_the_others_boundary(self) -> None:
        """Starts the clock just when another session of the same account is due, so that from now on both are due at once."""
        world, rng = self.world, self.rng
        others = [one.talk for one in world.customers if one.user_id == self.user_id and one is not self and one.talk]
        for other in others:
            left_ms = other.paid_until_ms - world.kernel.time_ms + rng.randrange(-40, 10)
            if other.stage == "running" and 0 < left_ms < world.durations.answer_ms - 20_000 and rng.random() < 0.8:
                world.kernel.wait(left_ms)
                return

    def _running(self, order: ConsultationOrder) -> None:
        """Talks until somebody has had enough, or the money is gone. Tries what is forbidden meanwhile."""
        world, rng, talk = self.world, self.rng, self.talk
        if talk is None or self.talker is None:
            return
        self.troubles(self.talker, talk)
        end_ms = self.planned_end_ms(talk, stay=0.5)
        if rng.random() < 0.1:
            self.leave(order)
        if rng.random() < 0.5:
            # Money moves on the same account just when the session's next block is due.
            at_ms = talk.paid_until_ms + rng.randrange(-60, 80)
            world.kernel.at(at_ms, self._order_in_another_tab)
        while self._stage() != "ended" and not world.closed:
            low = talk.seen.get("session.low_balance") if (talk := self.talk) else None
            if low is not None and talk is not None:
                del talk.seen["session.low_balance"]
                self._rescue(low)
            left_ms = world.durations.block_ms if end_ms is None else end_ms - world.kernel.time_ms
            if left_ms <= 0:
                self.hang_up()
                end_ms, left_ms = None, 10_000
            if self.talker is None or self.talker.closed_for_good:
                return
            if self.talk is None and not self.until(lambda: self.talk is not None, 20_000):
                return
            self.until(self._something, left_ms)

    def _double(self, order: ConsultationOrder) -> None:
        """Calls somebody else from the tab that is in a session, and closes it soon after."""
        world, fate, page = self.world, self.fate, self.talker
        if page is None:
            return
        other = self._of_another(order)
        if other is not None:
            first = page.talk
            page.ask({"type": "call.start", "order_id": other.id})
            self.until(lambda: page.talk is not first and self._stage() != "ringing", world.durations.ring_ms)
            if self._stage() == "answered":
                self._answered(other)
        world.kernel.wait(fate.randrange(world.durations.void_ms))
        page.cut(deaf=False, told_after_ms=fate.choice((10, 300)), back_after_ms=None)

    def _of_another(self, order: ConsultationOrder) -> ConsultationOrder | None:
        """An open order of another performer's: one that is there, or a new one."""
        known = [one for one in self.orders.values() if one.performer_id != order.performer_id]
        offers = [offer for offer in self.offers if offer.performer_id != order.performer_id]
        if known or not offers:
            return known[0] if known else None
        self.top_up(offers[0].price_minor)
        placed = self.world.rest(partial(self.world.desk.place, self.user_id, self.key(), offers[0]))
        if isinstance(placed, Order):
            self.orders[placed.id] = placed
        return placed if isinstance(placed, Order) else None

    def _something(self) -> bool:
        talk = self.talk
        return talk is None or talk.stage == "ended" or "session.low_balance" in talk.seen

    def _rescue(self, low: Frame) -> None:
        """A top-up at leisure, at the last second, too late, or not at all."""
        world, rng = self.world, self.rng
        if rng.random() < 0.4:
            return
        left_ms = low["boundary_ms"] - world.kernel.time_ms
        wait_ms = rng.choice((rng.randrange(max(1, left_ms)), left_ms + rng.randrange(-60, 60)))
        amount_minor = low["missing_minor"] + rng.choice((0, 0, 1, 2)) * self.offers[0].price_minor
        self.top_up(amount_minor, paid_after_ms=max(0, wait_ms))
