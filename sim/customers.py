"""The customers of a run: they order, call, talk, top up and leave."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import AlreadyOrdered, InsufficientFunds
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import ConsultationAct, ConsultationState
from chalicelib.domain.orders.order import ConsultationOrder, Order
from chalicelib.domain.topups import TopUp
from sim.desk import Offer
from sim.kernel import Actor
from sim.pages import Frame, Page, Talk
from sim.people import QUESTION, Person

if TYPE_CHECKING:
    from sim.world import World


PURSES = (1, 8, 20, 40)
"""So many blocks a customer's first money pays."""
MORE = (0, 1, 8, 20)
"""So many blocks a top-up pays beyond what was missing."""
LIMITS = (1, 1, 2, 3, 5)
LIMITED = 0.2
"""So many calls begin with a limit of so many blocks, and in so many sessions it is changed."""
AGAIN_MS = (60_000, 900_000)
"""So long, at the pace of life, until somebody is rung again who was not there."""
PATIENCE_MS = (20_000, 90_000)
"""So long most people wait for a start that does not come; the others let the service end it."""


class Customer(Person):
    """Lives by a script: order, call, talk, and again."""

    side = "customer"

    def __init__(self, world: "World", user_id: str, name: str, offers: list[Offer]) -> None:
        super().__init__(world, user_id, name)
        self.offers = offers
        self.orders: dict[str, ConsultationOrder] = {}
        self.in_vain_ms: dict[str, int] = {}
        """Until when a performer is not rung again, because nobody was there."""
        self._keys = 0
        # Of its own: what happens before the clock leaves the dice of everything after it alone.
        self.fate = Random(f"{world.seed} {name}")
        habits = Random(f"{world.seed} {name} habits")
        self.limits = Random(f"{world.seed} {name} limits")
        self.thrifty = habits.random() < 0.08
        """Takes what there is before the clock, and pays for nothing: by questions, or by looking in."""
        if self.thrifty:
            mode, few = habits.choice(list(Mode)), habits.sample(sorted(world.performers), 3)
            self.offers = [offer for offer in offers if offer.mode is mode and offer.performer_id in few]
        self.doubles = bool(world.troubled) and habits.random() < (0.12 if world.weather.calm else 0.03)
        """Begins a second session in the tab of the first, now and then."""
        actor = Actor(name, handles=False)
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
        self.top_up(rng.choice(PURSES) * self.offers[0].price_minor + rng.randrange(100))
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
        """An order that is open, or a new one, of a performer who can be called, most of the time; old ones are cancelled or closed now
        and then."""
        rng, desk = self.rng, self.world.desk
        here = {*self.world.performers} if rng.random() < 0.05 else self._to_be_called()
        offers = [offer for offer in self.offers if offer.performer_id in here]
        if not offers:
            return None
        for old in list(self.orders.values()):
            if rng.random() < 0.05:
                self.leave(old)
        known = [order for order in self.orders.values() if order.performer_id in here]
        if known and rng.random() < 0.8:
            return rng.choice(known)
        if rng.random() < 0.9:
            ordered = self._ordered()
            offers = [offer for offer in offers if offer.twip_id not in ordered]
        if not offers:
            return None
        offer = rng.choice(offers)
        if rng.random() < 0.1:
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
            self.top_up(placed.missing_minor + rng.choice(MORE) * offer.price_minor)
        return None

    def _ordered(self) -> set[str]:
        """Of which twips their account has an open order, as its list of orders shows."""
        mine = [order for order in self.world.books.orders.values() if order.customer_id == self.user_id]
        return {order.twip_id for order in mine if order.body.state is ConsultationState.OPEN}

    def _to_be_called(self) -> set[str]:
        """Who is on the site and in no session, as their pages show it; but for whoever was rung in vain a while ago."""
        now_ms, performers = self.world.kernel.time_ms, self.world.performers
        return {who for who, one in performers.items() if one.can_be_called and self.in_vain_ms.get(who, 0) <= now_ms}

    def _order_in_another_tab(self) -> None:
        """At the same moment, from the same account."""
        offer, key, desk = self.rng.choice(self.offers), self.key(), self.world.desk

        def place() -> None:
            placed = self.world.rest(lambda: desk.place(self.user_id, key, offer))
            if isinstance(placed, Order):
                self.orders[placed.id] = placed

        actor = Actor(f"{self.name}+", handles=False)
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
        limit = {"limit_blocks": self.limits.choice(LIMITS)} if self.limits.random() < LIMITED else {}
        page.ask({"type": "call.start", "order_id": order.id, **limit})
        if rng.random() < 0.1:
            page.ask({"type": "call.start", "order_id": order.id})
        self.until(lambda: self.talk is not None or "call.start" in page.errors or page.closed_for_good, 20_000)
        refused = page.errors.get("call.start")
        if refused is not None and self.talk is None:
            return self._refused(order, refused)
        if self.talk is None:
            return None
        self._ring(page, order, self.talk)
        if self._stage() == "answered":
            (self._take_and_go if self.thrifty else self._answered)(order)
        if self._stage() == "running":
            (self._double if self.doubles and self.fate.random() < 0.5 else self._running)(order)
        return None

    def _ring(self, page: Page, order: ConsultationOrder, talk: Talk) -> None:
        """Until somebody answers, or the customer has waited long enough."""
        world, rng = self.world, self.rng
        self._perhaps_gone(page, talk)
        patience_ms = world.durations.ring_ms + 10_000
        if rng.random() < 0.08:
            patience_ms = rng.randrange(world.durations.ring_ms)
        if not self.until(lambda: self._stage() != "ringing", patience_ms):
            page.tell({"type": "call.cancel"})
            self.until(lambda: self._stage() != "ringing", 10_000)
        if talk.seen.get("call.ended", {}).get("reason") in ("not_on_site", "missed"):
            self._rang_in_vain(order)

    def _rang_in_vain(self, order: ConsultationOrder) -> None:
        self.in_vain_ms[order.performer_id] = self.world.kernel.time_ms + self.world.human_ms(*AGAIN_MS)

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
            self.top_up(refused["missing_minor"] + self.rng.choice(MORE) * order.terms.price_minor)
        if code == "not_callable" and refused["reason"] != "busy":
            self._rang_in_vain(order)
        if code == "free_limit":
            self.in_vain_ms[order.performer_id] = self.world.end_ms
        if code == "wrong_state":
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
        if rng.random() < 0.7 and not self.until(self._begun, world.human_ms(*PATIENCE_MS)):
            self.hang_up()
        self.until(self._begun, world.durations.answer_ms + 60_000)

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
        self.until(self._begun, world.durations.answer_ms + 60_000)

    def _begun(self) -> bool:
        """Whether the clock runs, or nobody waits for it any more."""
        return self._stage() not in ("answered", "none")

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
        self.troubles(talk, talk.clock_started_ms or self.world.kernel.time_ms)
        self._limit(talk)
        end_ms = self.planned_end_ms(talk, stay=0.85)
        if rng.random() < 0.1:
            self.leave(order)
        if rng.random() < 0.35:
            # Money moves on the same account just when the session's next block is due.
            at_ms = talk.paid_until_ms + rng.randrange(-60, 80)
            world.kernel.at(at_ms, self._order_in_another_tab)
        while self._stage() != "ended" and not world.closed:
            low = talk.seen.get("session.low_balance") if (talk := self.talk) else None
            if low is not None and talk is not None:
                del talk.seen["session.low_balance"]
                self._rescue(low, order.terms.price_minor)
            left_ms = world.durations.block_ms if end_ms is None else end_ms - world.kernel.time_ms
            if left_ms <= 0:
                self.hang_up()
                end_ms, left_ms = None, 10_000
            if self.talker is None or self.talker.closed_for_good:
                return
            if self.talk is None and not self.until(lambda: self.talk is not None, 20_000):
                return
            self.until(self._something, left_ms)

    def _limit(self, talk: Talk) -> None:
        """Stops after the block under way, changes or lifts the limit: at leisure, or when the boundary is there."""
        dice, world = self.limits, self.world
        if dice.random() >= LIMITED:
            return
        for _ in range(dice.choice((1, 1, 2, 3))):
            under_way = dice.randrange(1, 4)
            boundary_ms = talk.clock_started_ms + under_way * world.durations.block_ms
            at_ms = boundary_ms - dice.choice((dice.randrange(world.durations.block_ms), dice.randrange(-40, 60)))
            frame = {"type": "session.limit", "limit_blocks": dice.choice((None, under_way, under_way, under_way + 1))}
            world.kernel.at(max(at_ms, world.kernel.time_ms), partial(self._say_in, talk, frame))

    def _say_in(self, talk: Talk, frame: Frame) -> None:
        if self.talk is talk and talk.stage == "running":
            self._say(frame)

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

    def _rescue(self, low: Frame, price_minor: int) -> None:
        """A top-up at leisure, at the last second, too late, or not at all."""
        world, rng = self.world, self.rng
        if rng.random() < 0.3:
            return
        left_ms = low["boundary_ms"] - world.kernel.time_ms
        wait_ms = rng.choice((rng.randrange(max(1, left_ms)), left_ms + rng.randrange(-60, 60)))
        amount_minor = low["missing_minor"] + rng.choice(MORE) * price_minor
        self.top_up(amount_minor, paid_after_ms=max(0, wait_ms))
