"""Money acts whose requests die before or after any call, lose the answer of one, are sent again and again, and race each other: the books
stay clean, and each key has done one thing once."""

from collections.abc import Callable
from functools import partial
from random import Random

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.errors import AlreadyOrdered, InsufficientFunds, Refusal, WrongState
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.order import ConsultationOrder, Order
from chalicelib.domain.people import User
from chalicelib.domain.topups import Outcome
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import CommitRefused, Contention
from dynamo.errors import conflict
from dynamo.requests import Request
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import VIDEO_MINOR, account, fund, offer, webhook
from tests.support.shop import FONTS, PRICE, SHARE, edition_for

SEEDS = range(60)
FINAL = (AlreadyOrdered, InsufficientFunds, WrongState)
"""Answers that a client takes for answers; after any other failure it sends the same request again."""


class Crash(Exception):
    """The function died."""


class Weather:
    """Faults before and after each call to the store, from one seed; other people's acts in between."""

    def __init__(self, house: House, random: Random) -> None:
        self._house, self._random, self._inside = house, random, False
        self.meanwhile: list[Callable[[], object]] = []
        house.dynamo.before, house.dynamo.after = self.before, self.after

    def before(self, operation: str, request: Request) -> None:
        if self._inside:
            return
        if self.meanwhile and self._random.random() < 0.2:
            self._let(self.meanwhile.pop())
        if operation == "transact_write_items" and self._random.random() < 0.2:
            raise conflict(len(request["TransactItems"]), at=0)
        if self._random.random() < 0.08:
            raise Crash

    def after(self, operation: str, request: Request) -> None:
        if self._inside:
            return
        if self._random.random() < 0.08:
            raise Crash
        if self._random.random() < 0.08:
            raise ReadTimeoutError(endpoint_url="https://dynamodb.example")

    def _let(self, act: Callable[[], object]) -> None:
        self._inside = True
        try:
            act()
        except (Refusal, CommitRefused, Contention):
            pass
        finally:
            self._inside = False


def insist(act: Callable[[], object]) -> object:
    """A client that sends the same request until it has an answer."""
    for _ in range(200):
        try:
            return act()
        except FINAL as answer:
            return answer
        except (Crash, Refusal, CommitRefused, Contention):
            continue
    raise AssertionError("no answer at all")


def order_at(house: House, customer: User, twip: Twip, mode: Mode, key: str) -> Callable[[], ConsultationOrder]:
    assert twip.published is not None
    price_minor = twip.published.prices[mode]
    return lambda: house.consultations.place(customer.id, twip_id=twip.id, mode=mode, price_minor=price_minor, key=key)


def pay(house: House, customer: User, amount_minor: int, outcome: Outcome, key: str) -> Callable[[], object]:
    def act() -> object:
        started = house.topups.start(customer.id, amount_minor, key=key)
        return house.topups.notified("sandbox", *webhook(house, started, outcome))

    return act


@pytest.mark.rule("D12", "D19", "E8", "R35")
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_dies_and_is_sent_again_the_books_are_clean(seed: int) -> None:
    house, random = House(), Random(seed)
    vera = settle(house, "vera@example.org")
    twips = [offer(house, settle(house, f"p{n}@example.org"), name=f"twip-{n}") for n in range(3)]
    fund(house, vera, 2 * VIDEO_MINOR)
    weather = Weather(house, random)
    paid_minor = 2 * VIDEO_MINOR
    orders: list[ConsultationOrder] = []
    for n in range(12):
        house.hands.forward(random.randrange(3))
        again = order_at(house, vera, random.choice(twips), random.choice([*Mode]), f"other-{n}")
        weather.meanwhile = [again, again, pay(house, vera, 1, Outcome.FAILED, f"failed-{n}")]
        match random.randrange(3):
            case 0:
                answer = insist(order_at(house, vera, random.choice(twips), random.choice([*Mode]), f"order-{n}"))
                orders += [answer] if isinstance(answer, Order) else []
            case 1 if orders:
                order = random.choice(orders)
                insist(partial(house.consultations.cancel, vera.id, order.id, key=f"cancel-{n}"))
            case _:
                amount_minor = random.randrange(1, VIDEO_MINOR)
                for outcome in random.sample([*Outcome], k=2):
                    insist(pay(house, vera, amount_minor, outcome, f"top-up-{n}"))
                paid_minor += amount_minor
    house.dynamo.before = house.dynamo.after = None
    report = house.audit.run()
    assert report.differences == ()

    escrow_minor = sum(
        int(item["escrow_minor"]["N"]) for item in house.dynamo.items("market") if item["sk"]["S"] == "ORD"
    )
    assert account(house, vera).available_minor + escrow_minor == paid_minor


@pytest.mark.rule("D9", "D12", "D19", "R81")
@pytest.mark.parametrize("seed", range(30))
def test_files_are_sold_once_and_paid_once_whatever_dies_and_is_sent_again(seed: int) -> None:
    house, random = House(), Random(seed)
    vera, pavel = settle(house, "vera@example.org"), settle(house, "pavel@example.org")
    twips = [offer(house, pavel, FONTS, name=f"twip-{n}") for n in range(4)]
    fund(house, vera, 3 * PRICE)
    weather = Weather(house, random)

    def buy(twip: Twip, key: str) -> Callable[[], object]:
        return lambda: house.files_orders.place(
            vera.id, twip_id=twip.id, price_minor=PRICE, edition=edition_for(twip), key=key
        )

    bought: dict[str, str] = {}
    for n in range(10):
        house.hands.forward(random.randrange(3))
        twip = random.choice(twips)
        weather.meanwhile = [buy(twip, f"other-{n}"), buy(random.choice(twips), f"another-{n}")]
        answer = insist(buy(twip, f"order-{n}"))
        order_id = answer.id if isinstance(answer, Order) else getattr(answer, "order_id", None)
        assert order_id is None or bought.setdefault(twip.id, order_id) == order_id
    house.dynamo.before = house.dynamo.after = None
    assert house.audit.run().differences == ()
    sold = [item for item in house.dynamo.items("market") if item["sk"]["S"] == "ORD"]
    assert len({item["twip_id"]["S"] for item in sold}) == len(sold) == 3, "as many as there was money for"
    assert (account(house, vera).available_minor, account(house, pavel).available_minor) == (0, 3 * SHARE)
