"""Reviews: one an order, counted in the commit that writes it, read by everybody (D12, D24, D34)."""

import pytest

from chalicelib.domain.availability import Profile
from chalicelib.domain.errors import Forbidden, InvalidCursor, NotFound, WrongState
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.orders.order import Order
from chalicelib.domain.orders.reviews import Offered, OrderReview, ReviewAct
from chalicelib.domain.people import User
from chalicelib.domain.ratings import UNRATED, Rating
from chalicelib.services.changes import Ref, Remove, Save
from chalicelib.services.connections import Connections
from chalicelib.services.orders.reviews import Told
from chalicelib.services.people.staff import Change
from chalicelib.services.ports import Listing
from tests.support.house import House
from tests.support.orders import changed
from tests.support.people import settle
from tests.support.sales import CONTENT, fund, offer, place
from tests.support.works import DAY, PRICE, Job


class Critics:
    """Vera has ordered of Pavel, and has an opinion."""

    def __init__(self, house: House) -> None:
        self.house, self.job = house, Job(house)
        self.vera, self.pavel = self.job.vera, self.job.pavel

    def done(self) -> "Critics":
        """Her order is accepted."""
        self.job.start()
        self.job.deliver()
        self.job.accept()
        return self

    def once_more(self, number: int) -> str:
        """Another order of hers that is accepted. Answers its id."""
        self.job.order_id = self.job.buy(f"order-{number}").id
        self.job.start(f"start-{number}")
        self.job.deliver(key=f"deliver-{number}")
        self.job.accept(f"accept-{number}")
        return self.job.order_id

    def write(self, stars: int = 5, text: str = "Quick and exact") -> OrderReview:
        """She says what she thinks of the last order."""
        self.house.hands.forward(1)
        return self.house.reviews.write(self.vera.id, self.job.order_id, stars, text)

    def reply(self, text: str = "Thank you") -> OrderReview:
        """He says what he thinks of that."""
        self.house.hands.forward(1)
        return self.house.reviews.reply(self.pavel.id, self.job.order_id, text)

    @property
    def stored(self) -> OrderReview | None:
        """Of the last order."""
        return self.house.store.get(Ref(OrderReview, self.job.order_id))

    @property
    def rating(self) -> Rating:
        """Pavel's."""
        profile = self.house.store.get(Ref(Profile, self.pavel.id))
        assert profile is not None
        return profile.rating

    def of_performer(self, cursor: str | None = None, limit: int = 50) -> tuple[list[Told], str | None]:
        """What everybody reads of him."""
        page = self.house.reviews.of_performer(self.pavel.id, cursor=cursor, limit=limit)
        return list(page.items), page.next_cursor


@pytest.fixture
def critics(house: House) -> Critics:
    return Critics(house)


@pytest.mark.rule("D24")
def test_a_review_counts_in_the_commit_that_writes_it(critics: Critics) -> None:
    review = critics.done().write()
    assert (critics.stored, critics.rating) == (review, Rating(fives=1))
    assert critics.of_performer() == ([Told(review, "Vera")], None)


@pytest.mark.rule("D24")
def test_a_changed_review_counts_once_and_as_it_is_now(critics: Critics) -> None:
    critics.done().write()
    changed = critics.write(2, "It broke")
    assert critics.rating == Rating(twos=1)
    assert (changed.stars, changed.text, changed.changed_ms) == (2, "It broke", critics.house.hands.at_ms)
    critics.write(2, "It broke after a day")
    assert critics.rating == Rating(twos=1)
    assert [told.review.text for told in critics.of_performer()[0]] == ["It broke after a day"]


@pytest.mark.rule("D12")
def test_the_same_once_more_is_the_same_review_counted_once(critics: Critics) -> None:
    first = critics.done().write()
    critics.house.hands.forward(99 * DAY)
    assert critics.write() == first
    assert critics.rating == Rating(fives=1)


@pytest.mark.rule("D12", "D24")
def test_of_two_tabs_at_once_the_later_one_changes_what_the_earlier_one_said(critics: Critics) -> None:
    critics.done()
    with critics.job.meanwhile(lambda: critics.write(1, "Never again")):
        critics.write(4, "Fine after all")
    assert (critics.rating, critics.stored and critics.stored.stars) == (Rating(fours=1), 4)


@pytest.mark.rule("D24")
def test_a_rating_that_moved_meanwhile_is_read_again(critics: Critics) -> None:
    first_id = critics.done().job.order_id
    critics.once_more(2)
    with critics.job.meanwhile(lambda: critics.house.reviews.write(critics.vera.id, first_id, 3, "So so")):
        critics.write(5)
    assert critics.rating == Rating(threes=1, fives=1)


@pytest.mark.rule("R64", "D23", "D24")
@pytest.mark.parametrize("started", [False, True])
def test_a_refusal_lowers_the_rating_in_its_own_transaction_and_its_waiver_takes_the_weight_out_again(
    critics: Critics, started: bool
) -> None:
    if started:
        critics.job.start()
    critics.job.refuse()
    assert critics.rating == Rating(refused=int(not started), refused_started=int(started))
    critics.job.refuse()  # a repeat
    assert critics.rating.refusals == 1
    critics.job.waive()
    critics.job.waive()
    assert critics.rating == UNRATED


@pytest.mark.rule("R64", "D24", "D31")
def test_silence_that_counts_as_a_refusal_lowers_the_rating_once_whoever_finds_it(critics: Critics) -> None:
    critics.job.wait(7)
    with critics.job.meanwhile(critics.job.lapse):
        critics.job.lapse()
    assert critics.rating == Rating(refused=1)


@pytest.mark.rule("D24")
def test_a_rating_is_what_a_recount_of_all_reviews_and_refusals_gives(critics: Critics) -> None:
    critics.done().write(4)
    fund(critics.house, critics.vera, 9 * PRICE)
    for number, stars in enumerate((5, 1, 5), start=2):
        critics.once_more(number)
        critics.write(stars)
    critics.write(3)
    for number, waived in enumerate((True, False), start=5):
        critics.job.order_id = critics.job.buy(f"order-{number}").id
        critics.job.refuse(key=f"refuse-{number}")
        if waived:
            critics.job.waive(f"waive-{number}")
    recounted = [0] * 5
    for told in critics.of_performer()[0]:
        recounted[told.review.stars - 1] += 1
    refusals = [record for record in critics.job.refusals if not record.waived]
    assert critics.rating.by_stars == tuple(recounted) == (1, 0, 1, 1, 1)
    assert critics.rating.refusals == len(refusals) == 1


@pytest.mark.rule("D24")
def test_the_performer_replies_and_the_rating_stays(critics: Critics) -> None:
    critics.done().write(1)
    replied = critics.reply()
    assert (critics.reply().reply, critics.rating) == (replied.reply, Rating(ones=1))
    better = critics.reply("Thank you, I have changed it")
    assert better.reply is not None
    assert (better.reply.text, better.stars) == ("Thank you, I have changed it", 1)


@pytest.mark.rule("D34")
def test_an_order_is_nobodys_to_review_but_its_customers_and_nobodys_to_reply_but_its_performers(
    critics: Critics,
) -> None:
    critics.done().write()
    stranger = settle(critics.house, "eve@example.org")
    order_id = critics.job.order_id
    reviews = critics.house.reviews
    for user, refusal in ((stranger, NotFound), (critics.pavel, Forbidden)):
        with pytest.raises(refusal):
            reviews.write(user.id, order_id, 1, "Never again")
    for user, refusal in ((stranger, NotFound), (critics.vera, Forbidden)):
        with pytest.raises(refusal):
            reviews.reply(user.id, order_id, "Thank you")
    with pytest.raises(NotFound):
        reviews.write(critics.vera.id, "0" * 26, 1, "Never again")


@pytest.mark.rule("D24")
def test_an_order_that_is_under_way_is_not_reviewed_yet(critics: Critics) -> None:
    critics.job.start()
    with pytest.raises(WrongState) as refused:
        critics.write()
    assert (refused.value.state, critics.rating) == ("early", UNRATED)


@pytest.mark.rule("D24")
def test_an_open_consultation_is_reviewed_once_a_session_was_paid(critics: Critics) -> None:
    fund(critics.house, critics.vera, 100_000)
    order = place(critics.house, critics.vera, offer(critics.house, critics.pavel), key="talk-key")
    with pytest.raises(WrongState):
        critics.house.reviews.write(critics.vera.id, order.id, 5, "Good talk")
    critics.house.store.commit(Save(changed(order, prepaid=Prepaid.USED)))
    assert critics.house.reviews.write(critics.vera.id, order.id, 5, "Good talk").kind == "consultation"
    assert critics.rating == Rating(fives=1)


# Who is told


@pytest.mark.rule("D24")
def test_both_pages_are_told_and_the_performer_is_mailed_of_a_new_one_only(
    critics: Critics, monkeypatch: pytest.MonkeyPatch
) -> None:
    critics.done()
    told: list[str] = []

    def tell(_: Connections, user_id: str, *frames: object) -> int:
        told.append(user_id)
        return 0

    monkeypatch.setattr(Connections, "tell_user", tell)
    critics.house.outbox.mails.clear()
    critics.write(4, "Nearly perfect")
    assert sorted(told) == sorted([critics.vera.id, critics.pavel.id])
    (mail,) = critics.house.outbox.mails
    assert (mail.to, mail.template) == ("pavel@example.org", "reviewed")
    assert (mail.facts["stars"], mail.facts["text"], mail.facts["title"]) == ("4", "Nearly perfect", "A logo")
    told.clear()
    critics.write(4, "Nearly perfect")
    assert told == []
    critics.write(5, "Perfect")
    critics.reply()
    assert (len(told), len(critics.house.outbox.mails)) == (4, 1)


@pytest.mark.rule("D24", "D31", "E17")
def test_who_has_not_reviewed_an_order_is_asked_on_the_third_day_after_its_end_and_once(critics: Critics) -> None:
    critics.done().house.outbox.mails.clear()
    job = critics.job
    assert [order.id for order in critics.house.store.page(Listing.DUE_ORDERS).items] == [job.order_id]
    critics.house.hands.forward(3 * DAY - 1)
    job.lapse()
    assert critics.house.outbox.mails == []
    critics.house.hands.forward(1)
    job.lapse()
    job.lapse()
    (mail,) = critics.house.outbox.mails
    assert (mail.to, mail.template, mail.facts["other"]) == ("vera@example.org", "review_asked", "Pavel")
    assert mail.facts["link"] == f"https://twip.example/orders/{job.order_id}"
    assert critics.house.store.page(Listing.DUE_ORDERS).items == ()


@pytest.mark.rule("D24")
def test_who_has_reviewed_it_already_is_not_asked(critics: Critics) -> None:
    critics.done().write()
    critics.house.outbox.mails.clear()
    critics.job.wait(3).lapse()
    assert (critics.house.outbox.mails, critics.house.store.page(Listing.DUE_ORDERS).items) == ([], ())


@pytest.mark.rule("D24", "E17")
def test_the_customer_of_a_consultation_that_was_closed_is_asked_too(critics: Critics) -> None:
    house = critics.house
    fund(house, critics.vera, 100_000)
    order = place(house, critics.vera, offer(house, critics.pavel), key="talk-key")
    house.store.commit(Save(changed(order, prepaid=Prepaid.USED, escrow_minor=0)))
    house.consultations.close(critics.vera.id, order.id, key="close-key")
    house.outbox.mails.clear()
    house.hands.forward(3 * DAY)
    house.order_terms.lapse(order.id)
    assert [mail.template for mail in house.outbox.mails] == ["review_asked"]


# Reading


@pytest.mark.rule("D24", "E4")
def test_reviews_of_a_performer_and_of_each_twip_are_read_newest_first_page_by_page(critics: Critics) -> None:
    house = critics.house
    critics.done().write(4, "Number one")
    fund(house, critics.vera, 9 * PRICE + 100_000)
    critics.once_more(2)
    critics.write(5, "Number two")
    talk = place(house, critics.vera, offer(house, critics.pavel, CONTENT, "talk"), key="talk-key")
    house.store.commit(Save(changed(talk, prepaid=Prepaid.USED)))
    house.hands.forward(1)
    house.reviews.write(critics.vera.id, talk.id, 3, "A talk")
    newest, cursor = critics.of_performer(limit=2)
    oldest, end = critics.of_performer(cursor, limit=2)
    assert [told.review.text for told in newest + oldest] == ["A talk", "Number two", "Number one"]
    assert end is None
    of_twip = house.reviews.of_twip(critics.job.twip.id, cursor=None, limit=50).items
    assert [told.review.text for told in of_twip] == ["Number two", "Number one"]
    with pytest.raises(InvalidCursor):
        house.reviews.of_twip(talk.twip_id, cursor=cursor, limit=2)


@pytest.mark.rule("E18")
def test_a_review_stays_when_its_author_is_gone_and_bears_no_name_then(critics: Critics) -> None:
    critics.done().write()
    profile = critics.house.store.get(Ref(Profile, critics.vera.id))
    critics.house.store.commit(Remove(profile))
    ((told,), _) = critics.of_performer()
    assert (told.author_name, told.review.text, critics.rating.reviews) == ("", "Quick and exact", 1)


def test_reviews_of_nobody_of_somebody_blocked_and_of_a_twip_that_was_never_published_are_not_there(
    critics: Critics,
) -> None:
    reviews = critics.house.reviews
    assert critics.of_performer() == ([], None)
    for read in (reviews.of_performer, reviews.of_twip):
        with pytest.raises(NotFound):
            read("0" * 26, cursor=None, limit=9)
    critics.house.staff.change(critics.vera.id, critics.pavel.id, Change(blocked=True))
    with pytest.raises(NotFound):
        reviews.of_performer(critics.pavel.id, cursor=None, limit=9)
    with pytest.raises(NotFound):
        reviews.of_twip(critics.job.twip.id, cursor=None, limit=9)


@pytest.mark.rule("D24")
def test_the_page_of_an_order_says_what_each_side_may_do_with_its_review(critics: Critics) -> None:
    queries, order_id = critics.house.order_queries, critics.job.order_id

    def seen(user: User) -> tuple[OrderReview | None, ReviewAct | None]:
        page = queries.one(user.id, order_id)
        return page.review, page.offered.act if page.offered else None

    assert seen(critics.vera) == seen(critics.pavel) == (None, None)
    critics.done()
    order = critics.house.store.get(Ref(Order, order_id))
    assert order is not None and order.review is not None
    assert queries.one(critics.vera.id, order_id).offered == Offered(ReviewAct.WRITE, order.review.due_ms)
    assert seen(critics.pavel) == (None, None)
    review = critics.write()
    assert (seen(critics.vera), seen(critics.pavel)) == ((review, ReviewAct.CHANGE), (review, ReviewAct.REPLY))
