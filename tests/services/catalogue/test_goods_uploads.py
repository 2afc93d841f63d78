"""Files are sent for a twip straight to the storage, in one piece or in parts, and count when the storage says so (R75, R76, D12, D26)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.domain.attachments import File
from chalicelib.domain.content import Amendment, FilesEdit
from chalicelib.domain.errors import (
    InvalidInput,
    KeyReused,
    LimitReached,
    NotFound,
    Stale,
    TooManyAttempts,
    Unavailable,
    WrongState,
)
from chalicelib.domain.goods_uploads import (
    ASKS_AN_HOUR,
    UNUSED_DAYS,
    UPLOAD_MS,
    UPLOADS_AN_HOUR,
    UPLOADS_AT_MOST,
    GoodsUpload,
    Leftover,
    Part,
    joined,
)
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.twips import Review
from chalicelib.services.changes import CommitRefused, Ref, Save
from chalicelib.services.people.attempts import HOUR_MS
from tests.support.market import files
from tests.support.workshop import FILM, FONTS, SUMS, Workshop


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


def faults(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, str]:
    return {fault.field: fault.code for fault in refused.value.errors}


@pytest.mark.rule("R75", "D26")
def test_a_file_is_begun_sent_verified_and_chosen_and_then_it_stays(workshop: Workshop) -> None:
    upload = workshop.sent()
    assert (upload.finished, upload.file) == (True, FONTS)
    assert workshop.storage.unused_days[upload.place] == UNUSED_DAYS
    edited = workshop.choose(upload.id)
    assert edited.draft_goods.files == (upload.good,)
    assert workshop.storage.kept == [upload.place]
    assert workshop.house.store.get(Ref(GoodsUpload, upload.id)) is None
    assert workshop.uploads.listed(workshop.irina.id, workshop.twip.id) == ()


@pytest.mark.rule("D32")
def test_a_large_file_is_sent_in_parts_in_any_order_and_its_digest_is_that_of_its_parts(workshop: Workshop) -> None:
    begun = workshop.begin(FILM)
    assert (begun.link, begun.upload.parts, begun.arrived) == (None, 3, ())
    workshop.send_parts(begun.upload, [3])
    workshop.send_parts(begun.upload, [1, 2])
    finished = workshop.complete(begun.upload)
    assert finished.file == replace(FILM, sha256=joined([*SUMS.values()]))
    assert workshop.storage.unused_days[finished.place] == UNUSED_DAYS
    assert workshop.choose(finished.id).draft_goods.files == (finished.good,)


@pytest.mark.rule("D32")
def test_after_a_reload_the_author_is_told_what_has_arrived_and_goes_on_with_the_rest(workshop: Workshop) -> None:
    whole, begun = workshop.begin(), workshop.begin(FILM, key="upload-2")
    workshop.send_parts(begun.upload, [1, 3])
    workshop.house.hands.forward(24 * HOUR_MS)
    first, second = workshop.uploads.listed(workshop.irina.id, workshop.twip.id)
    assert (first.upload.id, first.upload.finished, first.link is not None) == (whole.upload.id, False, True)
    assert {part.number: part.sha256 for part in second.arrived} == {1: SUMS[1], 3: SUMS[3]}
    assert workshop.lacking(second.upload) == (2,)
    workshop.send_parts(second.upload, [2])
    assert workshop.complete(second.upload).finished
    assert [it.upload.finished for it in workshop.uploads.listed(workshop.irina.id, workshop.twip.id)] == [False, True]


@pytest.mark.rule("D12")
def test_a_repeat_is_the_same_upload_with_a_fresh_link_and_with_another_file_it_is_refused(workshop: Workshop) -> None:
    first = workshop.begin()
    workshop.house.hands.forward(60_000)
    again = workshop.begin()
    assert (again.upload, again.until_ms) == (first.upload, (first.until_ms or 0) + 60_000)
    for other in (replace(FONTS, size_bytes=5), replace(FONTS, sha256="1e" * 32), FILM):
        with pytest.raises(KeyReused):
            workshop.begin(other)
    with pytest.raises(KeyReused):
        workshop.begin(twip=workshop.draft(files(), kind=TwipKind.FILES))


@pytest.mark.rule("D12")
def test_a_repeat_after_it_arrived_or_was_chosen_says_so_and_takes_no_second_file(workshop: Workshop) -> None:
    upload = workshop.sent()
    assert (workshop.begin().upload.finished, workshop.begin().link) == (True, None)
    workshop.choose(upload.id)
    again = workshop.begin()
    assert (again.upload.id, again.upload.finished, again.link) == (upload.id, True, None)
    assert workshop.uploads.listed(workshop.irina.id, workshop.twip.id) == ()
    for other in (replace(FONTS, name="Other.zip"), replace(FONTS, sha256="1e" * 32), FILM):
        with pytest.raises(KeyReused):
            workshop.begin(other)


@pytest.mark.rule("D12")
def test_a_repeat_after_a_file_in_parts_was_chosen_knows_it_by_all_but_its_digest(workshop: Workshop) -> None:
    upload = workshop.sent(FILM)
    workshop.choose(upload.id)
    again = workshop.begin(FILM).upload
    assert (again.id, again.file, again.finished) == (upload.id, upload.file, True)
    with pytest.raises(KeyReused):
        workshop.begin(replace(FILM, size_bytes=FILM.size_bytes + 1))


def test_of_two_same_requests_at_once_both_are_answered_with_one_place(workshop: Workshop) -> None:
    begun = []
    workshop.meanwhile(lambda: begun.append(workshop.begin(FILM)))
    begun.append(workshop.begin(FILM))
    assert begun[0] == begun[1]


@pytest.mark.rule("D12")
def test_a_completion_is_safe_to_repeat_also_when_its_answer_was_lost(workshop: Workshop) -> None:
    begun = workshop.begin(FILM)
    workshop.send_parts(begun.upload)
    workshop.storage.after_join = workshop.storage_dies
    with pytest.raises(Unavailable):
        workshop.complete(begun.upload)
    finished = workshop.complete(begun.upload)
    assert finished.finished
    assert workshop.complete(begun.upload) == finished


@pytest.mark.rule("D12")
def test_after_a_reload_a_file_that_was_joined_without_an_answer_counts(workshop: Workshop) -> None:
    begun = workshop.begin(FILM)
    workshop.send_parts(begun.upload)
    workshop.storage.after_join = workshop.storage_dies
    with pytest.raises(Unavailable):
        workshop.complete(begun.upload)
    (listed,) = workshop.uploads.listed(workshop.irina.id, workshop.twip.id)
    assert listed.upload.finished
    assert workshop.begin(FILM).upload.finished
    assert workshop.choose(begun.upload.id).draft_goods.files[0].id == begun.upload.id


def test_parts_that_the_storage_has_forgotten_are_sent_anew(workshop: Workshop) -> None:
    begun = workshop.begin(FILM)
    workshop.send_parts(begun.upload)
    workshop.storage.multiparts.clear()
    assert workshop.lacking(begun.upload) == (1, 2, 3)
    (listed,) = workshop.uploads.listed(workshop.irina.id, workshop.twip.id)
    assert (listed.arrived, listed.upload.multipart != begun.upload.multipart) == ((), True)
    workshop.send_parts(workshop.begin(FILM).upload)
    assert workshop.complete(begun.upload).finished


def test_of_two_completions_at_once_both_are_answered(workshop: Workshop) -> None:
    begun = workshop.begin(FILM)
    workshop.send_parts(begun.upload)
    workshop.meanwhile(lambda: workshop.complete(begun.upload))
    assert workshop.complete(begun.upload).finished
    assert workshop.choose(begun.upload.id).draft_goods.files[0].id == begun.upload.id


@pytest.mark.rule("D26", "D32")
@pytest.mark.parametrize(
    "other", [replace(FONTS, size_bytes=5), replace(FONTS, sha256="1e" * 32), replace(FONTS, media_type="text/html")]
)
def test_a_file_of_another_size_content_or_type_than_announced_does_not_count(workshop: Workshop, other: File) -> None:
    begun = workshop.begin()
    assert workshop.lacking(begun.upload) == (), "nothing has arrived"
    workshop.storage.arrive(workshop.link(begun), other)
    assert workshop.lacking(begun.upload) == ()
    with pytest.raises(InvalidInput) as refused:
        workshop.choose(begun.upload.id)
    assert faults(refused) == {"files.files.0": "not_uploaded"}
    assert workshop.storage.kept == []


@pytest.mark.rule("D26", "D32")
def test_parts_of_another_size_or_digest_than_announced_do_not_count(workshop: Workshop) -> None:
    begun = workshop.begin(FILM)
    links = workshop.uploads.part_links(workshop.irina.id, begun.upload.id, SUMS).links
    workshop.storage.part_arrives(links[1])
    workshop.storage.part_arrives(links[2], size_bytes=5)
    workshop.storage.part_arrives(links[3], sha256="ff" * 32)
    assert workshop.lacking(begun.upload) == (2, 3)
    workshop.storage.part_arrives(links[2])
    workshop.storage.part_arrives(links[3])
    workshop.uploads.part_links(workshop.irina.id, begun.upload.id, {1: "ff" * 32})
    assert workshop.lacking(begun.upload) == (1,), "what was announced last is what counts"
    assert workshop.storage.files == {}


@pytest.mark.rule("D32")
def test_an_upload_that_stops_half_way_counts_for_nothing_and_costs_no_part_that_has_arrived(
    workshop: Workshop,
) -> None:
    begun = workshop.begin(FILM)
    assert workshop.lacking(begun.upload) == (1, 2, 3)
    workshop.send_parts(begun.upload, [2])
    assert workshop.lacking(begun.upload) == (1, 3)
    with pytest.raises(InvalidInput) as refused:
        workshop.choose(begun.upload.id)
    assert faults(refused) == {"files.files.0": "not_uploaded"}
    assert [part.number for part in workshop.uploads.listed(workshop.irina.id, workshop.twip.id)[0].arrived] == [2]


def test_a_part_that_is_sent_again_while_all_are_joined_is_told_of(workshop: Workshop) -> None:
    begun = workshop.begin(FILM)
    workshop.send_parts(begun.upload)
    ((name, multipart),) = workshop.storage.multiparts.items()
    join = workshop.storage.join

    def joining(place: str, of: str, parts: Sequence[Part]) -> None:
        multipart.parts[1] = replace(multipart.parts[1], tag="another")
        join(place, of, parts)

    workshop.storage.__dict__["join"] = joining
    assert workshop.lacking(begun.upload) == ()
    del workshop.storage.__dict__["join"]
    assert name in workshop.storage.multiparts
    assert workshop.complete(begun.upload).finished


@pytest.mark.rule("R76")
def test_four_uploads_may_race_and_three_files_are_chosen(workshop: Workshop) -> None:
    uploads = [workshop.sent(key=f"upload-{n}") for n in range(4)]
    ids = [upload.id for upload in uploads]
    with pytest.raises(InvalidInput) as refused:
        workshop.choose(*ids)
    assert faults(refused) == {"files.files": "too_long"}
    assert workshop.storage.kept == []
    workshop.meanwhile(lambda: workshop.choose(*ids[1:]))
    with pytest.raises(Stale):
        workshop.choose(*ids[:3])
    assert [good.id for good in workshop.stored(workshop.twip).draft_goods.files] == ids[1:]
    with pytest.raises(InvalidInput):
        workshop.choose(*ids[1:], ids[0])


@pytest.mark.rule("R76")
def test_an_upload_is_chosen_by_one_edit_only(workshop: Workshop) -> None:
    upload = workshop.sent()
    workshop.choose(upload.id)
    other = workshop.draft(files(), kind=TwipKind.FILES)
    by = Amendment(files=FilesEdit(5, (upload.id,)))
    with pytest.raises(InvalidInput) as refused:
        workshop.house.twips.edit(workshop.irina.id, other.id, by, version=0)
    assert faults(refused) == {"files.files.0": "unknown_upload"}


def test_somebody_elses_upload_and_twip_are_not_there(workshop: Workshop) -> None:
    upload = workshop.sent()
    large = workshop.begin(FILM, key="upload-2").upload
    for act in (
        lambda: workshop.begin(author=workshop.dina),
        lambda: workshop.uploads.listed(workshop.dina.id, workshop.twip.id),
        lambda: workshop.uploads.listed(workshop.irina.id, "nothing"),
        lambda: workshop.uploads.part_links(workshop.dina.id, large.id, SUMS),
        lambda: workshop.uploads.complete(workshop.dina.id, upload.id),
        lambda: workshop.uploads.cancel(workshop.dina.id, upload.id),
        lambda: workshop.uploads.complete(workshop.irina.id, "nothing"),
    ):
        with pytest.raises(NotFound):
            act()
    theirs = workshop.draft(files(), kind=TwipKind.FILES, author=workshop.dina)
    by = Amendment(files=FilesEdit(5, (upload.id,)))
    with pytest.raises(InvalidInput) as refused:
        workshop.house.twips.edit(workshop.dina.id, theirs.id, by, version=0)
    assert faults(refused) == {"files.files.0": "unknown_upload"}


@pytest.mark.rule("R75")
def test_a_twip_of_another_kind_takes_no_files(workshop: Workshop) -> None:
    with pytest.raises(WrongState) as refused:
        workshop.begin(twip=workshop.draft())
    assert (refused.value.state, refused.value.asked) == ("consultation", "upload")


def test_what_is_sent_whole_has_no_parts(workshop: Workshop) -> None:
    with pytest.raises(WrongState):
        workshop.uploads.part_links(workshop.irina.id, workshop.begin().upload.id, {1: SUMS[1]})


def test_an_upload_that_was_not_chosen_in_time_is_gone_and_its_key_begins_anew(workshop: Workshop) -> None:
    upload = workshop.sent()
    workshop.house.hands.forward(UPLOAD_MS)
    assert workshop.uploads.listed(workshop.irina.id, workshop.twip.id) == ()
    with pytest.raises(NotFound):
        workshop.complete(upload)
    with pytest.raises(InvalidInput) as refused:
        workshop.choose(upload.id)
    assert faults(refused) == {"files.files.0": "unknown_upload"}
    again = workshop.begin()
    assert (again.upload.id, again.upload.place != upload.place, again.upload.finished) == (upload.id, True, False)


def test_a_file_that_a_draft_uses_outlives_its_upload(workshop: Workshop) -> None:
    upload = workshop.sent()
    workshop.choose(upload.id)
    workshop.house.hands.forward(2 * UPLOAD_MS)
    workshop.house.retention.clear(workshop.house.clock.now_ms)
    assert workshop.choose(upload.id).draft_goods.files == (upload.good,)
    assert upload.place in workshop.storage.files
    assert upload.place in workshop.storage.kept


@pytest.mark.rule("D10")
def test_a_file_that_leaves_a_draft_and_was_never_published_is_deleted_after_the_commit(workshop: Workshop) -> None:
    first, second = workshop.sent(key="upload-1"), workshop.sent(key="upload-2")
    workshop.choose(first.id)
    workshop.choose(second.id)
    assert workshop.leftovers() == [Leftover(first.place)]
    assert first.place in workshop.storage.files, "not by the request itself"
    assert workshop.house.retention.clear(workshop.house.clock.now_ms) == 1
    assert {*workshop.storage.files} == {second.place}
    assert workshop.leftovers() == []


@pytest.mark.rule("D2", "D10")
def test_a_file_that_was_published_stays_for_its_buyers_when_a_revision_lets_it_go(workshop: Workshop) -> None:
    first, second = workshop.sent(key="upload-1"), workshop.sent(key="upload-2")
    draft = workshop.choose(first.id)
    published = replace(draft, published=draft.draft, draft=None, review=Review.NONE)
    workshop.house.store.commit(Save(published))
    workshop.choose(second.id)
    assert workshop.leftovers() == []
    assert workshop.stored(workshop.twip).published_goods.files == (first.good,)
    workshop.choose(first.id)
    assert workshop.leftovers() == [Leftover(second.place)]


def test_an_upload_is_done_without_and_what_has_arrived_goes(workshop: Workshop) -> None:
    whole, large = workshop.sent(), workshop.begin(FILM, key="upload-2").upload
    workshop.send_parts(large, [1])
    for upload in (whole, large):
        workshop.uploads.cancel(workshop.irina.id, upload.id)
        with pytest.raises(NotFound):
            workshop.uploads.cancel(workshop.irina.id, upload.id)
    assert {(it.place, it.multipart) for it in workshop.leftovers()} == {
        (whole.place, None),
        (large.place, large.multipart),
    }
    assert workshop.house.retention.clear(workshop.house.clock.now_ms) == 2
    assert (workshop.storage.files, workshop.storage.multiparts, workshop.leftovers()) == ({}, {}, [])


@pytest.mark.rule("D29")
def test_a_storage_that_is_slow_keeps_the_sweep_from_nothing_else(workshop: Workshop) -> None:
    for number in range(3):
        workshop.uploads.cancel(workshop.irina.id, workshop.sent(key=f"upload-{number}").id)
    minutes = iter(range(0, 99 * 60_000, 60_000))
    clear = replace(workshop.house.retention, spare_ms=2 * 60_000).clear
    assert clear(lambda: next(minutes)) == 1
    assert len(workshop.leftovers()) == 2


def test_of_an_edit_that_chooses_a_file_and_a_change_of_mind_one_wins(workshop: Workshop) -> None:
    upload = workshop.sent()
    workshop.meanwhile(lambda: workshop.uploads.cancel(workshop.irina.id, upload.id))
    with pytest.raises(InvalidInput) as refused:
        workshop.choose(upload.id)
    assert faults(refused) == {"files.files.0": "unknown_upload"}
    assert workshop.stored(workshop.twip).draft_goods.files == ()


@pytest.mark.rule("E19")
def test_uploads_are_limited_by_the_hour_and_in_how_many_wait(workshop: Workshop) -> None:
    for n in range(UPLOADS_AT_MOST):
        workshop.begin(key=f"upload-{n}")
    with pytest.raises(LimitReached) as full:
        workshop.begin(key="one-too-many")
    assert full.value.facts == {"what": "uploads", "limit": UPLOADS_AT_MOST}
    assert workshop.begin(key="upload-0").link, "a repeat is none more"
    for n in range(UPLOADS_AN_HOUR - UPLOADS_AT_MOST - 1):
        workshop.begin(key=f"other-{n}", twip=workshop.draft(files(), kind=TwipKind.FILES))
    with pytest.raises(TooManyAttempts):
        workshop.begin(key="one-too-many")


@pytest.mark.rule("E19")
def test_links_of_parts_are_limited_by_the_hour(workshop: Workshop) -> None:
    begun = workshop.begin(FILM)
    window = workshop.house.hands.at_ms - workshop.house.hands.at_ms % HOUR_MS
    for _ in range(ASKS_AN_HOUR):
        workshop.house.store.bump(f"parts#{workshop.irina.id}#{window}", expires_ms=window + HOUR_MS)
    with pytest.raises(TooManyAttempts):
        workshop.uploads.part_links(workshop.irina.id, begun.upload.id, SUMS)


def test_while_the_storage_does_not_answer_nothing_is_written(workshop: Workshop) -> None:
    upload = workshop.sent()
    large = workshop.begin(FILM, key="upload-2").upload
    workshop.send_parts(large)
    workshop.storage.broken = True
    for act in (
        lambda: workshop.begin(FILM, key="upload-3"),
        lambda: workshop.complete(large),
        lambda: workshop.choose(upload.id),
        lambda: workshop.uploads.listed(workshop.irina.id, workshop.twip.id),
    ):
        with pytest.raises(Unavailable):
            act()
    workshop.storage.broken = False
    assert workshop.stored(workshop.twip).version == 0
    assert workshop.complete(large).finished
    assert len(workshop.choose(upload.id, large.id).draft_goods.files) == 2


def test_a_commit_that_is_refused_leaves_the_uploads_to_be_chosen_again(workshop: Workshop) -> None:
    upload = workshop.sent()

    def refused() -> None:
        raise CommitRefused(())

    workshop.meanwhile(refused)
    assert workshop.choose(upload.id).draft_goods.files == (upload.good,)
