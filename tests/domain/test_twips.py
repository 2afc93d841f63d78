"""The way of a twip through moderation and sale."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import twips
from chalicelib.domain.content import Amendment, Content, FilesEdit, FilesOffer, Text, WorkOffer
from chalicelib.domain.errors import FieldError, InvalidInput, Stale, WrongState
from chalicelib.domain.goods import Goods
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.twips import Act, Review, Sale, Twip
from tests.support.goods import LETTER, PHOTO, PLAN

CONTENT = Content((Lang.EN,), {Lang.EN: Text("Lease check", "I read your lease before you sign it.")}, {Mode.VIDEO: 1})
DEARER = replace(CONTENT, prices={Mode.VIDEO: 2})
NEW = Twip("t", "author", TwipKind.CONSULTATION, 0, "", draft=CONTENT)
ACTS: dict[Act, Callable[[Twip], Twip]] = {
    Act.EDIT: lambda twip: twips.edit(twip, Amendment(prices=DEARER.prices)),
    Act.SUBMIT: lambda twip: twips.submit(twip, now_ms=7),
    Act.APPROVE: lambda twip: twips.approve(twip, now_ms=8),
    Act.REJECT: lambda twip: twips.reject(twip, "Prices belong into the price."),
    Act.WITHDRAW: twips.withdraw,
    Act.RESTORE: twips.restore,
}


def after(*acts: Act, twip: Twip = NEW) -> Twip:
    for act in acts:
        twip = ACTS[act](twip)
    return twip


@pytest.mark.rule("R9", "R10")
def test_a_twip_is_published_by_approval_and_by_nothing_else() -> None:
    assert not NEW.on_sale
    pending = after(Act.SUBMIT)
    assert (pending.review, pending.submitted_ms, pending.on_sale) == (Review.PENDING, 7, False)
    published = after(Act.APPROVE, twip=pending)
    assert published.on_sale
    assert (published.published, published.published_ms, published.draft) == (CONTENT, 8, None)
    assert (published.review, published.submitted_ms) == (Review.NONE, None)


@pytest.mark.rule("D2")
def test_a_rejection_carries_its_reason_until_the_author_has_edited_and_submitted_again() -> None:
    rejected = after(Act.SUBMIT, Act.REJECT)
    assert (rejected.review, rejected.reason) == (Review.REJECTED, "Prices belong into the price.")
    edited = after(Act.EDIT, twip=rejected)
    assert (edited.review, edited.reason) == (Review.DRAFT, "Prices belong into the price.")
    assert after(Act.SUBMIT, twip=edited).reason is None


@pytest.mark.rule("D2")
@pytest.mark.parametrize(
    "reason", ["", "  ", "no", "x" * 1001, "a\x00bc", "\u200b" * 3, "no\u2060", "\u3164\u2800\u115f"]
)
def test_a_rejection_without_a_reason_that_says_something_is_refused(reason: str) -> None:
    with pytest.raises(InvalidInput):
        twips.reject(after(Act.SUBMIT), reason)


@pytest.mark.rule("D2")
def test_an_edit_of_a_published_twip_leaves_the_published_one_alone_until_it_is_approved() -> None:
    edited = after(Act.SUBMIT, Act.APPROVE, Act.EDIT)
    assert (edited.published, edited.draft, edited.on_sale) == (CONTENT, DEARER, True)
    for state in (edited, after(Act.SUBMIT, twip=edited), after(Act.SUBMIT, Act.REJECT, twip=edited)):
        assert (state.published, state.on_sale) == (CONTENT, True)
    assert after(Act.SUBMIT, Act.APPROVE, twip=edited).published == DEARER


def test_a_revision_is_no_novelty() -> None:
    again = twips.approve(after(Act.SUBMIT, Act.APPROVE, Act.EDIT, Act.SUBMIT), now_ms=99)
    assert again.published_ms == 8


@pytest.mark.rule("D2")
def test_an_edit_takes_a_pending_twip_out_of_the_queue() -> None:
    edited = after(Act.SUBMIT, Act.EDIT)
    assert (edited.review, edited.submitted_ms) == (Review.DRAFT, None)


@pytest.mark.rule("D2")
def test_a_published_twip_is_withdrawn_and_restored() -> None:
    withdrawn = after(Act.SUBMIT, Act.APPROVE, Act.WITHDRAW)
    assert (withdrawn.sale, withdrawn.on_sale) == (Sale.WITHDRAWN, False)
    assert after(Act.RESTORE, twip=withdrawn).on_sale


@pytest.mark.rule("D2")
def test_an_approved_revision_of_a_withdrawn_twip_waits_for_its_author() -> None:
    revised = after(Act.SUBMIT, Act.APPROVE, Act.WITHDRAW, Act.EDIT, Act.SUBMIT, Act.APPROVE)
    assert (revised.sale, revised.published) == (Sale.WITHDRAWN, DEARER)


@pytest.mark.rule("R8", "R9", "D1")
def test_an_incomplete_draft_is_kept_and_not_submitted() -> None:
    incomplete = replace(NEW, draft=Content())
    with pytest.raises(InvalidInput):
        twips.submit(incomplete, now_ms=1)
    with pytest.raises(InvalidInput):
        twips.submit(replace(NEW, draft=None), now_ms=1)


@pytest.mark.rule("R5", "R9", "R10", "D2")
def test_a_work_goes_the_same_way_and_its_revision_too() -> None:
    job = replace(CONTENT, prices={}, work=WorkOffer(500_000, 7))
    published = after(Act.SUBMIT, Act.APPROVE, twip=replace(NEW, kind=TwipKind.WORK, draft=job))
    assert (published.published, published.on_sale) == (job, True)
    revised = twips.edit(published, Amendment(work=WorkOffer(500_000, 3)))
    assert (revised.published, revised.draft) == (job, replace(job, work=WorkOffer(500_000, 3)))


@pytest.mark.rule("R5", "R9", "R10", "R74", "D1")
def test_files_go_the_same_way_once_there_is_something_to_sell() -> None:
    empty = replace(CONTENT, prices={}, files=FilesOffer(1))
    with pytest.raises(InvalidInput) as refused:
        twips.submit(replace(NEW, kind=TwipKind.FILES, draft=empty), now_ms=1)
    assert refused.value.errors == (FieldError("files.files", "required"),)
    whole = replace(empty, files=FilesOffer(1, Goods((PLAN,))))
    published = after(Act.SUBMIT, Act.APPROVE, twip=replace(NEW, kind=TwipKind.FILES, draft=whole))
    assert (published.published, published.on_sale) == (whole, True)


def of_files(*ids: str) -> Amendment:
    """An edit that chooses these."""
    return Amendment(files=FilesEdit(1, ids))


@pytest.mark.rule("D2", "D10")
def test_a_revision_of_files_leaves_what_is_on_sale_and_may_take_back_what_it_let_go() -> None:
    whole = replace(CONTENT, prices={}, files=FilesOffer(1, Goods((PLAN, LETTER))))
    published = replace(NEW, kind=TwipKind.FILES, draft=None, published=whole, review=Review.NONE)
    revised = twips.edit(published, of_files("photo"), (PHOTO,))
    assert (revised.published_goods, revised.draft_goods) == (Goods((PLAN, LETTER)), Goods((PHOTO,)))
    assert revised.files == {"plan": PLAN, "letter": LETTER, "photo": PHOTO}
    again = twips.edit(revised, of_files("letter", "photo"))
    assert again.draft_goods == Goods((LETTER, PHOTO))


@pytest.mark.rule("D10")
def test_a_file_that_leaves_a_draft_is_dropped_unless_it_was_published() -> None:
    whole = replace(CONTENT, prices={}, files=FilesOffer(1, Goods((PLAN,))))
    published = replace(NEW, kind=TwipKind.FILES, draft=None, published=whole, review=Review.NONE)
    revised = twips.edit(published, of_files("photo", "plan"), (PHOTO,))
    assert twips.dropped(published, revised) == ()
    assert twips.dropped(revised, twips.edit(revised, of_files("photo"))) == ()
    assert twips.dropped(revised, twips.edit(revised, of_files())) == (PHOTO,)
    sold = twips.approve(replace(revised, review=Review.PENDING), now_ms=5)
    assert twips.dropped(revised, sold) == ()
    assert twips.dropped(sold, twips.edit(sold, of_files("plan"))) == ()


def test_an_act_on_a_twip_that_has_changed_since_it_was_read_is_refused() -> None:
    twips.check_version(replace(NEW, version=3), 3)
    with pytest.raises(Stale) as refused:
        twips.check_version(replace(NEW, version=3), 2)
    assert refused.value.facts == {"what": "twip", "version": 3}


@pytest.mark.rule("R18", "D4")
def test_only_a_consultation_that_comes_or_goes_changes_the_number_on_sale() -> None:
    published, withdrawn = after(Act.SUBMIT, Act.APPROVE), after(Act.SUBMIT, Act.APPROVE, Act.WITHDRAW)
    assert twips.consultations_delta(NEW, published) == 1
    assert twips.consultations_delta(published, withdrawn) == -1
    assert twips.consultations_delta(published, after(Act.EDIT, twip=published)) == 0
    assert twips.consultations_delta(replace(NEW, kind=TwipKind.WORK), replace(published, kind=TwipKind.WORK)) == 0


def test_a_twip_counts_as_unpublished_from_its_birth_to_its_first_approval() -> None:
    published, revised = after(Act.SUBMIT, Act.APPROVE), after(Act.SUBMIT, Act.APPROVE, Act.EDIT)
    assert twips.unpublished_delta(None, NEW) == 1
    assert twips.unpublished_delta(NEW, after(Act.SUBMIT)) == 0
    assert twips.unpublished_delta(NEW, published) == -1
    assert twips.unpublished_delta(published, revised) == 0


@pytest.mark.rule("R9", "R10", "D2")
@given(st.lists(st.sampled_from(Act), max_size=12))
def test_whatever_is_tried_only_what_the_tables_allow_happens(acts: list[Act]) -> None:
    twip, approved = NEW, 0
    for act in acts:
        targets = {twips.NEXT_REVIEW.get((twip.review, act)), twips.NEXT_SALE.get((twip.sale, act))}
        legal = targets - {None}
        try:
            twip = ACTS[act](twip)
        except WrongState as refused:
            assert refused.facts["asked"] == act
            assert not legal or (act is Act.APPROVE and len(legal) == 1)
        else:
            assert {twip.review, twip.sale} >= legal != set()
            approved += act is Act.APPROVE
    assert (twip.published is not None) == (approved > 0)
    assert (twip.submitted_ms is not None) == (twip.review is Review.PENDING)
    assert (twip.draft is None) == (twip.review is Review.NONE)
