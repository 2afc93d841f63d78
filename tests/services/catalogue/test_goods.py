"""Who may fetch the files of a twip before anybody has bought them (R10, D26, D28)."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.attachments import DOWNLOAD_LINK_S, Verdict
from chalicelib.domain.content import FilesOffer
from chalicelib.domain.errors import BeingChecked, Forbidden, Infected, NotFound, WrongState
from chalicelib.domain.goods import Goods
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.people import Role, StaffAct, User
from chalicelib.domain.twips import Review, Twip
from chalicelib.services.changes import Ref, Save
from chalicelib.services.ports import Listing
from chalicelib.services.scans import of_good
from tests.support.goods import LETTER, PLAN
from tests.support.market import Market, files
from tests.support.people import caller, settle
from tests.support.scanner import MARK, scan_all, with_scanner


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


def scanned(market: Market, contents: bytes = b"Dear Dina") -> Twip:
    """As `pending`, where files are scanned; the letter holds this, and nobody has looked at it yet."""
    with_scanner(market.house)
    market.house.file_storage.contents[LETTER.place] = contents
    market.house.file_storage.files[LETTER.place] = LETTER.file
    market.house.store.commit(*market.house.scans.begin((of_good(LETTER), LETTER.place, len(contents))))
    return pending(market)


@pytest.mark.rule("D26")
def test_a_file_that_is_being_checked_is_its_authors_alone_and_can_not_be_approved(market: Market) -> None:
    twip = scanned(market)
    assert "place-of-letter" in fetch(market, market.irina, twip, "letter")
    with pytest.raises(BeingChecked):
        fetch(market, market.mark, twip, "letter")
    with pytest.raises(BeingChecked):
        market.house.moderation.approve(market.mark.id, twip.id, version=twip.version)
    assert log(market) == []
    scan_all(market.house)
    assert "place-of-letter" in fetch(market, market.mark, twip, "letter")
    assert market.house.moderation.approve(market.mark.id, twip.id, version=twip.version).on_sale


@pytest.mark.rule("D26")
def test_an_infected_file_is_neither_approved_nor_submitted(market: Market) -> None:
    twip = scanned(market, MARK)
    scan_all(market.house)
    with pytest.raises(Infected):
        fetch(market, market.mark, twip, "letter")
    with pytest.raises(Infected):
        market.house.moderation.approve(market.mark.id, twip.id, version=twip.version)
    market.house.store.commit(Save(replace(twip, review=Review.DRAFT, submitted_ms=None)))
    with pytest.raises(Infected):
        market.house.twips.submit(market.irina.id, twip.id)


@pytest.mark.rule("D26", "D28")
def test_a_file_that_is_too_large_for_the_scanner_is_held_until_a_moderator_answers_for_it(market: Market) -> None:
    market.house.settings = replace(market.house.settings, scanner_limit_bytes=3)
    twip = scanned(market)
    release = market.house.goods.release
    with pytest.raises(WrongState):
        release(caller(market.mark), twip.id, "letter")
    scan_all(market.house)
    with pytest.raises(BeingChecked):
        fetch(market, market.mark, twip, "letter")
    release(caller(market.mark), twip.id, "letter")
    assert [(act.actor_id, act.act, act.subject, act.facts) for act in log(market)] == [
        (market.mark.id, "twip.file_released", twip.id, {"file": "letter"})
    ]
    assert market.house.scans.verdicts([of_good(LETTER)]) == {of_good(LETTER): Verdict.NOT_SCANNED}
    assert "place-of-letter" in fetch(market, market.mark, twip, "letter")


def test_nobody_answers_for_a_file_of_their_own_or_for_one_that_is_none(market: Market) -> None:
    twip = scanned(market)
    author = settle(market.house, "both@example.org", Role.MODERATOR)
    own = pending(market, author)
    with pytest.raises(Forbidden):
        market.house.goods.release(caller(author), own.id, "letter")
    for twip_id, file_id in (("nothing", "letter"), (twip.id, "song"), (twip.id, "plan")):
        with pytest.raises(NotFound):
            market.house.goods.release(caller(market.mark), twip_id, file_id)


@pytest.mark.rule("D26")
def test_how_the_scans_of_twips_stand_is_read_at_once_and_what_nobody_has_asked_for_is_asked_for(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    twip = scanned(market)
    scan_all(market.house)
    other = market.draft(kind=TwipKind.CONSULTATION)
    store = market.house.store
    read, reads = store.read, list[int]()

    def counted(*refs: Ref[Any]) -> Any:
        reads.append(len(refs))
        return read(*refs)

    monkeypatch.setattr(store, "read", counted)
    known = {twip.id: {"letter": Verdict.CLEAN, "plan": Verdict.CHECKING}, other.id: {}}
    assert market.house.scans.of_twips([twip, other]) == known
    assert reads == [2]
    assert [ident for _, ident, _ in market.house.scan_queue.asked] == ["plan"]
    assert market.house.scans.of_twips([twip, other]) == known
    assert [ident for _, ident, _ in market.house.scan_queue.asked] == ["plan"]
