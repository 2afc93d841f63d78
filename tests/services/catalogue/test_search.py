"""Finding twips, and what the index is made of."""

from functools import partial

import pytest

from chalicelib.domain.availability import Status
from chalicelib.domain.errors import InvalidCursor
from chalicelib.domain.kinds import Lang, TwipKind
from chalicelib.domain.people import Role, User
from chalicelib.domain.ratings import Rating
from chalicelib.domain.search import Query, Sort
from chalicelib.domain.twips import OnSale, Twip
from chalicelib.services.catalogue import search as searching
from chalicelib.services.catalogue.search import Found
from chalicelib.services.changes import Insert
from chalicelib.services.people.staff import Change
from chalicelib.services.ports import Page
from tests.support.market import Market, consultation
from tests.support.people import settle


@pytest.fixture
def market() -> Market:
    return Market()


def look(market: Market, words: str = "", *, callable_only: bool = False, limit: int = 20) -> list[str]:
    query = Query(words, sort=Sort.RELEVANCE)
    return [one.face.twip_id for one in page(market, query, callable_only, None, limit).items]


def page(market: Market, query: Query, callable_only: bool, cursor: str | None, limit: int) -> Page[Found]:
    return market.house.search.find(query, callable_only=callable_only, cursor=cursor, limit=limit)


@pytest.mark.rule("R10", "R11", "E1")
def test_a_twip_is_found_once_it_is_published_and_not_before(market: Market) -> None:
    pending = market.pending(consultation("Lease check"))
    market.index()
    assert look(market, "leases") == []
    market.house.moderation.approve(market.mark.id, pending.id, version=pending.version)
    market.index()
    assert look(market, "leases") == look(market) == [pending.id]


@pytest.mark.rule("D2", "E1")
def test_search_follows_revisions_withdrawal_and_restoration(market: Market) -> None:
    twip = market.published(consultation("Lease check"))
    market.index()
    market.house.twips.edit(market.irina.id, twip.id, consultation("Guitar lessons"), version=twip.version)
    revision = market.house.twips.submit(market.irina.id, twip.id)
    market.index()
    assert (look(market, "leases"), look(market, "guitars")) == ([twip.id], [])
    market.house.moderation.approve(market.mark.id, twip.id, version=revision.version)
    market.index()
    assert (look(market, "leases"), look(market, "guitars")) == ([], [twip.id])
    market.house.twips.withdraw(market.irina.id, twip.id)
    market.index()
    assert look(market) == []
    market.house.twips.restore(market.irina.id, twip.id)
    market.index()
    assert look(market) == [twip.id]


def test_word_that_comes_twice_late_or_for_nothing_makes_no_new_version(market: Market) -> None:
    twip = market.published()
    market.index()
    files = dict(market.house.index_bucket.files)
    for _ in range(2):
        market.house.indexing.update([twip.id, twip.id, "0" * 26, market.draft().id])
    assert market.house.index_bucket.files == files


def test_an_index_is_made_of_what_is_on_sale_and_of_nothing_else(market: Market) -> None:
    on_sale = {market.published().id for _ in range(3)}
    withdrawn = market.published()
    market.house.twips.withdraw(market.irina.id, withdrawn.id)
    market.pending()
    market.draft()
    market.house.store.commit(Insert(OnSale("0" * 26)))
    market.house.indexing.rebuild()
    assert set(look(market)) == on_sale


def test_the_first_message_finds_the_whole_market(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.services.catalogue.indexing.AT_ONCE", 2)
    on_sale = [market.published().id for _ in range(5)]
    market.house.indexing.update(on_sale[-1:])
    assert set(look(market)) == set(on_sale)


@pytest.mark.rule("E1")
def test_a_hit_shows_the_performer_as_they_are_now(market: Market) -> None:
    twip = market.published()
    market.index()
    market.ready(market.irina)
    market.house.identity.edit(market.irina.id, name="Irina Vetrova", lang=None)
    (found,) = page(market, Query(), False, None, 9).items
    assert found.face.twip_id == twip.id
    assert found.performer.profile.display_name == "Irina Vetrova"
    assert (found.performer.uncallable, found.performer.status) == (None, Status.AVAILABLE)


@pytest.mark.rule("D24", "E1")
def test_the_best_come_first_when_a_rating_has_changed_and_few_reviews_do_not_stand_above_many(market: Market) -> None:
    unrated, once, often, refused = people = crowd(market, 4)
    market.house.ratings.commit(once.id, lambda _: Rating(fives=1))
    market.house.ratings.commit(often.id, lambda _: Rating(fours=10, fives=40))
    market.house.ratings.commit(refused.id, lambda _: Rating(refused=1))
    newest = [person.id for person in reversed(people)]
    assert best(market) == newest  # nothing has told the index yet: all are equal
    market.index()
    assert best(market) == [often.id, once.id, unrated.id, refused.id]
    assert best(market, 42) == [often.id, once.id]
    (_, hit, *_) = page(market, Query(sort=Sort.RATING), False, None, 9).items
    assert hit.performer.profile.rating == Rating(fives=1)


@pytest.mark.rule("E1")
def test_a_listing_by_rating_goes_on_where_its_page_ended(market: Market) -> None:
    people = crowd(market, 5)
    for fives, person in zip((1, 1, 2), people[2:], strict=True):
        market.house.ratings.commit(person.id, partial(reviewed_by, fives))
    market.index()
    query, found, cursor = Query(sort=Sort.RATING), [], None
    while True:
        part = page(market, query, False, cursor, 2)
        found += [one.performer.profile.user_id for one in part.items]
        cursor = part.next_cursor
        if cursor is None:
            break
    assert found == [person.id for person in reversed(people)]


def test_a_rating_brings_nothing_back_that_is_not_on_sale(market: Market) -> None:
    market.pending()
    market.house.ratings.commit(market.irina.id, lambda _: Rating(fives=1))
    market.index()
    assert look(market) == []


def reviewed_by(fives: int, _before: Rating) -> Rating:
    return Rating(fives=fives)


def best(market: Market, at_least_tenths: int | None = None) -> list[str]:
    query = Query(rating_min_tenths=at_least_tenths, sort=Sort.RATING)
    return [one.performer.profile.user_id for one in page(market, query, False, None, 9).items]


def test_twips_of_people_who_are_blocked_are_not_found(market: Market) -> None:
    market.published()
    others = market.published(author=market.dina)
    market.index()
    market.house.staff.change(market.mark.id, market.irina.id, Change(blocked=True))
    assert look(market) == [others.id]


@pytest.mark.rule("E1", "D28")
def test_whoever_is_blocked_leaves_the_index_and_its_counts_and_comes_back_when_unblocked(market: Market) -> None:
    twips = {market.published().id for _ in range(2)}
    market.index()
    counts = []
    for blocked in (True, False):
        market.house.staff.change(market.mark.id, market.irina.id, Change(blocked=blocked))
        market.index()
        found = market.house.search.find(Query(), callable_only=False, cursor=None, limit=9, facets=True)
        assert {one.face.twip_id for one in found.items} == (set() if blocked else twips)
        counts.append(found.facets and dict(found.facets.kinds))
    assert counts == [{}, {TwipKind.CONSULTATION: 2}]


@pytest.mark.rule("E1")
def test_twips_are_found_by_the_name_that_their_performer_has_now(market: Market) -> None:
    twips = {market.published().id for _ in range(2)}
    market.index()
    market.house.identity.edit(market.irina.id, name="Zinaida Vetrova", lang=None)
    assert look(market, "zinaida") == []
    assert len(set(market.house.outbox.performers)) == len(market.house.outbox.performers) == 2
    market.index()
    assert set(look(market, "vetrova")) == twips
    market.house.identity.edit(market.irina.id, name="Irina", lang=None)
    market.index()
    assert look(market, "vetrova") == []


def test_who_changes_nothing_that_the_index_knows_sends_no_word(market: Market) -> None:
    market.house.identity.edit(market.irina.id, name=None, lang=Lang.EN)
    market.house.staff.change(market.mark.id, market.irina.id, Change(roles=frozenset({Role.USER, Role.MODERATOR})))
    assert market.house.outbox.performers == []


def test_a_page_is_filled_past_people_who_are_blocked(market: Market) -> None:
    other = market.published(author=market.dina)
    for _ in range(3):
        market.house.hands.forward(1)
        market.published()
    market.index()
    market.house.staff.change(market.mark.id, market.irina.id, Change(blocked=True))
    found = page(market, Query(), False, None, 1)
    assert ([one.face.twip_id for one in found.items], found.next_cursor) == ([other.id], None)


def test_twips_of_people_who_are_gone_are_not_found(market: Market) -> None:
    ghost = Twip("7" * 26, "nobody", TwipKind.CONSULTATION, 0, "", published=market.draft().draft)
    market.house.store.commit(Insert(ghost))
    market.house.indexing.update([ghost.id])
    assert look(market) == []


def crowd(market: Market, number: int) -> list[User]:
    """Performers with a consultation each, oldest first."""
    people = [settle(market.house, f"p{n}@example.org", name=f"P{n}") for n in range(number)]
    for person in people:
        market.house.hands.forward(1)
        market.published(author=person)
    market.index()
    return people


@pytest.mark.rule("E1", "R24")
def test_only_those_who_can_be_called_now(market: Market) -> None:
    people = crowd(market, 6)
    market.ready(people[1])
    market.ready(people[3], Status.AWAY)
    market.ready(people[4], Status.BUSY)
    market.ready(people[5])
    market.in_session(people[5])
    found = page(market, Query(), True, None, 9)
    assert [one.performer.profile.user_id for one in found.items] == [people[3].id, people[1].id]
    assert found.next_cursor is None


@pytest.mark.rule("E1", "R24")
@pytest.mark.parametrize("limit", [2, 3, 9])
def test_of_equals_those_who_can_be_called_now_come_first_within_a_page(market: Market, limit: int) -> None:
    people = crowd(market, 6)
    for number in (1, 2, 4):
        market.ready(people[number])
    query, cursor = Query(sort=Sort.PRICE_ASC), None
    order = [hit.face.author_id for hit in market.house.search.index.find(query, cursor=None, limit=9).hits]
    shown: list[str] = []
    while True:
        part = page(market, query, False, cursor, limit)
        of_page = [one.performer for one in part.items]
        busy = [one.uncallable is not None for one in of_page]
        assert busy == sorted(busy)
        shown += [one.profile.user_id for one in of_page]
        assert sorted(shown) == sorted(order[: len(shown)])
        cursor = part.next_cursor
        if cursor is None:
            break
    assert len(shown) == len(people)


@pytest.mark.rule("E1")
def test_pages_of_callable_performers_follow_each_other(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "AT_ONCE", 2)
    monkeypatch.setattr(searching, "LOOKED_AT_MOST", 4)
    people = crowd(market, 11)
    ready = [people[n] for n in (0, 5, 10)]
    for person in ready:
        market.ready(person)
    seen, cursor, pages = [], None, 0
    while True:
        found = page(market, Query(), True, cursor, 1)
        pages += 1
        seen += [one.performer.profile.user_id for one in found.items]
        cursor = found.next_cursor
        if cursor is None:
            break
    assert seen == [person.id for person in reversed(ready)]
    assert pages <= 5


@pytest.mark.rule("E1")
def test_a_search_for_callable_performers_looks_at_a_bounded_number(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "AT_ONCE", 3)
    monkeypatch.setattr(searching, "LOOKED_AT_MOST", 6)
    crowd(market, 9)
    look(market)
    before = market.house.dynamo.counts.mark()
    found = page(market, Query(), True, None, 3)
    assert (found.items, found.next_cursor is None) == ((), False)
    assert market.house.dynamo.counts.since(before).requests == {"batch_get_item": 2}
    assert page(market, Query(), True, found.next_cursor, 3).next_cursor is None


@pytest.mark.rule("E1")
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6])
def test_pages_end_where_the_hits_end(market: Market, limit: int) -> None:
    twips = []
    for _ in range(5):
        market.house.hands.forward(1)
        twips.append(market.published().id)
    market.index()
    seen: list[str] = []
    cursor, more = None, True
    while more:
        found = page(market, Query(), False, cursor, limit)
        assert found.items
        seen += [one.face.twip_id for one in found.items]
        cursor, more = found.next_cursor, found.next_cursor is not None
    assert seen == twips[::-1]


@pytest.mark.rule("E1")
def test_a_search_reads_no_table_but_the_performers_of_its_page(market: Market) -> None:
    crowd(market, 5)
    look(market)
    before = market.house.dynamo.counts.mark()
    look(market, "lease")
    assert market.house.dynamo.counts.since(before).requests == {"batch_get_item": 1}


def test_a_cursor_of_another_search_is_refused(market: Market) -> None:
    crowd(market, 2)
    cursor = page(market, Query(), False, None, 1).next_cursor
    with pytest.raises(InvalidCursor):
        page(market, Query("lease"), False, cursor, 1)
