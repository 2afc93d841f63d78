"""A small trade in a house of memory: Cora has money, Pavel can be called, and one consultation of Pavel's is ordered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from chalicelib.billing import ledger
from chalicelib.billing.steps import View
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile, Status
from chalicelib.domain.connections import Connection
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import ConsultationOrder, Order
from chalicelib.domain.parties import Side
from chalicelib.domain.people import User, signed_out
from chalicelib.domain.sessions import Session
from chalicelib.services.changes import AccountChange, Insert, Put, Record, Ref, Save
from chalicelib.services.frames import CallRinging, Frame
from dynamo.errors import client_error
from tests.support.house import House
from tests.support.orders import consultation
from tests.support.people import somebody

PRICE = 10_001
SHARE, COMMISSION = 8_501, 1_500
SECOND, MINUTE, BLOCK = 1_000, 60_000, 900_000
F = TypeVar("F", bound=Frame)


class Crash(BaseException):
    """The process dies: nothing survives it."""


class Trade:
    """The two people, their pages, and what they do. Time stands still unless it is moved."""

    def __init__(self, mode: Mode = Mode.VIDEO, *, blocks: int = 10) -> None:
        self.house = House()
        self.store = self.house.store
        self.mode = mode
        self.person("cora", available_minor=(blocks + 1) * PRICE)
        self.person("pavel", status=Status.AVAILABLE)
        self.cora = self.page("cora", "cora-1")
        self.pavel = self.page("pavel", "pavel-1")
        self.orders: list[str] = []
        """The ids of all orders, in the order in which they were placed."""
        self.order_id = self.buy()
        self.session_id = ""
        self._bytes = 0

    # People, pages, money

    def person(self, user_id: str, *, available_minor: int = 0, status: Status = Status.UNDEFINED) -> None:
        """Somebody with an account, and with a consultation on sale."""
        self.store.commit(Insert(somebody(user_id)))
        self.store.commit(Insert(Profile(user_id, user_id.title(), status=status, consultations=1)))
        self.store.commit(Insert(Account(user_id, "RUB")))
        if available_minor:
            self.top_up(available_minor, user_id=user_id)

    def page(self, user_id: str, connection_id: str, *, epoch: int = 0) -> Connection:
        """A tab opens and says hello."""
        connection = Connection(connection_id, user_id, self.now_ms, self.now_ms + 7_800_000, epoch)
        self.store.commit(Put(connection))
        self.house.connections.hello(connection, self.now_ms)
        return connection

    def top_up(self, amount_minor: int, *, user_id: str = "cora") -> None:
        """Money comes."""
        entry = ledger.top_up(
            user_id=user_id,
            provider="sandbox",
            amount_minor=amount_minor,
            top_up_id=self.house.ids.new(),
            at_ms=self.now_ms,
        )
        self.store.commit(AccountChange(user_id, amount_minor), Record(entry))

    def buy(self, customer_id: str = "cora", *, mode: Mode | None = None, performer_id: str = "pavel") -> str:
        """A consultation is ordered: its first block is in escrow. Answers the order's id."""
        order = consultation(
            self.house.ids.new(),
            price_minor=PRICE,
            at_ms=self.now_ms,
            mode=mode or self.mode,
            customer_id=customer_id,
            performer_id=performer_id,
        )
        entry = ledger.order(customer_id=customer_id, order_id=order.id, price_minor=PRICE, at_ms=self.now_ms)
        self.store.commit(Insert(order), Record(entry), AccountChange(customer_id, -PRICE))
        self.orders.append(order.id)
        return order.id

    # Time

    @property
    def now_ms(self) -> int:
        """The server's time."""
        return self.house.hands.at_ms

    def forward(self, by_ms: int) -> None:
        """Time passes, and nothing is done about it."""
        self.house.hands.forward(by_ms)

    def until(self, clock_ms: int) -> None:
        """Time passes until the session's clock shows this."""
        self.house.hands.at_ms = self.clock_started_ms + clock_ms

    def wake(self) -> View:
        """The queue's worker looks at the session now."""
        return self.house.metering.advance(self.session_id, self.now_ms)

    def tick(self) -> int:
        """The schedule's tick happens now."""
        return self.house.ticking.tick(self.house.hands.now_ms)

    # The call and its session

    def ring(self, order_id: str | None = None, *, page: Connection | None = None) -> str:
        """Cora calls, and a page of Pavel's acknowledges. Answers the session's id."""
        self.on_site()
        ringing: CallRinging = self.house.calls.start(page or self.cora, order_id or self.order_id)
        self.session_id = ringing.session_id
        self.house.calls.acknowledge(self.pavel, self.session_id)
        return self.session_id

    def on_site(self) -> None:
        """Pavel's page proves that it is there."""
        self.house.connections.keep_alive("pavel", self.now_ms)

    def answered(self) -> str:
        """Rung and answered."""
        self.ring()
        self.forward(3 * SECOND)
        self.house.calls.answer(self.pavel, self.session_id)
        return self.session_id

    def running(self) -> str:
        """Answered, and the clock runs: by start and media, or by the second message."""
        self.answered()
        self.forward(2 * SECOND)
        if self.mode is Mode.TEXT:
            for number in (1, 2):
                self.house.sessions.say(self.cora.id, self.session_id, f"message-{number}", "Hello")
            return self.session_id
        self.house.sessions.press_start(self.pavel, self.session_id)
        self.house.sessions.receive_media(self.cora, self.session_id)
        return self.session_id

    def report(self, *pages: Connection) -> None:
        """Signs of life, with media flowing; of both sides unless told otherwise."""
        self._bytes += 1_000
        for page in pages or (self.cora, self.pavel):
            self.house.sessions.report(page.id, self.session_id, self._bytes)

    def boundary(self, k: int) -> View:
        """The session comes to boundary k with both sides alive, and the worker is there in time."""
        self.until(k * BLOCK - 40 * SECOND)
        self.report()
        self.until(k * BLOCK)
        return self.wake()

    def outdo(self, user_id: str, by: Callable[[User], User] = signed_out) -> None:
        """The person is signed out everywhere (or blocked), and closing the lines fails: they stay open."""
        self.store.commit(Save(by(self.found(Ref(User, user_id)))))

    # What is stored, and what was told

    @property
    def session(self) -> Session:
        """The session, as stored."""
        session: Session = self.found(Ref(Session, self.session_id))
        return session

    @property
    def order(self) -> ConsultationOrder:
        """The order, as stored."""
        order: ConsultationOrder = self.found(Ref(Order, self.order_id))
        return order

    @property
    def clock_started_ms(self) -> int:
        """When the clock started."""
        clock_started_ms = self.session.clock_started_ms
        assert clock_started_ms is not None
        return clock_started_ms

    def found(self, ref: Ref[Any]) -> Any:
        """An entity that must be there."""
        entity = self.store.get(ref)
        assert entity is not None
        return entity

    def account(self, user_id: str) -> Account:
        """An account, as stored."""
        account: Account = self.found(Ref(Account, user_id))
        return account

    def paid_blocks(self) -> list[int]:
        """The numbers of the blocks of this session that are in the journal, in order."""
        items = self.house.dynamo.items("journal")
        return sorted(int(item["k"]["N"]) for item in items if item["subject"]["S"] == self.session_id)

    def set_status(self, status: Status, user_id: str = "pavel") -> None:
        """The performer chooses a status."""
        profile = self.found(Ref(Profile, user_id))
        self.store.commit(
            Save(Profile(user_id, profile.display_name, status=status, consultations=1, version=profile.version))
        )

    def told(self, page: Connection) -> list[str]:
        """The types of the frames that a page was told since the last look."""
        return [type(frame).type for frame in self.frames(page)]

    def frames(self, page: Connection) -> list[Any]:
        """The frames that a page was told since the last look."""
        told = self.house.air.told
        frames = [tell.frame for tell in told if tell.connection_id == page.id]
        told[:] = [tell for tell in told if tell.connection_id != page.id]
        return frames

    def one(self, page: Connection, kind: type[F]) -> F:
        """The one frame of a kind that a page was told since the last look."""
        frames = [frame for frame in self.frames(page) if isinstance(frame, kind)]
        assert len(frames) == 1, frames
        return frames[0]

    def quiet(self) -> None:
        """Whatever was told so far is of no interest."""
        self.house.air.told.clear()

    # What goes wrong

    @contextmanager
    def crashing(
        self, operation: str = "transact_write_items", *, after: bool = False, skip: int = 0
    ) -> Iterator[None]:
        """The process dies before, or right after, a call to the store."""
        left = [skip]

        def strike(name: str, request: dict[str, Any]) -> None:
            if name == operation:
                left[0] -= 1
                if left[0] < 0:
                    raise Crash

        hook = "after" if after else "before"
        setattr(self.house.dynamo, hook, strike)
        try:
            yield
        except Crash:
            pass
        else:
            raise AssertionError("nothing crashed")
        finally:
            setattr(self.house.dynamo, hook, None)

    @contextmanager
    def meanwhile(self, operation: str, act: Callable[[], Any], *, skip: int = 0, times: int = 1) -> Iterator[None]:
        """Something else happens right before a call to the store: before the first, unless some are skipped."""
        left = [skip, times]

        def strike(name: str, request: dict[str, Any]) -> None:
            if name != operation or not left[1]:
                return
            if left[0]:
                left[0] -= 1
                return
            left[1] -= 1
            self.house.dynamo.before = None
            act()
            self.house.dynamo.before = strike

        self.house.dynamo.before = strike
        try:
            yield
        finally:
            self.house.dynamo.before = None
            assert not left[1], "the call was never made"

    @contextmanager
    def contended(self, held: Callable[[], bool] = lambda: True) -> Iterator[None]:
        """Other transactions hold what is to be written, through every retry: always, or as long as `held` says when it is asked."""

        def strike(name: str, request: dict[str, Any]) -> None:
            if name not in ("get_item", "batch_get_item", "query") and held():
                raise client_error(name, "TransactionConflictException", "held")

        self.house.dynamo.before = strike
        try:
            yield
        finally:
            self.house.dynamo.before = None


def sides(trade: Trade) -> dict[Side, Connection]:
    """The page of each side."""
    return {Side.CUSTOMER: trade.cora, Side.PERFORMER: trade.pavel}
