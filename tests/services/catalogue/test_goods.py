"""Who may fetch the files of a twip before anybody has bought them (R10, D26, D28)."""

from dataclasses import replace

import pytest

from chalicelib.domain.attachments import DOWNLOAD_LINK_S
from chalicelib.domain.content import FilesOffer
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.goods import Goods
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.people import Role, StaffAct, User
from chalicelib.domain.twips import Review, Twip
from chalicelib.services.changes import Save
from chalicelib.services.ports import Listing
from tests.support.goods import LETTER, PLAN
from tests.support.market import Market, files
from tests.support.people import caller, settle


@pytest.fixture
def market() -> Market:
    return Market()


def pending(market: Market, author: User | None = None, review: Review = Review.PENDING) -> Twip:
    """A twip that sells a plan, with a revision that would sell a letter."""
    draft = market.draft(files(), kind=TwipKind.FILES, author=author)
    content = draft.draft
    assert content is not None
    sold, revised = (replace(content, files=FilesOffer(5, Goods((good,)))) for good in (PLAN, LETTER))
    market.house.store.commit(Save(replace(draft, published=sold, draft=revised, review=review, submitted_ms=1)))
    return market.stored(draft)


def fetch(market: Market, reader: User, twip: Twip, file_id: str) -> str:
    return market.house.goods.link(caller(reader), twip.id, file_id).url


def log(market: Market) -> list[StaffAct]:
    """What moderators did."""
    return [act for act in market.house.store.page(Listing.STAFF_ACTS).items if act.act.startswith("twip.")]


@pytest.mark.rule("D26")
def test_the_author_has_links_to_what_is_sold_and_to_what_will_be(market: Market) -> None:
    twip = pending(market, review=Review.DRAFT)
    found = market.house.goods.link(caller(market.irina), twip.id, "plan")
    assert found.url == f"/files/attachments/place-of-plan?name=plan.pdf&life={DOWNLOAD_LINK_S}"
    assert found.until_ms == market.house.hands.at_ms + 1000 * DOWNLOAD_LINK_S
    assert "place-of-letter" in fetch(market, market.irina, twip, "letter")
    with pytest.raises(NotFound):
        fetch(market, market.irina, twip, "song")


@pytest.mark.rule("R10", "D26", "D28")
def test_a_moderator_opens_the_files_of_a_draft_that_waits_and_that_is_in_the_log(market: Market) -> None:
    twip = pending(market)
    assert "place-of-letter" in fetch(market, market.mark, twip, "letter")
    with pytest.raises(NotFound):
        fetch(market, market.mark, twip, "plan")
    (act,) = log(market)
    assert (act.actor_id, act.act, act.subject) == (market.mark.id, "twip.file", twip.id)
    assert act.facts == {"version": str(twip.version), "file": "letter"}


@pytest.mark.rule("D26")
@pytest.mark.parametrize("review", [Review.DRAFT, Review.REJECTED, Review.NONE])
def test_a_moderator_has_no_business_with_what_does_not_wait(market: Market, review: Review) -> None:
    twip = pending(market, review=review)
    with pytest.raises(Forbidden):
        fetch(market, market.mark, twip, "letter")
    assert log(market) == []


@pytest.mark.rule("R77", "D26")
def test_nobody_else_is_told_that_there_is_such_a_file(market: Market) -> None:
    twip = pending(market)
    arbiter = settle(market.house, "ada@example.org", Role.ARBITER, Role.ADMIN)
    for reader in (market.dina, arbiter):
        with pytest.raises(NotFound):
            fetch(market, reader, twip, "letter")
    with pytest.raises(NotFound):
        market.house.goods.link(caller(market.irina), "nothing", "plan")


def test_a_moderator_fetches_their_own_as_an_author(market: Market) -> None:
    own = pending(market, author=market.mark, review=Review.DRAFT)
    assert "place-of-plan" in fetch(market, market.mark, own, "plan")
    assert log(market) == []
