"""The real services, driven by Hypothesis beside the plain books: after each step both say the same."""

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.content import Content, FilesOffer, WorkOffer
from chalicelib.domain.disputes.dispute import Dispute, Split, dispute_id
from chalicelib.domain.errors import Refusal
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.orders.work import Work
from chalicelib.domain.people import Role, User
from chalicelib.services.changes import Ref
from tests.model.books.books import DAYS, MAY, MAY_IN_DISPUTE, PRICE, Books, Deal, Quarrel, Refused, keeps
from tests.support.house import House
from tests.support.people import caller, settle
from tests.support.sales import account, fund, offer
from tests.support.shop import edition_for
from tests.support.works import LOGO

HOUR = 3_600_000
WAITS = (1, HOUR, HOUR, 24 * HOUR, 24 * HOUR, 71 * HOUR, 72 * HOUR, 7 * 24 * HOUR, 10 * 24 * HOUR, 30 * 24 * HOUR)
SHARES = st.sampled_from((0, 1, PRICE // 3, PRICE // 2, PRICE - 1, PRICE, PRICE + 1))
"""Amounts that are often too much, or nothing."""
CUSTOMERS, PERFORMERS, STAFF = (
    ("vera", "ulla"),
    ("pavel", "igor"),
    {"nina": "arbiter", "oleg": "arbiter", "anna": "admin"},
)
SIDES = (*CUSTOMERS, *PERFORMERS)
ORDERS_AT_MOST, SAVED = 8, PRICE // 5
"""With what they have saved, a performer can spend what one order brings."""
BEFORE = (
    ("vera", "pavel", "work", (("pavel", "start"),)),
    ("ulla", "igor", "work", (("igor", "start"), ("igor", "deliver"), ("ulla", "accept"))),
    ("vera", "igor", "files", ()),
)
"""Orders, with what was done to them before the first step."""
TURNS = {
    "placed": ("start", "refuse"),
    "working": ("deliver", "split", "days", "cancel"),
    "delivered": ("rework", "accept", "split"),
    "refused": ("waive",),
}
"""What leads an order on, by its state."""
Use = Callable[[str], Any]
"""A request under an Idempotency-Key."""


class Market(RuleBasedStateMachine):
    """Vera and Ulla order work and files of Pavel and Igor, who order of each other; Nina and Oleg judge, and Anna when they are silent."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.users: dict[str, User] = {}
        self.orders: list[str] = []
        self.said: list[tuple[Use, Use | None, str]] = []
        """Requests that were done, with their keys, and the same with another body."""

    @initialize()
    def open(self) -> None:
        """People come, with money; one work is under way, one is paid for, and files were bought."""
        house = self.house
        roles = {"nina": Role.ARBITER, "oleg": Role.ARBITER, "anna": Role.ADMIN}
        self.users = {
            name: settle(house, f"{name}@example.org", *([roles[name]] if name in roles else []), name=name.title())
            for name in (*SIDES, *STAFF)
        }
        has = {name: 4 * PRICE if name in CUSTOMERS else SAVED for name in SIDES}
        for name in SIDES:
            fund(house, self.users[name], has[name])
        content = Content(LOGO.languages, LOGO.texts, work=WorkOffer(PRICE, DAYS))
        goods = Content(LOGO.languages, LOGO.texts, files=FilesOffer(PRICE))
        self.twips = {name: offer(house, self.users[name], content, name) for name in PERFORMERS}
        self.shelves = {name: offer(house, self.users[name], goods, f"of-{name}") for name in PERFORMERS}
        self.books = Books(has)
        self.total = self.books.total()
        for customer, performer, kind, acts in BEFORE:
            self._place(customer, performer, kind)
            for who, act in acts:
                self._act(len(self.orders) - 1, who, act, 0, behind=0)

    # Time

    @rule(by_ms=st.sampled_from(WAITS), looks=st.sampled_from((0, 0, 1, 1, 5)))
    def wait(self, by_ms: int, looks: int) -> None:
        """Time passes; so often the state machines, or the sweep, come round, and time passes again."""
        for _ in range(looks):
            self.house.hands.forward(by_ms)
            self._look()
        self.house.hands.forward(by_ms)

    def _look(self) -> None:
        for ident, deal in zip(self.orders, self.books.deals, strict=True):
            self.house.order_terms.lapse(ident)
            self.books.pass_time(deal, self.now_ms)
            for number, quarrel in enumerate(deal.quarrels, 1):
                self.house.dispute_terms.lapse(dispute_id(ident, number))
                self.books.pass_time_in_dispute(deal, quarrel, self.now_ms)

    # Acts

    @precondition(lambda self: len(self.orders) < ORDERS_AT_MOST)
    @rule(
        customer=st.sampled_from(SIDES),
        performer=st.sampled_from(PERFORMERS),
        kind=st.sampled_from(("work", "work", "files")),
    )
    def place(self, customer: str, performer: str, kind: str) -> None:
        """Somebody orders; a performer pays for it with what they have earned."""
        self._place(customer, performer, kind)

    @precondition(lambda self: self._turns)
    @rule(data=st.data(), share=st.sampled_from((0, 0.3, 0.8, 1)), times=st.integers(1, 4))
    def go_on(self, data: st.DataObject, share: float, times: int) -> None:
        """People do what their turn is, so that orders and disputes get somewhere."""
        for _ in range(times):
            if not self._turns:
                return
            index, who, act = data.draw(st.sampled_from(self._turns))
            self._do(index, who, act, share)

    def _do(self, index: int, who: str, act: str, share: float) -> None:
        deal = self.books.deals[index]
        if act == "dispute":
            self._dispute(index, who)
        elif act == "spend":
            self._place(who, "igor" if who == "pavel" else "pavel", "work")
        elif act in MAY_IN_DISPUTE:
            self._in_dispute(index, len(deal.quarrels), who, act, share, stale=False)
        else:
            self._act(index, who, act, int(deal.escrow * share), behind=0)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), who=st.sampled_from((*SIDES, "nina")), act=st.sampled_from(sorted(MAY)), amount=SHARES)
    def act(self, data: st.DataObject, who: str, act: str, amount: int) -> None:
        """Anybody tries anything with an order."""
        index = data.draw(st.integers(0, len(self.orders) - 1))
        self._act(index, who, act, amount, behind=data.draw(st.sampled_from((0, 0, 0, 1))))

    @precondition(lambda self: self._disputed)
    @rule(
        data=st.data(),
        who=st.sampled_from((*SIDES, *STAFF)),
        act=st.sampled_from(sorted(MAY_IN_DISPUTE)),
        share=st.sampled_from((0, 0.3, 0.5, 1, 1.5)),
    )
    def act_in_dispute(self, data: st.DataObject, who: str, act: str, share: float) -> None:
        """Anybody tries anything in any dispute."""
        index, number = data.draw(st.sampled_from(self._disputed))
        self._in_dispute(index, number, who, act, share, stale=data.draw(st.sampled_from((False, False, True))))

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), who=st.sampled_from((*SIDES, "oleg", None, None)))
    def dispute(self, data: st.DataObject, who: str | None) -> None:
        """A dispute is opened, mostly by who may."""
        index = data.draw(st.integers(0, len(self.orders) - 1))
        deal = self.books.deals[index]
        self._dispute(index, who or data.draw(st.sampled_from((deal.customer, deal.performer))))

    def _act(self, index: int, who: str, act: str, amount: int, *, behind: int) -> None:
        ident, deal = self.orders[index], self.books.deals[index]
        number = max(deal.offers - behind, 0)
        user_id, works = self.users[who].id, self.house.works
        asked = amount % 40 if act == "days" else amount
        said: dict[str, tuple[Any, ...]] = {
            "refuse": ("I am ill",),
            "deliver": ("Here it is", ()),
            "rework": ("Too blue", ()),
            "split": (asked, ""),
            "days": (asked, ""),
            **dict.fromkeys(("agree", "extend", "decline"), (number,)),
        }
        use = getattr(works, {"split": "propose_split", "days": "propose_days"}.get(act, act))
        other = (lambda key: use(user_id, ident, "Here you are", (), key=key)) if act == "deliver" else None
        self._both(
            lambda key: use(user_id, ident, *said.get(act, ()), key=key),
            lambda: self.books.act(deal, who, act, number, asked, self.now_ms),
            other,
        )

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), who=st.sampled_from((*SIDES, "anna")), of_performer=st.booleans(), amount=SHARES)
    def refund(self, data: st.DataObject, who: str, of_performer: bool, amount: int) -> None:
        """A part is given back, mostly by who may."""
        index = data.draw(st.integers(0, len(self.orders) - 1))
        ident, deal = self.orders[index], self.books.deals[index]
        by = deal.performer if of_performer else who
        user_id = self.users[by].id
        self._both(
            lambda key: self.house.refunds.of_order(user_id, ident, amount, key=key),
            lambda: self.books.refund(deal, by, amount, self.now_ms),
            lambda key: self.house.refunds.of_order(user_id, ident, amount + 1, key=key),
        )

    def _place(self, customer: str, performer: str, kind: str) -> None:
        user_id = self.users[customer].id
        twip = (self.shelves if kind == "files" else self.twips)[performer]
        written = self.books.buy if kind == "files" else self.books.place

        def use(key: str, price_minor: int = PRICE) -> AnyOrder:
            if kind == "files":
                place = partial(self.house.files_orders.place, edition=edition_for(twip))
                return place(user_id, twip_id=twip.id, price_minor=price_minor, key=key)
            return self.house.works.place(user_id, twip_id=twip.id, price_minor=price_minor, days=DAYS, key=key)

        placed = self._both(use, lambda: written(customer, performer, self.now_ms), lambda key: use(key, PRICE + 1))
        if placed is not None:
            self.orders.append(placed.id)

    def _dispute(self, index: int, who: str) -> None:
        user_id, ident, deal = self.users[who].id, self.orders[index], self.books.deals[index]
        self._both(
            lambda key: self.house.opening.open(user_id, ident, None, "It is not so", (), key=key),
            lambda: self.books.dispute(deal, who, self.now_ms),
            lambda key: self.house.opening.open(user_id, ident, None, "It is different", (), key=key),
        )

    def _in_dispute(self, index: int, number: int, who: str, act: str, share: float, *, stale: bool) -> None:
        deal = self.books.deals[index]
        quarrel = deal.quarrels[number - 1]
        ident = dispute_id(self.orders[index], number)
        serial = 0 if stale or quarrel.offer is None else quarrel.offer.number
        amount = int(quarrel.amount * share)
        goods = keeps(amount, quarrel.amount) if deal.is_of_files else None
        use = self._use(quarrel, ident, who, act, serial, amount, goods)
        done = self._both(
            use,
            lambda: self.books.act_in_dispute(deal, quarrel, who, STAFF.get(who), act, serial, amount, self.now_ms),
        )
        if act == "offer" and done is not None and quarrel.offer is not None:
            quarrel.offer.number = done.proposal.serial

    def _use(
        self, quarrel: Quarrel, ident: str, who: str, act: str, serial: int, amount: int, goods: bool | None
    ) -> Use:
        user, disputes, arbitration = self.users[who], self.house.disputes, self.house.arbitration
        staff, split = caller(user), Split(amount, quarrel.amount - amount)
        uses: dict[str, Use] = {
            "answer": lambda key: disputes.answer(user.id, ident, "It is so", (), key=key),
            "say": lambda key: disputes.say(user.id, ident, "Look again", (), key=key),
            "withdraw": lambda key: disputes.withdraw(user.id, ident, key=key),
            "offer": lambda key: disputes.propose(user.id, ident, amount, "", key=key),
            "settle": lambda key: disputes.agree(user.id, ident, serial, key=key),
            "turn_down": lambda key: disputes.decline(user.id, ident, serial, key=key),
            "take": lambda key: arbitration.assign(staff, ident, key=key),
            "hand_over": lambda key: arbitration.hand_over(staff, ident, key=key),
            "rule": lambda key: arbitration.rule(staff, ident, split, "Half was done.", key=key, keeps_goods=goods),
        }
        return uses[act]

    # Repeats

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """An old request comes again: nothing happens, and it is answered. Its key does not serve another request."""
        use, other, key = self.said[data.draw(st.integers(0, len(self.said) - 1))]
        use(key)
        if other is None:
            return
        try:
            other(key)
        except Refusal as refusal:
            assert refusal.code == "idempotency_key_reused"
            return
        raise AssertionError("a key was used twice")

    # What must hold

    @invariant()
    def both_say_the_same(self) -> None:
        """Balances, escrow, states and terms."""
        if not self.users:
            return
        for name in SIDES:
            found = account(self.house, self.users[name])
            assert (found.available_minor, found.fee_minor) == (self.books.has[name], self.books.fees[name]), name
        for ident, deal in zip(self.orders, self.books.deals, strict=True):
            assert self._order(ident) == _expected(deal)
            for number, quarrel in enumerate(deal.quarrels, 1):
                dispute = self.house.store.get(Ref(Dispute, dispute_id(ident, number)))
                assert dispute is not None
                due_ms = dispute.deadline.due_ms if dispute.deadline else None
                arbiter = None if quarrel.arbiter is None else self.users[quarrel.arbiter].id
                assert (dispute.phase, due_ms, dispute.arbiter_id) == (quarrel.phase, quarrel.due, arbiter)

    @invariant()
    def money_is_neither_lost_nor_made(self) -> None:
        """And nobody is in debt but by a verdict."""
        if not self.users:
            return
        assert self.books.total() == self.total
        assert set(self.books.debtors()) <= self.books.judged

    def teardown(self) -> None:
        """The books of the product are clean, and no escrow was paid out twice."""
        report = self.house.audit.run()
        assert report.clean, report

    @property
    def now_ms(self) -> int:
        """The server's time."""
        return self.house.hands.at_ms

    @property
    def _disputed(self) -> list[tuple[int, int]]:
        return [(i, n) for i, deal in enumerate(self.books.deals) for n in range(1, len(deal.quarrels) + 1)]

    @property
    def _turns(self) -> list[tuple[int, str, str]]:
        """What could be somebody's turn."""
        turns = [(index, who, act) for index, deal in enumerate(self.books.deals) for who, act in _turns_of(deal)]
        return turns + [(0, who, "spend") for who in PERFORMERS if self.books.has[who] >= PRICE]

    def _both(self, use: Use, books: Callable[[], None], other: Use | None = None) -> Any:
        """Does it in the books and in the product; what is refused is refused by both, for the same reason."""
        key = f"key-{len(self.said):04d}-{self.now_ms}"
        code = None
        try:
            books()
        except Refused as refused:
            code = refused.code
        try:
            done = use(key)
        except Refusal as refusal:
            assert refusal.code == code, f"{refusal!r}, and the books say {code}"
            return None
        assert code is None, f"it is done, and the books say {code}"
        self.said.append((use, other, key))
        return done

    def _order(self, ident: str) -> tuple[Any, ...]:
        order: AnyOrder | None = self.house.store.get(Ref(Order, ident))
        assert order is not None
        body, deadline = order.body, order.deadline
        ends = (deadline.due_ms, deadline.left_ms) if deadline else (None, None)
        money = (order.escrow_minor, order.refunded_minor)
        of_work = (False, False, 0)
        if isinstance(body, Work):
            waived = body.refused is not None and body.refused.waived
            of_work = (body.overdue, waived, body.proposal.number if body.proposal else 0)
        return (body.state, *money, *ends, order.dispute is not None, order.ended_ms, *of_work)


def _expected(deal: Deal) -> tuple[Any, ...]:
    money, ends = (deal.escrow, deal.refunded), (deal.due, deal.left)
    number = deal.offer.number if deal.offer else 0
    return (deal.state, *money, *ends, deal.quarrel is not None, deal.ended, deal.overdue, deal.waived, number)


def _turns_of(deal: Deal) -> list[tuple[str, str]]:
    """What is of use for an order, and what would be if no dispute stopped it."""
    sides = {"customer": deal.customer, "performer": deal.performer}
    turns = [(who, act) for act in TURNS.get(deal.state, ()) for side, who in sides.items() if side in MAY[act]]
    if deal.quarrel is not None:
        return turns + _turns_in_dispute(deal.quarrel, sides)
    if deal.state in ("accepted", "bought") and not deal.decided:
        return [(deal.customer, "dispute")]
    if deal.offer is not None:
        turns += [(who, "extend" if deal.offer.kind == "days" else "agree") for who in sides.values()]
    return turns


def _turns_in_dispute(quarrel: Quarrel, sides: dict[str, str]) -> list[tuple[str, str]]:
    """Most of them lead on."""
    others = {sides["customer"]: sides["performer"], sides["performer"]: sides["customer"]}
    turns = [*((who, "offer") for who in others), (sides[quarrel.opener], "withdraw")]
    if quarrel.offer is not None:
        turns += 2 * [(others[sides[quarrel.offer.by]], "settle")]
    match quarrel.phase:
        case "answer":
            return turns + 4 * [(others[sides[quarrel.opener]], "answer")]
        case "arbitration" if quarrel.arbiter is None:
            return turns + 2 * [("nina", "take"), ("oleg", "take")]
        case "admin":
            return turns + 4 * [("anna", "rule")]
        case _:
            return turns + 4 * [(quarrel.arbiter or "nina", "rule")]
