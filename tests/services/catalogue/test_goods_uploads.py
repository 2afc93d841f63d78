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
    NotUploaded,
    Stale,
    TooManyAttempts,
    Unavailable,
    WrongState,
)
from chalicelib.domain.goods import PART_BYTES
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
from chalicelib.domain.people import User
from chalicelib.domain.twips import Review, Twip
from chalicelib.services.catalogue.goods_uploads import Sending
from chalicelib.services.changes import CommitRefused, Ref, Save
from chalicelib.services.people.attempts import HOUR_MS
from chalicelib.services.ports import Listing, UploadLink
from tests.support.market import Market, files

FONTS = File("Шрифты.zip", "application/zip", 820_000, "0f" * 32)
FILM = File("Film.mp4", "video/mp4", 2 * PART_BYTES + 5, "")
SUMS = {1: "1a" * 32, 2: "2b" * 32, 3: "3c" * 32}


class Shop(Market):
    """Irina has a draft of files, and sends some."""

    def __init__(self) -> None:
        super().__init__()
        self.twip = self.draft(files(links=()), kind=TwipKind.FILES)
        self.uploads, self.storage = self.house.goods_uploads, self.house.file_storage

    def begin(
        self, file: File = FONTS, *, key: str = "upload-1", author: User | None = None, twip: Twip | None = None
    ) -> Sending:
        """A place for a file."""
        return self.uploads.begin((author or self.irina).id, (twip or self.twip).id, file, key=key)

    def link(self, begun: Sending) -> UploadLink:
        """By which it is sent whole."""
        assert begun.link is not None
        return begun.link

    def sent(self, file: File = FONTS, *, key: str = "upload-1") -> GoodsUpload:
        """An upload that has arrived and was verified."""
        begun = self.begin(file, key=key)
        if begun.link is not None:
            self.storage.arrive(begun.link)
        else:
            self.send_parts(begun.upload)
        return self.complete(begun.upload)

    def send_parts(self, upload: GoodsUpload, numbers: Sequence[int] = (1, 2, 3)) -> None:
        """These arrive."""
        links = self.uploads.part_links(self.irina.id, upload.id, {number: SUMS[number] for number in numbers}).links
        for number in numbers:
            self.storage.part_arrives(links[number])

    def complete(self, upload: GoodsUpload) -> GoodsUpload:
        """The author says that it is sent."""
        return self.uploads.complete(self.irina.id, upload.id)

    def choose(self, *ids: str, version: int | None = None) -> Twip:
        """An edit that names these."""
        twip = self.stored(self.twip)
        by = Amendment(files=FilesEdit(50_000, ids))
        return self.house.twips.edit(self.irina.id, twip.id, by, version=twip.version if version is None else version)

    def leftovers(self) -> list[Leftover]:
        """What waits to be deleted."""
        return [*self.house.store.page(Listing.LEFTOVERS).items]

    def storage_dies(self) -> None:
        """Once."""
        self.storage.after_join = None
        raise Unavailable

    def lacking(self, upload: GoodsUpload) -> tuple[int, ...]:
        """The parts that a refused completion asks for."""
        with pytest.raises(NotUploaded) as refused:
            self.complete(upload)
        return refused.value.parts


@pytest.fixture
def shop() -> Shop:
    return Shop()


def faults(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, str]:
    return {fault.field: fault.code for fault in refused.value.errors}


@pytest.mark.rule("R75", "D26")
def test_a_file_is_begun_sent_verified_and_chosen_and_then_it_stays(shop: Shop) -> None:
    upload = shop.sent()
    assert (upload.finished, upload.file) == (True, FONTS)
    assert shop.storage.unused_days[upload.place] == UNUSED_DAYS
    edited = shop.choose(upload.id)
    assert edited.draft_goods.files == (upload.good,)
    assert shop.storage.kept == [upload.place]
    assert shop.house.store.get(Ref(GoodsUpload, upload.id)) is None
    assert shop.uploads.listed(shop.irina.id, shop.twip.id) == ()


@pytest.mark.rule("D32")
def test_a_large_file_is_sent_in_parts_in_any_order_and_its_digest_is_that_of_its_parts(shop: Shop) -> None:
    begun = shop.begin(FILM)
    assert (begun.link, begun.upload.parts, begun.arrived) == (None, 3, ())
    shop.send_parts(begun.upload, [3])
    shop.send_parts(begun.upload, [1, 2])
    finished = shop.complete(begun.upload)
    assert finished.file == replace(FILM, sha256=joined([*SUMS.values()]))
    assert shop.storage.unused_days[finished.place] == UNUSED_DAYS
    assert shop.choose(finished.id).draft_goods.files == (finished.good,)


@pytest.mark.rule("D32")
def test_after_a_reload_the_author_is_told_what_has_arrived_and_goes_on_with_the_rest(shop: Shop) -> None:
    whole, begun = shop.begin(), shop.begin(FILM, key="upload-2")
    shop.send_parts(begun.upload, [1, 3])
    shop.house.hands.forward(24 * HOUR_MS)
    first, second = shop.uploads.listed(shop.irina.id, shop.twip.id)
    assert (first.upload.id, first.upload.finished, first.link is not None) == (whole.upload.id, False, True)
    assert {part.number: part.sha256 for part in second.arrived} == {1: SUMS[1], 3: SUMS[3]}
    assert shop.lacking(second.upload) == (2,)
    shop.send_parts(second.upload, [2])
    assert shop.complete(second.upload).finished
    assert [it.upload.finished for it in shop.uploads.listed(shop.irina.id, shop.twip.id)] == [False, True]


@pytest.mark.rule("D12")
def test_a_repeat_is_the_same_upload_with_a_fresh_link_and_with_another_file_it_is_refused(shop: Shop) -> None:
    first = shop.begin()
    shop.house.hands.forward(60_000)
    again = shop.begin()
    assert (again.upload, again.until_ms) == (first.upload, (first.until_ms or 0) + 60_000)
    for other in (replace(FONTS, size_bytes=5), replace(FONTS, sha256="1e" * 32), FILM):
        with pytest.raises(KeyReused):
            shop.begin(other)
    with pytest.raises(KeyReused):
        shop.begin(twip=shop.draft(files(), kind=TwipKind.FILES))


@pytest.mark.rule("D12")
def test_a_repeat_after_it_arrived_or_was_chosen_says_so_and_takes_no_second_file(shop: Shop) -> None:
    upload = shop.sent()
    assert (shop.begin().upload.finished, shop.begin().link) == (True, None)
    shop.choose(upload.id)
    again = shop.begin()
    assert (again.upload.id, again.upload.finished, again.link) == (upload.id, True, None)
    assert shop.uploads.listed(shop.irina.id, shop.twip.id) == ()
    for other in (replace(FONTS, name="Other.zip"), replace(FONTS, sha256="1e" * 32), FILM):
        with pytest.raises(KeyReused):
            shop.begin(other)


@pytest.mark.rule("D12")
def test_a_repeat_after_a_file_in_parts_was_chosen_knows_it_by_all_but_its_digest(shop: Shop) -> None:
    upload = shop.sent(FILM)
    shop.choose(upload.id)
    again = shop.begin(FILM).upload
    assert (again.id, again.file, again.finished) == (upload.id, upload.file, True)
    with pytest.raises(KeyReused):
        shop.begin(replace(FILM, size_bytes=FILM.size_bytes + 1))


def test_of_two_same_requests_at_once_both_are_answered_with_one_place(shop: Shop) -> None:
    begun = []
    shop.meanwhile(lambda: begun.append(shop.begin(FILM)))
    begun.append(shop.begin(FILM))
    assert begun[0] == begun[1]


@pytest.mark.rule("D12")
def test_a_completion_is_safe_to_repeat_also_when_its_answer_was_lost(shop: Shop) -> None:
    begun = shop.begin(FILM)
    shop.send_parts(begun.upload)
    shop.storage.after_join = shop.storage_dies
    with pytest.raises(Unavailable):
        shop.complete(begun.upload)
    finished = shop.complete(begun.upload)
    assert finished.finished
    assert shop.complete(begun.upload) == finished


@pytest.mark.rule("D12")
def test_after_a_reload_a_file_that_was_joined_without_an_answer_counts(shop: Shop) -> None:
    begun = shop.begin(FILM)
    shop.send_parts(begun.upload)
    shop.storage.after_join = shop.storage_dies
    with pytest.raises(Unavailable):
        shop.complete(begun.upload)
    (listed,) = shop.uploads.listed(shop.irina.id, shop.twip.id)
    assert listed.upload.finished
    assert shop.begin(FILM).upload.finished
    assert shop.choose(begun.upload.id).draft_goods.files[0].id == begun.upload.id


def test_parts_that_the_storage_has_forgotten_are_sent_anew(shop: Shop) -> None:
    begun = shop.begin(FILM)
    shop.send_parts(begun.upload)
    shop.storage.multiparts.clear()
    assert shop.lacking(begun.upload) == (1, 2, 3)
    (listed,) = shop.uploads.listed(shop.irina.id, shop.twip.id)
    assert (listed.arrived, listed.upload.multipart != begun.upload.multipart) == ((), True)
    shop.send_parts(shop.begin(FILM).upload)
    assert shop.complete(begun.upload).finished


def test_of_two_completions_at_once_both_are_answered(shop: Shop) -> None:
    begun = shop.begin(FILM)
    shop.send_parts(begun.upload)
    shop.meanwhile(lambda: shop.complete(begun.upload))
    assert shop.complete(begun.upload).finished
    assert shop.choose(begun.upload.id).draft_goods.files[0].id == begun.upload.id


@pytest.mark.rule("D26", "D32")
@pytest.mark.parametrize(
    "other", [replace(FONTS, size_bytes=5), replace(FONTS, sha256="1e" * 32), replace(FONTS, media_type="text/html")]
)
def test_a_file_of_another_size_content_or_type_than_announced_does_not_count(shop: Shop, other: File) -> None:
    begun = shop.begin()
    assert shop.lacking(begun.upload) == (), "nothing has arrived"
    shop.storage.arrive(shop.link(begun), other)
    assert shop.lacking(begun.upload) == ()
    with pytest.raises(InvalidInput) as refused:
        shop.choose(begun.upload.id)
    assert faults(refused) == {"files.files.0": "not_uploaded"}
    assert shop.storage.kept == []


@pytest.mark.rule("D26", "D32")
def test_parts_of_another_size_or_digest_than_announced_do_not_count(shop: Shop) -> None:
    begun = shop.begin(FILM)
    links = shop.uploads.part_links(shop.irina.id, begun.upload.id, SUMS).links
    shop.storage.part_arrives(links[1])
    shop.storage.part_arrives(links[2], size_bytes=5)
    shop.storage.part_arrives(links[3], sha256="ff" * 32)
    assert shop.lacking(begun.upload) == (2, 3)
    shop.storage.part_arrives(links[2])
    shop.storage.part_arrives(links[3])
    shop.uploads.part_links(shop.irina.id, begun.upload.id, {1: "ff" * 32})
    assert shop.lacking(begun.upload) == (1,), "what was announced last is what counts"
    assert shop.storage.files == {}


@pytest.mark.rule("D32")
def test_an_upload_that_stops_half_way_counts_for_nothing_and_costs_no_part_that_has_arrived(shop: Shop) -> None:
    begun = shop.begin(FILM)
    assert shop.lacking(begun.upload) == (1, 2, 3)
    shop.send_parts(begun.upload, [2])
    assert shop.lacking(begun.upload) == (1, 3)
    with pytest.raises(InvalidInput) as refused:
        shop.choose(begun.upload.id)
    assert faults(refused) == {"files.files.0": "not_uploaded"}
    assert [part.number for part in shop.uploads.listed(shop.irina.id, shop.twip.id)[0].arrived] == [2]


def test_a_part_that_is_sent_again_while_all_are_joined_is_told_of(shop: Shop) -> None:
    begun = shop.begin(FILM)
    shop.send_parts(begun.upload)
    ((name, multipart),) = shop.storage.multiparts.items()
    join = shop.storage.join

    def joining(place: str, of: str, parts: Sequence[Part]) -> None:
        multipart.parts[1] = replace(multipart.parts[1], tag="another")
        join(place, of, parts)

    shop.storage.__dict__["join"] = joining
    assert shop.lacking(begun.upload) == ()
    del shop.storage.__dict__["join"]
    assert name in shop.storage.multiparts
    assert shop.complete(begun.upload).finished


@pytest.mark.rule("R76")
def test_four_uploads_may_race_and_three_files_are_chosen(shop: Shop) -> None:
    uploads = [shop.sent(key=f"upload-{n}") for n in range(4)]
    ids = [upload.id for upload in uploads]
    with pytest.raises(InvalidInput) as refused:
        shop.choose(*ids)
    assert faults(refused) == {"files.files": "too_long"}
    assert shop.storage.kept == []
    shop.meanwhile(lambda: shop.choose(*ids[1:]))
    with pytest.raises(Stale):
        shop.choose(*ids[:3])
    assert [good.id for good in shop.stored(shop.twip).draft_goods.files] == ids[1:]
    with pytest.raises(InvalidInput):
        shop.choose(*ids[1:], ids[0])


@pytest.mark.rule("R76")
def test_an_upload_is_chosen_by_one_edit_only(shop: Shop) -> None:
    upload = shop.sent()
    shop.choose(upload.id)
    other = shop.draft(files(), kind=TwipKind.FILES)
    by = Amendment(files=FilesEdit(5, (upload.id,)))
    with pytest.raises(InvalidInput) as refused:
        shop.house.twips.edit(shop.irina.id, other.id, by, version=0)
    assert faults(refused) == {"files.files.0": "unknown_upload"}


def test_somebody_elses_upload_and_twip_are_not_there(shop: Shop) -> None:
    upload = shop.sent()
    large = shop.begin(FILM, key="upload-2").upload
    for act in (
        lambda: shop.begin(author=shop.dina),
        lambda: shop.uploads.listed(shop.dina.id, shop.twip.id),
        lambda: shop.uploads.listed(shop.irina.id, "nothing"),
        lambda: shop.uploads.part_links(shop.dina.id, large.id, SUMS),
        lambda: shop.uploads.complete(shop.dina.id, upload.id),
        lambda: shop.uploads.cancel(shop.dina.id, upload.id),
        lambda: shop.uploads.complete(shop.irina.id, "nothing"),
    ):
        with pytest.raises(NotFound):
            act()
    theirs = shop.draft(files(), kind=TwipKind.FILES, author=shop.dina)
    by = Amendment(files=FilesEdit(5, (upload.id,)))
    with pytest.raises(InvalidInput) as refused:
        shop.house.twips.edit(shop.dina.id, theirs.id, by, version=0)
    assert faults(refused) == {"files.files.0": "unknown_upload"}


@pytest.mark.rule("R75")
def test_a_twip_of_another_kind_takes_no_files(shop: Shop) -> None:
    with pytest.raises(WrongState) as refused:
        shop.begin(twip=shop.draft())
    assert (refused.value.state, refused.value.asked) == ("consultation", "upload")


def test_what_is_sent_whole_has_no_parts(shop: Shop) -> None:
    with pytest.raises(WrongState):
        shop.uploads.part_links(shop.irina.id, shop.begin().upload.id, {1: SUMS[1]})


def test_an_upload_that_was_not_chosen_in_time_is_gone_and_its_key_begins_anew(shop: Shop) -> None:
    upload = shop.sent()
    shop.house.hands.forward(UPLOAD_MS)
    assert shop.uploads.listed(shop.irina.id, shop.twip.id) == ()
    with pytest.raises(NotFound):
        shop.complete(upload)
    with pytest.raises(InvalidInput) as refused:
        shop.choose(upload.id)
    assert faults(refused) == {"files.files.0": "unknown_upload"}
    again = shop.begin()
    assert (again.upload.id, again.upload.place != upload.place, again.upload.finished) == (upload.id, True, False)


def test_a_file_that_a_draft_uses_outlives_its_upload(shop: Shop) -> None:
    upload = shop.sent()
    shop.choose(upload.id)
    shop.house.hands.forward(2 * UPLOAD_MS)
    shop.house.retention.clear(shop.house.clock.now_ms)
    assert shop.choose(upload.id).draft_goods.files == (upload.good,)
    assert upload.place in shop.storage.files
    assert upload.place in shop.storage.kept


@pytest.mark.rule("D10")
def test_a_file_that_leaves_a_draft_and_was_never_published_is_deleted_after_the_commit(shop: Shop) -> None:
    first, second = shop.sent(key="upload-1"), shop.sent(key="upload-2")
    shop.choose(first.id)
    shop.choose(second.id)
    assert shop.leftovers() == [Leftover(first.place)]
    assert first.place in shop.storage.files, "not by the request itself"
    assert shop.house.retention.clear(shop.house.clock.now_ms) == 1
    assert {*shop.storage.files} == {second.place}
    assert shop.leftovers() == []


@pytest.mark.rule("D2", "D10")
def test_a_file_that_was_published_stays_for_its_buyers_when_a_revision_lets_it_go(shop: Shop) -> None:
    first, second = shop.sent(key="upload-1"), shop.sent(key="upload-2")
    draft = shop.choose(first.id)
    published = replace(draft, published=draft.draft, draft=None, review=Review.NONE)
    shop.house.store.commit(Save(published))
    shop.choose(second.id)
    assert shop.leftovers() == []
    assert shop.stored(shop.twip).published_goods.files == (first.good,)
    shop.choose(first.id)
    assert shop.leftovers() == [Leftover(second.place)]


def test_an_upload_is_done_without_and_what_has_arrived_goes(shop: Shop) -> None:
    whole, large = shop.sent(), shop.begin(FILM, key="upload-2").upload
    shop.send_parts(large, [1])
    for upload in (whole, large):
        shop.uploads.cancel(shop.irina.id, upload.id)
        with pytest.raises(NotFound):
            shop.uploads.cancel(shop.irina.id, upload.id)
    assert {(it.place, it.multipart) for it in shop.leftovers()} == {
        (whole.place, None),
        (large.place, large.multipart),
    }
    assert shop.house.retention.clear(shop.house.clock.now_ms) == 2
    assert (shop.storage.files, shop.storage.multiparts, shop.leftovers()) == ({}, {}, [])


@pytest.mark.rule("D29")
def test_a_storage_that_is_slow_keeps_the_sweep_from_nothing_else(shop: Shop) -> None:
    for number in range(3):
        shop.uploads.cancel(shop.irina.id, shop.sent(key=f"upload-{number}").id)
    minutes = iter(range(0, 99 * 60_000, 60_000))
    clear = replace(shop.house.retention, spare_ms=2 * 60_000).clear
    assert clear(lambda: next(minutes)) == 1
    assert len(shop.leftovers()) == 2


def test_of_an_edit_that_chooses_a_file_and_a_change_of_mind_one_wins(shop: Shop) -> None:
    upload = shop.sent()
    shop.meanwhile(lambda: shop.uploads.cancel(shop.irina.id, upload.id))
    with pytest.raises(InvalidInput) as refused:
        shop.choose(upload.id)
    assert faults(refused) == {"files.files.0": "unknown_upload"}
    assert shop.stored(shop.twip).draft_goods.files == ()


@pytest.mark.rule("E19")
def test_uploads_are_limited_by_the_hour_and_in_how_many_wait(shop: Shop) -> None:
    for n in range(UPLOADS_AT_MOST):
        shop.begin(key=f"upload-{n}")
    with pytest.raises(LimitReached) as full:
        shop.begin(key="one-too-many")
    assert full.value.facts == {"what": "uploads", "limit": UPLOADS_AT_MOST}
    assert shop.begin(key="upload-0").link, "a repeat is none more"
    for n in range(UPLOADS_AN_HOUR - UPLOADS_AT_MOST - 1):
        shop.begin(key=f"other-{n}", twip=shop.draft(files(), kind=TwipKind.FILES))
    with pytest.raises(TooManyAttempts):
        shop.begin(key="one-too-many")


@pytest.mark.rule("E19")
def test_links_of_parts_are_limited_by_the_hour(shop: Shop) -> None:
    begun = shop.begin(FILM)
    window = shop.house.hands.at_ms - shop.house.hands.at_ms % HOUR_MS
    for _ in range(ASKS_AN_HOUR):
        shop.house.store.bump(f"parts#{shop.irina.id}#{window}", expires_ms=window + HOUR_MS)
    with pytest.raises(TooManyAttempts):
        shop.uploads.part_links(shop.irina.id, begun.upload.id, SUMS)


def test_while_the_storage_does_not_answer_nothing_is_written(shop: Shop) -> None:
    upload = shop.sent()
    large = shop.begin(FILM, key="upload-2").upload
    shop.send_parts(large)
    shop.storage.broken = True
    for act in (
        lambda: shop.begin(FILM, key="upload-3"),
        lambda: shop.complete(large),
        lambda: shop.choose(upload.id),
        lambda: shop.uploads.listed(shop.irina.id, shop.twip.id),
    ):
        with pytest.raises(Unavailable):
            act()
    shop.storage.broken = False
    assert shop.stored(shop.twip).version == 0
    assert shop.complete(large).finished
    assert len(shop.choose(upload.id, large.id).draft_goods.files) == 2


def test_a_commit_that_is_refused_leaves_the_uploads_to_be_chosen_again(shop: Shop) -> None:
    upload = shop.sent()

    def refused() -> None:
        raise CommitRefused(())

    shop.meanwhile(refused)
    assert shop.choose(upload.id).draft_goods.files == (upload.good,)
