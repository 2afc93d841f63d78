"""A market in which Vera has bought fonts of Pavel: each act is a word, with a key of its own, a moment after whatever came before."""

from chalicelib.domain.attachments import File
from chalicelib.domain.content import Content, FilesOffer, Text
from chalicelib.domain.goods import Good, Goods
from chalicelib.domain.kinds import Lang, Mode
from chalicelib.domain.orders.editions import edition_of
from chalicelib.domain.orders.files import FilesState
from chalicelib.domain.orders.order import FilesOrder, Order
from chalicelib.domain.orders.refunds import Refund
from chalicelib.domain.people import User
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Ref
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import account, fund, offer

PRICE, SHARE, DAY = 10_001, 8_501, 86_400_000
"""At 1500 basis points the commission of the whole is 1,500."""
BOLD = Good("bold", File("Вывеска жирная.otf", "font/otf", 48_000, "0f" * 32), "place-of-bold")
LIGHT = Good("light", File("Вывеска светлая.otf", "font/otf", 41_000, "1f" * 32), "place-of-light")
LINKS = ("https://fonts.example/manual", "https://fonts.example/specimen")
FONTS = Content(
    languages=(Lang.RU, Lang.EN),
    texts={
        Lang.RU: Text("Шрифты", "Три начертания для вывесок и обложек."),
        Lang.EN: Text("Fonts", "Three faces for signs and covers."),
    },
    files=FilesOffer(PRICE, Goods((BOLD, LIGHT), LINKS)),
)

ADVICE = Content((Lang.EN,), {Lang.EN: Text("Advice", "On faces and how to pair them.")}, {Mode.TEXT: SHARE})


def edition_for(twip: Twip) -> str:
    """What somebody confirms who has seen this twip."""
    assert twip.published is not None
    return edition_of(twip.id, twip.published).digest


def stock(house: House, *goods: Good) -> None:
    """Their bytes have come."""
    for good in goods:
        house.file_storage.files[good.place] = good.file


class Shop:
    """The order, its two sides, and the clock."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.vera = settle(house, "vera@example.org", name="Vera")
        self.pavel = settle(house, "pavel@example.org", name="Pavel")
        fund(house, self.vera, 3 * PRICE)
        stock(house, BOLD, LIGHT)
        self.twip = offer(house, self.pavel, FONTS, "fonts")
        self.order_id = self.buy().id

    def buy(
        self, key: str = "order-key", *, price_minor: int = PRICE, by: User | None = None, twip: Twip | None = None
    ) -> FilesOrder:
        """Somebody buys them, or what else Pavel sells, as they were published: Vera, unless told otherwise."""
        self.house.hands.forward(1)
        sold = twip or self.twip
        return self.house.files_orders.place(
            (by or self.vera).id, twip_id=sold.id, price_minor=price_minor, edition=edition_for(sold), key=key
        )

    def spend(self) -> None:
        """Pavel spends all that he has earned, on somebody else's advice."""
        self.house.hands.forward(1)
        seller = settle(self.house, "seller@example.org")
        advice = offer(self.house, seller, ADVICE, "advice")
        self.house.consultations.place(
            self.pavel.id, twip_id=advice.id, mode=Mode.TEXT, price_minor=SHARE, key="spend-key"
        )

    def give_back(self, amount_minor: int, key: str = "refund-key") -> Refund:
        """Pavel gives money back by his own choice."""
        self.house.hands.forward(1)
        return self.house.refunds.of_order(self.pavel.id, self.order_id, amount_minor, key=key)

    @property
    def order(self) -> FilesOrder:
        """As stored."""
        found = self.house.store.get(Ref(Order, self.order_id))
        assert found is not None
        return found

    @property
    def state(self) -> FilesState:
        """Of the order."""
        return self.order.body.state

    @property
    def balances(self) -> tuple[int, int, int]:
        """What Vera can spend, what Pavel has earned, and the commission on that."""
        mine, theirs = account(self.house, self.vera), account(self.house, self.pavel)
        return mine.available_minor, theirs.available_minor, theirs.fee_minor

    def clean(self) -> bool:
        """Whether the books are."""
        return self.house.audit.run().clean
