"""A market in which Vera has ordered a logo of Pavel: each act is a word, with a key of its own, a moment after whatever came before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.domain.attachments import File
from chalicelib.domain.content import Content, Text, WorkOffer
from chalicelib.domain.kinds import Lang
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.order import AnyOrder, Order, WorkOrder
from chalicelib.domain.orders.penalties import RefusalRecord
from chalicelib.domain.orders.work import Work, WorkState
from chalicelib.domain.people import User
from chalicelib.services.changes import Ref
from chalicelib.services.ports import Listing
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import account, fund, offer

PRICE, DAYS, DAY = 10_001, 10, 86_400_000
"""At 1500 basis points the commission of the whole is 1,500."""
LOGO = Content(
    languages=(Lang.RU, Lang.EN),
    texts={
        Lang.RU: Text("Логотип", "Нарисую знак и подберу к нему шрифт."),
        Lang.EN: Text("A logo", "I draw a mark and choose a face to it."),
    },
    work=WorkOffer(PRICE, DAYS),
)
SKETCH = File("Эскиз.pdf", "application/pdf", 4_100_000, "0f" * 32)


class Job:
    """The order, its two sides, and the clock."""

    def __init__(self, house: House, *, days: int = DAYS) -> None:
        self.house = house
        self.vera = settle(house, "vera@example.org")
        self.pavel = settle(house, "pavel@example.org", name="Pavel")
        fund(house, self.vera, 3 * PRICE)
        content = Content(LOGO.languages, LOGO.texts, work=WorkOffer(PRICE, days))
        self.twip, self.days = offer(house, self.pavel, content, "logo"), days
        self.order_id = self.buy().id

    def buy(self, key: str = "order-key", *, price_minor: int = PRICE, days: int = 0) -> WorkOrder:
        """One more order, unless the key is that of the first. `days`: as the twip promises, unless told otherwise."""
        self._moment()
        return self.house.works.place(
            self.vera.id, twip_id=self.twip.id, price_minor=price_minor, days=days or self.days, key=key
        )

    def start(self, key: str = "start-key", *, by: User | None = None) -> WorkOrder:
        """The performer starts."""
        self._moment()
        return self.house.works.start((by or self.pavel).id, self.order_id, key=key)

    def refuse(self, reason: str = "I am ill", key: str = "refuse-key") -> WorkOrder:
        """The performer refuses."""
        self._moment()
        return self.house.works.refuse(self.pavel.id, self.order_id, reason, key=key)

    def deliver(self, text: str = "Here it is", *files: str, key: str = "deliver-key") -> WorkOrder:
        """The performer delivers."""
        self._moment()
        return self.house.works.deliver(self.pavel.id, self.order_id, text, files, key=key)

    def rework(self, reasons: str = "Too blue", *files: str, key: str = "rework-key") -> WorkOrder:
        """The customer returns it."""
        self._moment()
        return self.house.works.rework(self.vera.id, self.order_id, reasons, files, key=key)

    def accept(self, key: str = "accept-key") -> WorkOrder:
        """The customer accepts."""
        self._moment()
        return self.house.works.accept(self.vera.id, self.order_id, key=key)

    def cancel(self, key: str = "cancel-key") -> WorkOrder:
        """The customer cancels."""
        self._moment()
        return self.house.works.cancel(self.vera.id, self.order_id, key=key)

    def waive(self, key: str = "waive-key") -> WorkOrder:
        """The customer agrees with the reason."""
        self._moment()
        return self.house.works.waive(self.vera.id, self.order_id, key=key)

    def upload(self, user: User, key: str = "upload-key") -> str:
        """A file of somebody's that is ready to be sent along."""
        begun = self.house.attachments.begin(user.id, SKETCH, key=key)
        self.house.file_storage.arrive(begun.link)
        return begun.upload.id

    def wait(self, days: int) -> "Job":
        """Days pass, and nobody does anything about it."""
        self.house.hands.forward(days * DAY)
        return self

    def lapse(self) -> AnyOrder:
        """Somebody has the order looked at."""
        return self.house.order_terms.lapse(self.order_id)

    @property
    def order(self) -> WorkOrder:
        """As stored."""
        found = self.house.store.get(Ref(Order, self.order_id))
        assert found is not None
        return found

    @property
    def body(self) -> Work:
        """Of the order."""
        return self.order.body

    @property
    def state(self) -> WorkState:
        """Of the order."""
        return self.body.state

    @property
    def balances(self) -> tuple[int, int, int]:
        """What Vera can spend, what Pavel has earned, and the commission on that."""
        mine, theirs = account(self.house, self.vera), account(self.house, self.pavel)
        return mine.available_minor, theirs.available_minor, theirs.fee_minor

    @property
    def refusals(self) -> list[RefusalRecord]:
        """Pavel's."""
        return list(self.house.store.page(Listing.REFUSALS_OF_PERFORMER, self.pavel.id).items)

    def event(self, key: str) -> OrderEvent | None:
        """What is kept of an act."""
        return self.house.store.get(Ref(OrderEvent, self.order_id, key))

    @contextmanager
    def meanwhile(self, act: Callable[[], Any]) -> Iterator[None]:
        """Something else happens right before the next commit."""

        def strike(name: str, request: dict[str, Any]) -> None:
            if name == "transact_write_items":
                self.house.dynamo.before = None
                act()

        self.house.dynamo.before = strike
        yield
        assert self.house.dynamo.before is None, "nothing was committed"

    def _moment(self) -> None:
        self.house.hands.forward(1)
