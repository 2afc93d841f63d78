"""Twips as their authors keep them and as everybody reads them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.availability import UNPUBLISHED_AT_MOST
from chalicelib.domain.content import Amendment, Text
from chalicelib.domain.errors import InvalidInput, KeyReused, LimitReached, NotFound, Stale, WrongState
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.orders.consultation import OpenOrder
from chalicelib.domain.orders.order import LatestOrder
from chalicelib.domain.twips import OnSale, Review, Sale, Twip
from chalicelib.services.catalogue.publishing import LATER_S
from chalicelib.services.changes import CommitRefused, Insert, Put, Ref, Save
from chalicelib.services.people.staff import Change
from chalicelib.services.ports import Listing, Undelivered
from tests.support.market import Market, consultation, work
from tests.support.people import caller


@pytest.fixture
def market() -> Market:
    return Market()


def on_sale(market: Market) -> set[str]:
    return {entry.twip_id for entry in market.house.store.page(Listing.TWIPS_ON_SALE).items}


@pytest.mark.rule("R1", "R4", "R5", "D1")
def test_a_registered_user_adds_a_twip_as_a_draft_that_may_be_empty(market: Market) -> None:
    draft = market.draft(Amendment())
    assert (draft.author_id, draft.review, draft.sale) == (market.irina.id, Review.DRAFT, Sale.UNPUBLISHED)
    assert market.stored(draft) == draft
    assert [market.draft(kind=kind).kind for kind in TwipKind] == list(TwipKind)


@pytest.mark.rule("D12")
def test_a_repeated_request_makes_one_twip_and_gets_the_first_answer(market: Market) -> None:
    first = market.house.twips.create(market.irina.id, TwipKind.CONSULTATION, consultation(), key="the-same-key")
    market.house.hands.forward(5)
    edited = market.house.twips.edit(market.irina.id, first.id, consultation("Another title"), version=0)
    assert edited.version == 1
    again = market.house.twips.create(market.irina.id, TwipKind.CONSULTATION, consultation(), key="the-same-key")
    assert again == first
    assert len(market.house.twips.mine(market.irina.id, cursor=None, limit=9).items) == 1


@pytest.mark.rule("R5", "R9", "R10")
def test_a_work_comes_to_the_market_and_counts_for_no_consultation(market: Market) -> None:
    job = market.published(work(bring="The lease, as a file."), kind=TwipKind.WORK)
    assert (job.sale, on_sale(market), market.profile().consultations) == (Sale.ON_SALE, {job.id}, 0)
    assert market.stored(job).published == market.house.twips.read(job.id, None).twip.published
    withdrawn = market.house.twips.withdraw(market.irina.id, job.id)
    assert (withdrawn.sale, on_sale(market)) == (Sale.WITHDRAWN, set())


@pytest.mark.rule("D12")
def test_a_work_for_another_price_or_in_other_days_is_another_body(market: Market) -> None:
    first = market.house.twips.create(market.irina.id, TwipKind.WORK, work(), key="the-same-key")
    assert market.house.twips.create(market.irina.id, TwipKind.WORK, work(), key="the-same-key") == first
    for other in (work(price_minor=500_001), work(days=8), work(bring="Your passport.")):
        with pytest.raises(KeyReused):
            market.house.twips.create(market.irina.id, TwipKind.WORK, other, key="the-same-key")


@pytest.mark.rule("D12")
def test_the_same_key_with_another_body_is_refused_and_another_persons_key_is_their_own(market: Market) -> None:
    first = market.house.twips.create(market.irina.id, TwipKind.CONSULTATION, consultation(), key="the-same-key")
    for kind, by in ((TwipKind.WORK, consultation()), (TwipKind.CONSULTATION, consultation("Another title"))):
        with pytest.raises(KeyReused):
            market.house.twips.create(market.irina.id, kind, by, key="the-same-key")
    other = market.house.twips.create(market.dina.id, TwipKind.CONSULTATION, consultation(), key="the-same-key")
    assert other.id != first.id


@pytest.mark.rule("D12")
def test_two_requests_at_once_with_one_key_make_one_twip(market: Market) -> None:
    body = consultation()
    market.meanwhile(
        lambda: market.house.twips.create(market.irina.id, TwipKind.CONSULTATION, body, key="one-same-key")
    )
    draft = market.house.twips.create(market.irina.id, TwipKind.CONSULTATION, body, key="one-same-key")
    assert market.stored(draft) == draft


def with_unpublished(market: Market, count: int) -> None:
    """Irina has so many twips that were never published."""
    market.house.store.commit(Save(replace(market.profile(), unpublished=count)))


def test_an_author_keeps_a_hundred_twips_that_were_never_published_and_no_more(market: Market) -> None:
    with_unpublished(market, UNPUBLISHED_AT_MOST - 1)
    last = market.draft()
    with pytest.raises(LimitReached) as refused:
        market.draft()
    assert refused.value.facts == {"what": "drafts", "limit": 100}
    assert market.profile().unpublished == UNPUBLISHED_AT_MOST
    assert market.house.twips.mine(market.irina.id, cursor=None, limit=9).items == (last,)
    assert market.draft(author=market.dina)


@pytest.mark.rule("D12")
def test_a_repeat_of_the_last_draft_gets_the_first_answer_and_counts_once(market: Market) -> None:
    with_unpublished(market, UNPUBLISHED_AT_MOST - 1)
    first, again = (
        market.house.twips.create(market.irina.id, TwipKind.WORK, Amendment(), key="the-same-key") for _ in range(2)
    )
    assert first == again
    assert market.profile().unpublished == UNPUBLISHED_AT_MOST


def test_of_two_last_drafts_at_once_one_is_refused(market: Market) -> None:
    with_unpublished(market, UNPUBLISHED_AT_MOST - 1)
    market.meanwhile(market.draft)
    with pytest.raises(LimitReached):
        market.draft()
    assert market.profile().unpublished == UNPUBLISHED_AT_MOST


def test_a_twip_makes_room_when_it_is_first_published_and_neither_its_revision_nor_its_withdrawal_takes_any(
    market: Market,
) -> None:
    pending = market.pending()
    rejected = market.house.moderation.reject(market.mark.id, pending.id, version=pending.version, reason="Too short")
    assert market.profile().unpublished == 1
    market.house.twips.edit(market.irina.id, rejected.id, consultation("Lease"), version=rejected.version)
    again = market.house.twips.submit(market.irina.id, rejected.id)
    twip = market.house.moderation.approve(market.mark.id, again.id, version=again.version)
    assert market.profile().unpublished == 0
    market.house.twips.edit(market.irina.id, twip.id, consultation("Rent check"), version=twip.version)
    revised = market.house.twips.submit(market.irina.id, twip.id)
    market.house.moderation.approve(market.mark.id, revised.id, version=revised.version)
    market.house.twips.withdraw(market.irina.id, twip.id)
    market.house.twips.restore(market.irina.id, twip.id)
    assert market.profile().unpublished == 0


def test_somebody_who_is_not_there_writes_nothing(market: Market) -> None:
    with pytest.raises(NotFound):
        market.house.twips.create("nobody", TwipKind.WORK, Amendment(), key="some-long-key")


def test_an_edit_rests_on_what_was_read(market: Market) -> None:
    draft = market.draft()
    market.house.twips.edit(market.irina.id, draft.id, consultation("First tab"), version=0)
    with pytest.raises(Stale) as refused:
        market.house.twips.edit(market.irina.id, draft.id, consultation("Second tab"), version=0)
    assert refused.value.version == 1
    kept = market.stored(draft).draft
    assert kept is not None
    assert kept.texts[Lang.EN].title == "First tab"


@pytest.mark.rule("R8", "R9", "D1")
def test_an_incomplete_draft_is_kept_but_not_submitted_and_every_gap_is_named(market: Market) -> None:
    draft = market.draft(Amendment(languages=(Lang.EN,), texts={Lang.EN: Text("Lease check")}))
    with pytest.raises(InvalidInput) as refused:
        market.house.twips.submit(market.irina.id, draft.id)
    assert {fault.field for fault in refused.value.errors} == {"texts.en.description", "prices"}
    assert market.stored(draft) == draft


@pytest.mark.rule("R9", "R10")
def test_a_submitted_twip_waits_and_nobody_finds_it_yet(market: Market) -> None:
    pending = market.pending()
    assert (pending.review, pending.sale) == (Review.PENDING, Sale.UNPUBLISHED)
    assert (on_sale(market), market.house.outbox.touched) == (set(), [])
    for reader in (None, caller(market.dina)):
        with pytest.raises(NotFound):
            market.house.twips.read(pending.id, reader)
    with pytest.raises(WrongState):
        market.house.twips.submit(market.irina.id, pending.id)


@pytest.mark.rule("D2")
def test_a_published_twip_is_withdrawn_and_restored_by_its_author(market: Market) -> None:
    twip = market.published()
    assert on_sale(market) == {twip.id}
    withdrawn = market.house.twips.withdraw(market.irina.id, twip.id)
    assert (withdrawn.sale, on_sale(market)) == (Sale.WITHDRAWN, set())
    assert withdrawn == market.stored(twip)
    with pytest.raises(NotFound):
        market.house.twips.read(twip.id, None)
    with pytest.raises(WrongState):
        market.house.twips.withdraw(market.irina.id, twip.id)
    restored = market.house.twips.restore(market.irina.id, twip.id)
    assert (restored.on_sale, on_sale(market)) == (True, {twip.id})
    with pytest.raises(WrongState):
        market.house.twips.restore(market.irina.id, twip.id)


ACTS: list[Callable[[Market, str, Twip], object]] = [
    lambda market, user_id, twip: market.house.twips.edit(user_id, twip.id, Amendment(), version=twip.version),
    lambda market, user_id, twip: market.house.twips.submit(user_id, twip.id),
    lambda market, user_id, twip: market.house.twips.withdraw(user_id, twip.id),
    lambda market, user_id, twip: market.house.twips.restore(user_id, twip.id),
]


@pytest.mark.parametrize("act", ACTS)
def test_somebody_elses_twip_is_nobodys_and_one_that_does_not_exist_is_none(
    market: Market, act: Callable[[Market, str, Twip], object]
) -> None:
    twip = market.published()
    for user in (market.dina, market.mark):
        with pytest.raises(NotFound):
            act(market, user.id, twip)
    with pytest.raises(NotFound):
        act(market, market.irina.id, Twip("0" * 26, market.irina.id, TwipKind.CONSULTATION, 0, ""))
    assert market.stored(twip) == twip


@pytest.mark.rule("R18", "D4")
def test_the_authors_count_of_consultations_follows_in_the_same_transaction(market: Market) -> None:
    one, two = market.published(), market.published()
    assert market.profile().consultations == 2
    market.house.twips.withdraw(market.irina.id, one.id)
    assert market.profile().consultations == 1
    market.house.twips.withdraw(market.irina.id, two.id)
    assert market.profile().consultations == 0
    market.house.twips.restore(market.irina.id, two.id)
    assert market.profile().consultations == 1


@pytest.mark.rule("R18", "D4")
def test_with_the_last_consultation_the_status_falls_and_the_performers_tabs_are_told(market: Market) -> None:
    one, two = market.published(), market.published()
    market.ready(market.irina)
    market.house.twips.withdraw(market.irina.id, one.id)
    assert market.profile().status == "available"
    market.house.twips.withdraw(market.irina.id, two.id)
    assert market.profile().status == "undefined"
    assert market.statuses_told(market.irina) == ["available", "undefined"]
    market.house.twips.restore(market.irina.id, two.id)
    assert market.profile().status == "undefined"


def test_a_rename_at_the_same_moment_loses_nothing(market: Market) -> None:
    twip = market.published()
    market.meanwhile(lambda: market.house.identity.edit(market.irina.id, name="Irina Vetrova", lang=None))
    market.house.twips.withdraw(market.irina.id, twip.id)
    assert (market.profile().display_name, market.profile().consultations) == ("Irina Vetrova", 0)


def test_the_index_is_sent_word_before_the_commit_and_after_it(market: Market) -> None:
    twip = market.published()
    assert market.house.outbox.touched == [twip.id, twip.id]
    assert market.house.outbox.delays == [LATER_S, 0]


def test_if_the_index_cannot_be_sent_word_nothing_changes(market: Market) -> None:
    twip = market.published()
    market.house.outbox.broken = True
    with pytest.raises(Undelivered):
        market.house.twips.withdraw(market.irina.id, twip.id)
    assert market.stored(twip) == twip
    assert market.profile().consultations == 1


def test_if_the_second_word_is_lost_the_first_is_on_its_way(market: Market) -> None:
    twip = market.published()
    outbox = market.house.outbox
    outbox.touched.clear()
    market.meanwhile(outbox.breaks, after=True)
    assert market.house.twips.withdraw(market.irina.id, twip.id).sale is Sale.WITHDRAWN
    assert outbox.touched == [twip.id]


@pytest.mark.rule("R1", "R16", "R25", "D3")
def test_everybody_reads_a_published_twip_with_its_prices_hours_and_performer(market: Market) -> None:
    twip = market.published(consultation(video=90_000, text=60_000))
    market.house.availability.set_hours(market.irina.id, ("1" * 24, *["0" * 24] * 6), "Asia/Tokyo")
    market.ready(market.irina)
    for reader in (None, caller(market.dina)):
        page = market.house.twips.read(twip.id, reader)
        assert page.twip.published is not None
        assert page.twip.published.prices == {Mode.VIDEO: 90_000, Mode.TEXT: 60_000}
        assert (page.performer.profile.display_name, page.performer.profile.zone) == ("Irina", "Asia/Tokyo")
        assert (page.performer.uncallable, page.inside, page.orders) == (None, False, {})


@pytest.mark.rule("D2")
def test_the_author_and_moderators_see_the_draft_too_and_nobody_else_does(market: Market) -> None:
    pending = market.pending()
    for insider in (market.irina, market.mark):
        assert market.house.twips.read(pending.id, caller(insider)).inside
    market.house.moderation.approve(market.mark.id, pending.id, version=pending.version)
    assert not market.house.twips.read(pending.id, caller(market.dina)).inside


@pytest.mark.rule("R33")
def test_a_customer_sees_their_own_open_orders_of_it_by_mode(market: Market) -> None:
    twip = market.published()
    market.house.store.commit(Insert(OpenOrder(market.dina.id, twip.id, Mode.TEXT, "the-order")))
    assert market.house.twips.read(twip.id, caller(market.dina)).orders == {Mode.TEXT: "the-order"}
    assert market.house.twips.read(twip.id, caller(market.mark)).orders == {}
    assert market.house.twips.read(twip.id, None).orders == {}


@pytest.mark.rule("R33", "D2", "D9")
def test_a_customer_sees_their_newest_order_of_a_work_also_when_it_was_withdrawn(market: Market) -> None:
    job = market.published(work(), kind=TwipKind.WORK)
    assert market.house.twips.read(job.id, caller(market.dina)).latest is None
    for order_id in ("first", "second"):
        market.house.store.commit(Put(LatestOrder(market.dina.id, job.id, order_id)))
    assert market.house.twips.read(job.id, caller(market.dina)).latest == "second"
    assert market.house.twips.read(job.id, caller(market.mark)).latest is None
    market.house.twips.withdraw(market.irina.id, job.id)
    assert market.house.twips.read(job.id, caller(market.dina)).latest == "second"
    with pytest.raises(NotFound):
        market.house.twips.read(job.id, None)


@pytest.mark.rule("R33", "D2")
def test_a_withdrawn_twip_is_still_there_for_who_has_an_open_order_of_it(market: Market) -> None:
    twip = market.published()
    market.house.store.commit(Insert(OpenOrder(market.dina.id, twip.id, Mode.VIDEO, "the-order")))
    market.house.twips.withdraw(market.irina.id, twip.id)
    page = market.house.twips.read(twip.id, caller(market.dina))
    assert (page.twip.sale, page.inside) == (Sale.WITHDRAWN, False)
    with pytest.raises(NotFound):
        market.house.twips.read(twip.id, None)


def test_a_blocked_persons_twips_are_read_by_nobody_but_insiders(market: Market) -> None:
    twip = market.published()
    market.house.staff.change(market.mark.id, market.irina.id, Change(blocked=True))
    for reader in (None, caller(market.dina)):
        with pytest.raises(NotFound):
            market.house.twips.read(twip.id, reader)
    assert market.house.twips.read(twip.id, caller(market.mark)).inside


def test_a_twip_without_its_author_is_none(market: Market) -> None:
    market.house.store.commit(Insert(Twip("7" * 26, "nobody", TwipKind.CONSULTATION, 0, "")))
    with pytest.raises(NotFound):
        market.house.twips.read("7" * 26, caller(market.mark))
    with pytest.raises(NotFound):
        market.house.twips.withdraw("nobody", "7" * 26)


def test_my_twips_are_listed_newest_first_page_by_page(market: Market) -> None:
    made = []
    for _ in range(5):
        market.house.hands.forward(1)
        made.append(market.draft().id)
    market.draft(author=market.dina)
    first = market.house.twips.mine(market.irina.id, cursor=None, limit=3)
    rest = market.house.twips.mine(market.irina.id, cursor=first.next_cursor, limit=3)
    assert [twip.id for twip in (*first.items, *rest.items)] == made[::-1]


def test_what_is_on_sale_stands_once_in_the_listing_that_an_index_is_made_of(market: Market) -> None:
    twip = market.published()
    assert market.house.store.get(Ref(OnSale, twip.id)) == OnSale(twip.id)
    with pytest.raises(CommitRefused):
        market.house.store.commit(Insert(OnSale(twip.id)))
