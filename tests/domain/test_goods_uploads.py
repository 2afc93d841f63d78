"""How goods are sent: whole or in parts, and when a file counts (D26, D32)."""

import base64
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import attachments
from chalicelib.domain.attachments import UPLOAD_LINK_S, File
from chalicelib.domain.errors import InvalidInput, WrongState
from chalicelib.domain.goods import FILES_AT_MOST, LARGEST_BYTES, PART_BYTES, Good
from chalicelib.domain.goods_uploads import (
    UNUSED_DAYS,
    UPLOAD_MS,
    UPLOADS_AT_MOST,
    GoodsUpload,
    Part,
    announce,
    announced,
    joined,
    lacking,
    part_size,
    parts_of,
    whole,
)

DAY_MS = 86_400_000
SUM, SUMS = "0f" * 32, ("1a" * 32, "2b" * 32, "3c" * 32)
SIZE = 2 * PART_BYTES + 5


def upload(size_bytes: int = SIZE, digests: tuple[str, ...] = (), **changes: object) -> GoodsUpload:
    file = File("a.zip", "application/zip", size_bytes, "" if size_bytes > PART_BYTES else SUM)
    made = GoodsUpload("u", "twip", "irina", file, "place", "f", 0, UPLOAD_MS, "m", digests)
    return replace(made, **changes)  # type: ignore[arg-type]


def arrived(*digests: str) -> list[Part]:
    return [Part(n, part_size(SIZE, n), digest, "tag") for n, digest in enumerate(digests, 1)]


def faults(act: object, *given: object) -> list[tuple[str, str, int | None]]:
    with pytest.raises(InvalidInput) as refused:
        act(*given)  # type: ignore[operator]
    return [(it.field, it.code, it.limit) for it in refused.value.errors]


@pytest.mark.rule("D32")
def test_a_file_of_two_gigabytes_is_taken_and_a_larger_or_an_empty_one_is_not() -> None:
    assert announced("a", "a/b", LARGEST_BYTES, None) == File("a", "a/b", LARGEST_BYTES, "")
    assert faults(announced, "a", "a/b", LARGEST_BYTES + 1, None) == [("size", "too_large", LARGEST_BYTES)]
    assert faults(announced, "a", "a/b", 0, SUM) == [("size", "too_small", 1)]


@pytest.mark.rule("D26")
def test_what_is_sent_whole_says_its_digest_and_what_is_sent_in_parts_says_it_by_part() -> None:
    assert announced("a", "a/b", PART_BYTES, SUM).sha256 == SUM
    assert faults(announced, "a", "a/b", PART_BYTES, None) == [("sha256", "required", None)]
    assert announced("a", "a/b", PART_BYTES + 1, SUM).sha256 == ""
    assert faults(announced, "a", "a/b", PART_BYTES + 1, "no digest") == [("sha256", "invalid", None)]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\vera\\Fonts.zip", "Fonts.zip"),
        ("fonts\u202epiz.exe", "fontspiz.exe"),
        ("ш" * 300 + ".zip", "ш" * 118 + ".zip"),
    ],
)
def test_a_name_is_kept_for_people_without_a_path_tricks_or_three_hundred_letters(given: str, kept: str) -> None:
    assert announced(given, "a/b", 1, SUM).name == kept


@given(st.integers(1, LARGEST_BYTES))
def test_the_parts_of_any_file_make_up_the_whole_and_none_is_too_small_for_the_storage(size_bytes: int) -> None:
    parts = parts_of(size_bytes)
    if size_bytes <= PART_BYTES:
        assert parts == 0
        return
    sizes = [part_size(size_bytes, number) for number in range(1, parts + 1)]
    assert sum(sizes) == size_bytes
    assert min(sizes) >= 1
    assert all(size == PART_BYTES for size in sizes[:-1])
    assert PART_BYTES >= 5 * 2**20
    assert 2 <= parts <= 128


def test_the_storage_keeps_what_is_not_used_yet_longer_than_it_may_be_used() -> None:
    for life_ms, days in (
        (UPLOAD_MS, UNUSED_DAYS),
        (attachments.UNUSED_MS, attachments.UNUSED_DAYS),
    ):
        assert life_ms + 1000 * UPLOAD_LINK_S < days * DAY_MS


@pytest.mark.rule("D26")
def test_parts_are_announced_in_any_order_and_anew() -> None:
    begun = announce(upload(), {3: SUMS[2]})
    assert begun.digests == ("", "", SUMS[2])
    again = announce(announce(begun, {1: SUM, 2: SUMS[1]}), {1: SUMS[0]})
    assert again.digests == SUMS
    assert announce(again, {2: SUMS[1]}) == again


def test_a_part_that_there_is_not_and_a_digest_that_is_none_are_named() -> None:
    assert faults(announce, upload(), {0: SUM, 4: SUM, 2: "x"}) == [
        ("parts.0", "not_allowed", 3),
        ("parts.4", "not_allowed", 3),
        ("parts.2", "invalid", None),
    ]


@pytest.mark.parametrize(("it", "state"), [(upload(5), "whole"), (upload(finished=True), "finished")])
def test_what_is_sent_whole_or_has_arrived_has_no_parts(it: GoodsUpload, state: str) -> None:
    with pytest.raises(WrongState) as refused:
        announce(it, {1: SUM})
    assert refused.value.state == state


@pytest.mark.rule("D26")
@pytest.mark.parametrize(
    ("parts", "numbers"),
    [
        (arrived(*SUMS), ()),
        (arrived(*SUMS[:2]), (3,)),
        ([], (1, 2, 3)),
        (arrived(SUMS[1], SUMS[1], SUMS[2]), (1,)),
        ([*arrived(*SUMS[:2]), Part(3, 6, SUMS[2], "tag")], (3,)),
        ([Part(1, 5, SUMS[0], "tag"), *arrived(*SUMS)[1:]], (1,)),
    ],
)
def test_what_lacks_is_named_by_part_also_one_of_another_size_or_digest(
    parts: list[Part], numbers: tuple[int, ...]
) -> None:
    assert lacking(upload(digests=SUMS), parts) == numbers


def test_a_part_that_was_never_announced_lacks_whatever_has_arrived() -> None:
    assert lacking(upload(), arrived(*SUMS)) == (1, 2, 3)
    assert lacking(upload(digests=(SUMS[0], "", SUMS[2])), arrived(*SUMS)) == (2,)


@pytest.mark.rule("D26")
def test_the_whole_is_known_once_all_parts_are_announced() -> None:
    assert whole(upload(5)) == upload(5).file
    assert whole(upload()) is None
    assert whole(upload(digests=(SUMS[0], "", SUMS[2]))) is None
    assert whole(upload(digests=SUMS)) == replace(upload().file, sha256=joined(SUMS))


def test_the_digest_of_parts_is_the_one_that_the_storage_makes() -> None:
    """By the storage's own documentation: the digest of the parts' digests, and how many they were."""
    bodies = [b"first", b"second"]
    digests = [hashlib.sha256(body) for body in bodies]
    wanted = hashlib.sha256(b"".join(it.digest() for it in digests)).digest()
    digest, _, parts = joined([it.hexdigest() for it in digests]).partition("-")
    assert (base64.b64encode(bytes.fromhex(digest)), parts) == (base64.b64encode(wanted), "2")


def test_an_upload_becomes_a_file_that_is_sold() -> None:
    assert upload(5).good == Good("u", upload(5).file, "place")


def test_whoever_fills_a_twip_may_send_all_of_its_files_before_choosing_any() -> None:
    assert UPLOADS_AT_MOST >= FILES_AT_MOST
