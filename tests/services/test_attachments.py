"""A file is sent in three steps: begun, sent straight to the storage, and taken along by a message, once (D12, D26, D32)."""

import pytest

from chalicelib.domain.attachments import UNUSED_MS, UPLOADS_AN_HOUR, Attachment, File, Upload
from chalicelib.domain.errors import InvalidInput, KeyReused, TooManyAttempts, Unavailable
from chalicelib.services.attachments import Begun, Claimed
from chalicelib.services.changes import CommitRefused, Ref
from tests.support.house import House

PLAN = File("План.pdf", "application/pdf", 4_100_000, "0f" * 32)
LETTER = File("Letter.jpg", "image/jpeg", 820_000, "1e" * 32)
THREAD = "order-1"


def sent(house: House, file: File = PLAN, *, key: str = "upload-1", user_id: str = "cora") -> Begun:
    """An upload whose bytes have arrived."""
    begun = house.attachments.begin(user_id, file, key=key)
    house.file_storage.arrive(begun.link)
    return begun


def taken(house: House, *begun: Begun) -> Claimed:
    """What a message would take along, in its commit."""
    claimed = house.attachments.claim("cora", [one.upload.id for one in begun], THREAD)
    house.store.commit(*claimed.changes)
    return claimed


def faults(house: House, *ids: str, user_id: str = "cora") -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        house.attachments.claim(user_id, ids, THREAD)
    return [(error.field, error.code) for error in refused.value.errors]


@pytest.mark.rule("D32")
def test_what_was_sent_becomes_an_attachment_of_the_thread_and_stays(house: House) -> None:
    begun = sent(house), sent(house, LETTER, key="upload-2")
    claimed = taken(house, *begun)
    assert [(one.thread_id, one.author_id, one.file) for one in claimed.attachments] == [
        (THREAD, "cora", PLAN),
        (THREAD, "cora", LETTER),
    ]
    for one, from_upload in zip(claimed.attachments, begun, strict=True):
        assert house.store.get(Ref(Attachment, THREAD, one.id)) == one
        assert house.store.get(Ref(Upload, from_upload.upload.id)) is None
    assert house.file_storage.kept == [one.place for one in claimed.attachments]


def test_a_message_without_files_asks_nobody(house: House) -> None:
    house.file_storage.broken = True
    assert house.attachments.claim("cora", (), THREAD) == Claimed((), ())


@pytest.mark.rule("D12")
def test_a_repeat_is_the_same_upload_and_the_same_key_with_another_file_is_refused(house: House) -> None:
    first = house.attachments.begin("cora", PLAN, key="upload-1")
    house.hands.forward(60_000)
    again = house.attachments.begin("cora", PLAN, key="upload-1")
    assert again.upload == first.upload
    assert again.link.url == first.link.url
    assert again.until_ms == first.until_ms + 60_000
    with pytest.raises(KeyReused):
        house.attachments.begin("cora", LETTER, key="upload-1")
    assert house.attachments.begin("pavel", LETTER, key="upload-1").upload.id != first.upload.id


def test_of_two_same_requests_at_once_both_are_answered_with_one_place(house: House) -> None:
    store, begun = house.store, []

    def commit(*changes: object) -> None:
        del store.__dict__["commit"]
        begun.append(house.attachments.begin("cora", PLAN, key="upload-1"))
        store.commit(*changes)  # type: ignore[arg-type]

    store.__dict__["commit"] = commit
    begun.append(house.attachments.begin("cora", PLAN, key="upload-1"))
    assert begun[0] == begun[1]


@pytest.mark.rule("D32")
def test_what_is_used_once_is_not_used_again(house: House) -> None:
    begun = sent(house)
    taken(house, begun)
    assert faults(house, begun.upload.id) == [("attachments.0", "unknown_upload")]


def test_a_key_that_begins_an_upload_anew_after_its_use_gives_no_second_file_to_the_same_thread(house: House) -> None:
    taken(house, sent(house))
    again = sent(house)
    assert faults(house, again.upload.id) == [("attachments.0", "unknown_upload")]
    assert house.attachments.claim("cora", [again.upload.id], "order-2").attachments[0].place == again.upload.place


def test_of_two_messages_at_once_one_takes_the_file(house: House) -> None:
    begun = sent(house)
    one, other = (house.attachments.claim("cora", [begun.upload.id], thread) for thread in ("a", "b"))
    house.store.commit(*one.changes)
    with pytest.raises(CommitRefused):
        house.store.commit(*other.changes)


@pytest.mark.rule("D32")
def test_somebody_elses_upload_and_a_made_up_one_are_unknown(house: House) -> None:
    begun = sent(house)
    assert faults(house, begun.upload.id, "nothing", user_id="mallory") == [
        ("attachments.0", "unknown_upload"),
        ("attachments.1", "unknown_upload"),
    ]


def test_an_upload_that_has_not_arrived_or_not_as_described_is_not_taken_and_nothing_is_kept(house: House) -> None:
    whole, other = sent(house), house.attachments.begin("cora", LETTER, key="upload-2")
    missing = house.attachments.begin("cora", LETTER, key="upload-3")
    house.file_storage.arrive(other.link, PLAN)
    assert faults(house, whole.upload.id, other.upload.id, missing.upload.id) == [
        ("attachments.1", "not_uploaded"),
        ("attachments.2", "not_uploaded"),
    ]
    assert house.file_storage.kept == []


def test_an_upload_that_nothing_took_in_time_is_gone_and_its_key_begins_another(house: House) -> None:
    begun = sent(house)
    house.hands.forward(UNUSED_MS)
    assert faults(house, begun.upload.id) == [("attachments.0", "unknown_upload")]
    again = house.attachments.begin("cora", LETTER, key="upload-1")
    assert again.upload.id == begun.upload.id
    assert again.upload.place != begun.upload.place, "what lies at the old place may expire any day"


@pytest.mark.rule("D32")
def test_more_files_than_a_message_carries_are_refused_before_anything_is_read(house: House) -> None:
    house.file_storage.broken = True
    assert faults(house, "a", "b", "c", "d", "e", "f") == [("attachments", "too_long")]


@pytest.mark.rule("E19")
def test_one_person_begins_so_many_uploads_an_hour(house: House) -> None:
    for number in range(UPLOADS_AN_HOUR):
        house.attachments.begin("cora", PLAN, key=f"upload-{number}")
    with pytest.raises(TooManyAttempts):
        house.attachments.begin("cora", PLAN, key="one more")
    house.attachments.begin("cora", PLAN, key="upload-0")
    house.attachments.begin("pavel", PLAN, key="another's")
    house.hands.forward(3_600_000)
    house.attachments.begin("cora", PLAN, key="one more")


def test_a_storage_that_does_not_answer_is_told_of_and_the_upload_can_be_used_later(house: House) -> None:
    begun = sent(house)
    house.file_storage.broken = True
    with pytest.raises(Unavailable):
        taken(house, begun)
    house.file_storage.broken = False
    assert len(taken(house, begun).attachments) == 1


@pytest.mark.rule("D26")
def test_a_download_is_a_link_of_five_minutes_under_the_files_own_name(house: House) -> None:
    (attachment,) = taken(house, sent(house)).attachments
    link = house.attachments.link(attachment, "anybody")
    assert link.url == f"/files/attachments/{attachment.place}?name=План.pdf&life=300"
    assert link.until_ms == house.hands.at_ms + 300_000
