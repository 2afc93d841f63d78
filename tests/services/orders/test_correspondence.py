"""Everybody has their correspondence as one list, and what was written last stands first (R79)."""

from dataclasses import replace

import pytest

from chalicelib.domain.availability import Profile
from chalicelib.domain.errors import InvalidCursor
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.people import User
from chalicelib.domain.threads import ThreadMessage
from chalicelib.services.changes import Insert, Ref, Remove
from chalicelib.services.orders.correspondence import Thread
from tests.support.house import House
from tests.support.orders import consultation, work
from tests.support.people import settle
from tests.support.works import Job


class Post:
    """Vera buys of Pavel, and sells to him."""

    def __init__(self) -> None:
        self.house = House()
        self.vera = settle(self.house, "vera@example.org", name="Vera")
        self.pavel = settle(self.house, "pavel@example.org", name="Pavel")
        self.made = self.written = 0

    def order(self, customer: User, performer: User) -> str:
        """A work, of which nothing has been said yet."""
        self.made += 1
        order = work(f"{self.made:026d}", price_minor=100, at_ms=self.house.hands.at_ms)
        self.house.store.commit(Insert(replace(order, customer_id=customer.id, performer_id=performer.id)))
        return order.id

    def write(self, by: User, order_id: str, text: str = "Hello", key: str = "") -> ThreadMessage:
        """A moment after whatever came before."""
        self.house.hands.forward(1)
        self.written += 1
        return self.house.threads.write(by.id, order_id, text, (), key=key or f"message-{self.written}")

    def threads(self, of: User, limit: int = 50) -> list[Thread]:
        """All, page by page."""
        found: list[Thread] = []
        cursor = None
        while True:
            page = self.house.correspondence.listed(of.id, cursor=cursor, limit=limit)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found

    def listed(self, of: User, limit: int = 50) -> list[str]:
        """Their orders."""
        return [thread.order.id for thread in self.threads(of, limit)]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.mark.rule("R79")
def test_what_one_bought_and_sold_is_one_list_with_the_newest_first_for_both_sides(post: Post) -> None:
    bought, sold = post.order(post.vera, post.pavel), post.order(post.pavel, post.vera)
    post.write(post.vera, bought, "The panel needs new figures.")
    post.write(post.pavel, sold, "A poster, please.")
    assert post.listed(post.vera) == [sold, bought] == post.listed(post.pavel)
    answer = post.write(post.vera, bought, "And a title.")
    assert post.listed(post.vera) == [bought, sold] == post.listed(post.pavel)
    first, second = post.threads(post.vera)
    assert (first.side, first.other_name, first.other_id) == (Side.CUSTOMER, "Pavel", post.pavel.id)
    assert (second.side, second.other_name) == (Side.PERFORMER, "Pavel")
    assert (first.newest, first.at_ms) == (answer, answer.at_ms)


@pytest.mark.rule("R79", "E17")
def test_what_is_not_read_is_marked_for_whoever_has_not_read_it(post: Post) -> None:
    order = post.order(post.vera, post.pavel)
    post.write(post.vera, order)
    last = post.write(post.vera, order, "Are you there?")
    assert [thread.unread for thread in post.threads(post.pavel)] == [2]
    assert [thread.unread for thread in post.threads(post.vera)] == [0]
    post.house.threads.read(post.pavel.id, order, last.at_ms)
    assert [thread.unread for thread in post.threads(post.pavel)] == [0]
    assert [thread.newest for thread in post.threads(post.pavel)] == [last], "read, it keeps its place"


@pytest.mark.rule("R79")
def test_acts_stand_in_it_with_what_was_said_and_a_new_order_does_for_its_performer(house: House) -> None:
    job = Job(house)
    (new,) = house.correspondence.listed(job.pavel.id, cursor=None, limit=9).items
    assert (new.newest, new.unread, new.at_ms) == (None, 1, job.order.created_ms)
    assert house.correspondence.listed(job.vera.id, cursor=None, limit=9).items == ()
    job.start()
    job.deliver("Here it is")
    for side, unread in ((job.vera, 2), (job.pavel, 1)):
        (thread,) = house.correspondence.listed(side.id, cursor=None, limit=9).items
        assert isinstance(thread.newest, OrderEvent)
        assert (thread.newest.act, thread.newest.text, thread.unread) == ("deliver", "Here it is", unread)


@pytest.mark.rule("R79")
def test_what_the_service_does_is_news_to_both(house: House) -> None:
    job = Job(house).wait(8)
    job.lapse()
    for side in (job.vera, job.pavel):
        (thread,) = house.correspondence.listed(side.id, cursor=None, limit=9).items
        assert isinstance(thread.newest, OrderEvent)
        assert (thread.newest.party, thread.newest.act) == (Party.SERVICE, "lapse_start")


@pytest.mark.rule("R79")
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_it_comes_in_pages_none_twice_and_none_left_out(post: Post, limit: int) -> None:
    orders = [post.order(post.vera, post.pavel) for _ in range(5)]
    for order in orders:
        post.write(post.vera, order)
    post.write(post.pavel, orders[2])
    expected = [orders[n] for n in (2, 4, 3, 1, 0)]
    assert post.listed(post.vera, limit) == expected == post.listed(post.pavel, limit)


def test_a_page_is_four_reads_however_many_threads_it_holds(post: Post) -> None:
    for _ in range(60):
        post.write(post.vera, post.order(post.vera, post.pavel))
    before = post.house.dynamo.counts.mark()
    page = post.house.correspondence.listed(post.vera.id, cursor=None, limit=100)
    asked = post.house.dynamo.counts.since(before).requests
    assert (len(page.items), dict(asked)) == (50, {"query": 1, "batch_get_item": 3})


@pytest.mark.rule("D34")
def test_nobody_sees_the_correspondence_of_others_nor_reads_on_in_it(post: Post) -> None:
    for _ in range(2):
        post.write(post.vera, post.order(post.vera, post.pavel))
    stranger = settle(post.house, "mallory@example.org")
    assert post.listed(stranger) == []
    page = post.house.correspondence.listed(post.vera.id, cursor=None, limit=1)
    with pytest.raises(InvalidCursor):
        post.house.correspondence.listed(stranger.id, cursor=page.next_cursor, limit=1)


def test_consultations_have_no_thread_and_an_order_of_which_nothing_was_said_is_no_correspondence(post: Post) -> None:
    order = consultation("c" * 26, price_minor=1, at_ms=0, customer_id=post.vera.id, performer_id=post.pavel.id)
    post.house.store.commit(Insert(order))
    post.order(post.vera, post.pavel)
    assert post.listed(post.vera) == [] == post.listed(post.pavel)


def test_a_thread_outlives_the_profile_of_its_other_side(post: Post) -> None:
    post.write(post.pavel, post.order(post.vera, post.pavel))
    post.house.store.commit(Remove(post.house.store.get(Ref(Profile, post.pavel.id))))
    assert [(thread.other_name, thread.unread) for thread in post.threads(post.vera)] == [("", 1)]


@pytest.mark.rule("D12")
def test_a_message_that_is_sent_again_moves_nothing(post: Post) -> None:
    first, second = post.order(post.vera, post.pavel), post.order(post.vera, post.pavel)
    post.write(post.vera, first, key="the-message")
    post.write(post.vera, second)
    post.write(post.vera, first, key="the-message")
    assert post.listed(post.vera) == [second, first] == post.listed(post.pavel)


@pytest.mark.rule("R79")
def test_of_two_messages_at_once_none_is_lost_and_the_later_one_is_shown(post: Post) -> None:
    order = post.order(post.vera, post.pavel)

    def strike(name: str, _request: object) -> None:
        if name == "transact_write_items":
            post.house.dynamo.before = None
            post.write(post.pavel, order, "Me too")

    post.house.dynamo.before = strike
    mine = post.write(post.vera, order, "Me first")
    assert [thread.newest for thread in post.threads(post.vera)] == [mine]
    assert [thread.unread for thread in (*post.threads(post.vera), *post.threads(post.pavel))] == [1, 1]


@pytest.mark.rule("R79")
def test_a_message_costs_what_the_decision_says(post: Post) -> None:
    order = post.order(post.vera, post.pavel)
    post.write(post.pavel, order)
    post.write(post.vera, order)
    before = post.house.dynamo.counts.mark()
    post.write(post.vera, order)
    counted = post.house.dynamo.counts.since(before)
    assert (counted.transactional_units, counted.plain_units, counted.index_units) == (6, 1, 5)
