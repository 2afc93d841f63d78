"""Lists of orders and sales by kind, state and words, however far back what is sought lies."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.errors import InvalidCursor
from chalicelib.domain.kinds import Standing, TwipKind
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.orders.sought import ALL, Sought
from chalicelib.domain.parties import Side
from chalicelib.domain.people import User
from chalicelib.domain.words import asked_for
from chalicelib.services.changes import Insert
from chalicelib.services.orders.reading import PARTS
from chalicelib.services.ports import Page
from tests.support.house import House
from tests.support.orders import consultation, work
from tests.support.people import settle

CUSTOMER, PERFORMER = Side.CUSTOMER, Side.PERFORMER


class Cabinet:
    """Vera orders of several people."""

    def __init__(self) -> None:
        self.house = House()
        self.vera = settle(self.house, "vera@example.org", name="Vera")
        self.pavel = settle(self.house, "pavel@example.org", name="Pavel Orlov")
        self.irina = settle(self.house, "irina@example.org", name="Irina Vetrova")
        self.made = 0

    def order(self, kind: Callable[..., AnyOrder], performer: User, title: str = "A logo", ended: bool = False) -> str:
        """One more, a moment after the last."""
        self.made += 1
        order = kind(f"{self.made:026d}", price_minor=100, at_ms=self.made)
        sides = replace(order, customer_id=self.vera.id, performer_id=performer.id)
        terms = replace(order.terms, title={"en": title})
        self.house.store.commit(Insert(replace(sides, terms=terms, ended_ms=self.made if ended else None)))
        return order.id

    def page(self, by: User, side: Side, sought: Sought, cursor: str | None, limit: int) -> Page[str]:
        """The ids on one page."""
        page = self.house.order_queries.listed(by.id, side, sought, cursor=cursor, limit=limit)
        return Page(tuple(seen.order.id for seen in page.items), page.next_cursor)

    def walk(self, by: User, side: Side, sought: Sought, limit: int = 20) -> list[list[str]]:
        """All pages to the end."""
        pages, cursor = [], None
        while True:
            page = self.page(by, side, sought, cursor, limit)
            pages.append(list(page.items))
            cursor = page.next_cursor
            if cursor is None:
                return pages

    def found(self, by: User, side: Side, sought: Sought, limit: int = 20) -> list[str]:
        """All that is found."""
        return [ident for page in self.walk(by, side, sought, limit) for ident in page]


@pytest.fixture
def cabinet() -> Cabinet:
    return Cabinet()


@pytest.mark.rule("R32", "R62")
def test_orders_and_sales_are_found_by_kind_state_and_words(cabinet: Cabinet) -> None:
    call = cabinet.order(consultation, cabinet.pavel, "Chess openings")
    logo = cabinet.order(work, cabinet.pavel)
    over = cabinet.order(work, cabinet.irina, "A poster", ended=True)
    vera, pavel = cabinet.vera, cabinet.pavel
    assert cabinet.found(vera, CUSTOMER, ALL) == [over, logo, call]
    assert cabinet.found(vera, CUSTOMER, Sought(kind=TwipKind.WORK)) == [over, logo]
    assert cabinet.found(vera, CUSTOMER, Sought(standing=Standing.OVER)) == [over]
    assert cabinet.found(vera, CUSTOMER, Sought(standing=Standing.WAITING)) == [call]
    assert cabinet.found(vera, CUSTOMER, Sought(words=asked_for("orlov"))) == [logo, call]
    assert cabinet.found(vera, CUSTOMER, Sought(words=asked_for("poster irina"))) == [over]
    assert cabinet.found(pavel, PERFORMER, Sought(words=asked_for("logos of vera"))) == [logo]
    assert cabinet.found(pavel, PERFORMER, Sought(standing=Standing.WAITING)) == [logo]
    assert cabinet.found(pavel, PERFORMER, Sought(kind=TwipKind.FILES)) == []


@pytest.mark.rule("R32", "R62")
@pytest.mark.parametrize("limit", [1, 3, 7, 30])
def test_a_filtered_list_comes_in_pages_none_twice_and_none_left_out(cabinet: Cabinet, limit: int) -> None:
    wanted = [
        ident
        for n in range(40)
        for ident in [cabinet.order(work if n % 3 else consultation, cabinet.pavel)]
        if n % 3 == 0
    ]
    pages = cabinet.walk(cabinet.vera, CUSTOMER, Sought(kind=TwipKind.CONSULTATION), limit)
    assert [ident for page in pages for ident in page] == wanted[::-1]
    assert max(len(page) for page in pages) <= limit


@pytest.mark.rule("R32")
def test_a_rare_match_at_the_far_end_is_reached_by_asking_again_and_each_request_is_bounded(cabinet: Cabinet) -> None:
    rare = cabinet.order(consultation, cabinet.irina)
    for _ in range(3 * PARTS * 10):
        cabinet.order(work, cabinet.pavel)
    counts, pages, cursor = cabinet.house.dynamo.counts, [], None
    while True:
        before = counts.mark()
        page = cabinet.page(cabinet.vera, CUSTOMER, Sought(words=asked_for("vetrova")), cursor, 10)
        asked = counts.since(before).requests
        assert asked["query"] <= PARTS
        assert asked["batch_get_item"] <= 2 * PARTS
        assert asked["scan"] == 0
        pages.append(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert pages == [(), (), (), (rare,)]


def test_what_is_plainly_not_sought_is_not_looked_around_for(cabinet: Cabinet) -> None:
    for _ in range(10):
        cabinet.order(work, cabinet.pavel)
    before = cabinet.house.dynamo.counts.mark()
    cabinet.page(cabinet.vera, CUSTOMER, Sought(kind=TwipKind.FILES), None, 10)
    assert cabinet.house.dynamo.counts.since(before).requests["batch_get_item"] == 1


def test_a_place_in_the_list_is_good_for_whatever_is_sought_next(cabinet: Cabinet) -> None:
    made = [cabinet.order(work, cabinet.pavel) for _ in range(4)]
    first = cabinet.page(cabinet.vera, CUSTOMER, ALL, None, 2)
    rest = cabinet.page(cabinet.vera, CUSTOMER, Sought(kind=TwipKind.WORK), first.next_cursor, 2)
    assert (*first.items, *rest.items) == tuple(reversed(made))


def test_a_place_among_orders_is_none_among_sales(cabinet: Cabinet) -> None:
    for _ in range(2):
        cabinet.order(work, cabinet.pavel)
    page = cabinet.page(cabinet.vera, CUSTOMER, ALL, None, 1)
    with pytest.raises(InvalidCursor):
        cabinet.page(cabinet.vera, PERFORMER, ALL, page.next_cursor, 1)


@pytest.mark.rule("R32", "R62")
def test_what_comes_or_ends_meanwhile_moves_nobody_into_a_gap(cabinet: Cabinet) -> None:
    made = [cabinet.order(work, cabinet.pavel) for _ in range(4)]
    first = cabinet.page(cabinet.vera, CUSTOMER, Sought(kind=TwipKind.WORK), None, 2)
    cabinet.order(work, cabinet.pavel)
    rest = cabinet.page(cabinet.vera, CUSTOMER, Sought(kind=TwipKind.WORK), first.next_cursor, 2)
    assert (*first.items, *rest.items) == tuple(reversed(made))
