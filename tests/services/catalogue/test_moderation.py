"""Moderation: nothing is published unless a moderator who is not its author has read it."""

from collections.abc import Callable

import pytest

from chalicelib.domain.content import Amendment, Text
from chalicelib.domain.errors import Forbidden, InvalidCursor, InvalidInput, NotFound, Stale, WrongState
from chalicelib.domain.kinds import Lang
from chalicelib.domain.people import Role, StaffAct
from chalicelib.domain.twips import Review, Twip
from chalicelib.services.changes import Change, CommitRefused, Insert
from tests.support.market import ADVICE, Market, consultation
from tests.support.people import settle

REASON = "Name a price for each mode."


@pytest.fixture
def market() -> Market:
    return Market()


def approve(market: Market, twip: Twip) -> Twip:
    return market.house.moderation.approve(market.mark.id, twip.id, version=twip.version)


def reject(market: Market, twip: Twip) -> Twip:
    return market.house.moderation.reject(market.mark.id, twip.id, version=twip.version, reason=REASON)


def log(market: Market) -> list[StaffAct]:
    acts = market.house.staff.log(cursor=None, limit=50).items
    return [act for act in acts if act.act.startswith("twip.")]


@pytest.mark.rule("R10")
def test_an_approved_twip_is_published_and_counted(market: Market) -> None:
    approved = approve(market, market.pending())
    assert (approved.on_sale, approved.review) == (True, Review.NONE)
    assert approved == market.stored(approved)
    assert market.profile().consultations == 1


@pytest.mark.rule("D2")
def test_a_rejection_is_shown_to_the_author_who_edits_and_resubmits(market: Market) -> None:
    rejected = reject(market, market.pending())
    assert (rejected.review, rejected.reason, rejected.on_sale) == (Review.REJECTED, REASON, False)
    edited = market.house.twips.edit(market.irina.id, rejected.id, consultation("Better"), version=rejected.version)
    assert market.house.twips.submit(market.irina.id, edited.id).review is Review.PENDING


@pytest.mark.rule("D2")
def test_a_revision_leaves_the_published_twip_live_until_it_is_approved(market: Market) -> None:
    twip = market.published()
    market.house.twips.edit(market.irina.id, twip.id, consultation(video=70_000), version=twip.version)
    revision = market.house.twips.submit(market.irina.id, twip.id)
    assert (revision.on_sale, revision.published) == (True, twip.published)
    assert [waiting.twip.id for waiting in market.house.moderation.queue(cursor=None, limit=9).items] == [twip.id]
    assert market.stored(twip).published == twip.published
    approved = approve(market, revision)
    assert approved.published == revision.draft
    assert market.profile().consultations == 1


@pytest.mark.rule("D2")
def test_a_rejected_revision_leaves_the_published_twip_as_it_is(market: Market) -> None:
    twip = market.published()
    market.house.twips.edit(market.irina.id, twip.id, consultation(video=70_000), version=twip.version)
    rejected = reject(market, market.house.twips.submit(market.irina.id, twip.id))
    assert (rejected.on_sale, rejected.published) == (True, twip.published)


@pytest.mark.rule("D28")
@pytest.mark.parametrize("decide", [approve, reject])
def test_nobody_moderates_their_own(market: Market, decide: Callable[[Market, Twip], Twip]) -> None:
    own = market.pending(author=market.mark)
    with pytest.raises(Forbidden):
        decide(market, own)
    assert (market.stored(own), log(market)) == (own, [])


@pytest.mark.rule("D28")
def test_every_decision_is_in_the_audit_log_with_the_version_that_was_read(market: Market) -> None:
    first, second = market.pending(), market.pending()
    approve(market, first)
    market.house.hands.forward(1)
    reject(market, second)
    newest, older = log(market)
    assert (older.actor_id, older.act, older.subject, older.facts) == (
        market.mark.id,
        "twip.approve",
        first.id,
        {"version": "1"},
    )
    assert (newest.act, newest.subject, newest.facts) == ("twip.reject", second.id, {"version": "1", "reason": REASON})


@pytest.mark.rule("D28")
def test_a_decision_without_its_line_in_the_log_is_none(market: Market) -> None:
    pending = market.pending()
    taken = f"{market.house.ids.given + 1:026d}"
    market.house.store.commit(Insert(StaffAct(taken, 0, "", "", "", {})))
    commit, outcomes = market.house.store.commit, []

    def watched(*changes: Change) -> None:
        try:
            commit(*changes)
        except CommitRefused:
            outcomes.append(market.stored(pending))
            raise

    market.house.store.__dict__["commit"] = watched
    assert approve(market, pending).on_sale
    assert outcomes == [pending]
    assert [act.subject for act in log(market)] == [pending.id]


@pytest.mark.rule("R10")
@pytest.mark.parametrize("decide", [approve, reject])
def test_nobody_decides_on_what_they_have_not_read(market: Market, decide: Callable[[Market, Twip], Twip]) -> None:
    read = market.pending()
    edited = market.house.twips.edit(market.irina.id, read.id, consultation("Bad words"), version=read.version)
    market.house.twips.submit(market.irina.id, edited.id)
    with pytest.raises(Stale):
        decide(market, read)
    assert market.stored(read).review is Review.PENDING


@pytest.mark.rule("R10")
def test_an_edit_in_the_moment_of_approval_is_not_published(market: Market) -> None:
    read = market.pending()
    bad = consultation("Bad words")
    market.meanwhile(lambda: market.house.twips.edit(market.irina.id, read.id, bad, version=read.version))
    with pytest.raises(Stale):
        approve(market, read)
    assert not market.stored(read).on_sale


@pytest.mark.parametrize("decide", [approve, reject])
def test_what_does_not_wait_for_a_decision_gets_none(market: Market, decide: Callable[[Market, Twip], Twip]) -> None:
    for twip in (market.draft(), market.published()):
        with pytest.raises(WrongState):
            decide(market, twip)
    with pytest.raises(NotFound):
        decide(market, Twip("0" * 26, "", market.draft().kind, 0, ""))


@pytest.mark.rule("D2")
def test_a_rejection_without_a_reason_is_refused(market: Market) -> None:
    pending = market.pending()
    with pytest.raises(InvalidInput):
        market.house.moderation.reject(market.mark.id, pending.id, version=pending.version, reason=" ")
    assert market.stored(pending) == pending


def test_the_author_is_told_by_mail_in_their_language(market: Market) -> None:
    first, second = market.pending(), market.pending()
    approve(market, first)
    approved = market.house.outbox.last(market.irina.email)
    assert (approved.template, approved.lang) == ("twip_approved", "en")
    assert approved.facts == {"title": "Lease check", "link": f"https://twip.example/twips/{first.id}"}
    reject(market, second)
    rejected = market.house.outbox.last(market.irina.email)
    assert (rejected.template, rejected.facts["reason"]) == ("twip_rejected", REASON)
    assert rejected.facts["link"] == f"https://twip.example/twips/{second.id}/edit"


def test_a_twip_in_another_language_is_named_in_its_own(market: Market) -> None:
    russian = Amendment(languages=(Lang.RU,), texts={Lang.RU: Text("Проверка аренды", ADVICE)}, prices={})
    approve(market, market.pending(Amendment(russian.languages, russian.texts, consultation().prices)))
    assert market.house.outbox.last(market.irina.email).facts["title"] == "Проверка аренды"


def test_a_mail_that_is_not_taken_undoes_no_decision(market: Market) -> None:
    pending = market.pending()
    market.meanwhile(market.house.outbox.breaks, after=True)
    assert approve(market, pending).on_sale


@pytest.mark.rule("D28")
def test_the_queue_is_in_order_of_waiting_with_the_authors_names(market: Market) -> None:
    twips = []
    for _ in range(3):
        market.house.hands.forward(1_000)
        twips.append(market.pending())
    market.house.hands.forward(1_000)
    twips.append(market.pending(author=settle(market.house, "oleg@example.org", Role.USER, name="Oleg")))
    approve(market, twips.pop(1))
    first = market.house.moderation.queue(cursor=None, limit=2)
    rest = market.house.moderation.queue(cursor=first.next_cursor, limit=2)
    seen = [*first.items, *rest.items]
    assert [waiting.twip.id for waiting in seen] == [twip.id for twip in twips]
    assert [waiting.author_name for waiting in seen] == ["Irina", "Irina", "Oleg"]
    with pytest.raises(InvalidCursor):
        market.house.moderation.queue(cursor="made-up", limit=2)


def test_an_empty_queue_is_an_empty_page(market: Market) -> None:
    assert market.house.moderation.queue(cursor=None, limit=2).items == ()


def test_a_twip_whose_author_is_gone_is_not_decided(market: Market) -> None:
    market.house.store.commit(Insert(Twip("7" * 26, "nobody", market.draft().kind, 0, "", review=Review.PENDING)))
    with pytest.raises(NotFound):
        market.house.moderation.approve(market.mark.id, "7" * 26, version=0)
    (waiting,) = [one for one in market.house.moderation.queue(cursor=None, limit=9).items if one.author_name == ""]
    assert waiting.twip.author_id == "nobody"


def test_the_log_cannot_be_written_over(market: Market) -> None:
    approve(market, market.pending())
    (act,) = log(market)
    with pytest.raises(CommitRefused):
        market.house.store.commit(Insert(act))
