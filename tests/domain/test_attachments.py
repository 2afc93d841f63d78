"""What may be attached, under which name, and what a message may name (D26, D32)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import attachments
from chalicelib.domain.attachments import LARGEST_BYTES, NAME_BYTES, File, Upload, clean_name, described
from chalicelib.domain.errors import FieldError, InvalidInput

SUM = "0f" * 32


def faults(act: object, *given: object) -> list[tuple[str, str, int | None]]:
    with pytest.raises(InvalidInput) as refused:
        act(*given)  # type: ignore[operator]
    return [(it.field, it.code, it.limit) for it in refused.value.errors]


@pytest.mark.rule("D32")
def test_any_type_is_taken_up_to_twenty_megabytes() -> None:
    assert described("Plan.pdf", "application/pdf", LARGEST_BYTES, SUM) == File(
        "Plan.pdf", "application/pdf", LARGEST_BYTES, SUM
    )
    assert described("a", "model/vnd.x-test+json", 1, SUM).media_type == "model/vnd.x-test+json"


def test_a_type_is_kept_without_its_parameters() -> None:
    assert described("a", 'Text/Plain; charset="utf-8"', 1, SUM).media_type == "text/plain"


@pytest.mark.rule("D32")
def test_every_fault_of_a_file_is_named() -> None:
    assert faults(described, "a", "text", LARGEST_BYTES + 1, SUM.upper()) == [
        ("type", "invalid", None),
        ("size", "too_large", LARGEST_BYTES),
        ("sha256", "invalid", None),
    ]
    assert faults(described, "a", "a/b", 0, SUM) == [("size", "too_small", 1)]


@pytest.mark.parametrize(
    "wrong", ["", "/", "a/", "/a", "a/b/c", "a b/c", "текст/plain", "a/b\r\nX: y", "a" * 128 + "/b"]
)
def test_what_is_no_media_type_is_refused(wrong: str) -> None:
    assert faults(described, "a", wrong, 1, SUM) == [("type", "invalid", None)]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Смета, ред. 2.pdf", "Смета, ред. 2.pdf"),
        ("設計図.png", "設計図.png"),
        ("מפרט.docx", "מפרט.docx"),
        ("👩‍👧.jpg", "👩‍👧.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\vera\\Plan.pdf", "Plan.pdf"),
        ("folder/", "folder"),
        ("a\0b\x1b[0m\x7f.txt", "ab[0m.txt"),
        ("two\r\nlines\t.txt", "two lines .txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\ud800lone.txt", "lone.txt"),
        ("e\u0301tude.txt", "étude.txt"),
        ("name. . ", "name"),
        ("\u0301.", "file"),
        (".profile", ".profile"),
        ("..", "file"),
        ("", "file"),
        ("\u200b\u2060", "file"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_its_path_and_what_nobody_sees(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_beginning_and_its_ending() -> None:
    kept = clean_name("Я" * 500 + ".tar.gz")
    assert kept == "Я" * 118 + ".gz"
    assert len(clean_name("x" * 500).encode()) == NAME_BYTES
    assert clean_name("x." + "y" * 500) == "x." + "y" * 238, "what is so long is no ending"


@given(st.text(st.characters(), max_size=600) | st.text("ая./\\ \u202e\u0301\u200d👩.", max_size=400))
def test_whatever_a_name_is_what_is_kept_of_it_is_one_in_bounds_and_stays(name: str) -> None:
    kept = clean_name(name)
    assert kept == clean_name(kept)
    assert 0 < len(kept.encode()) <= NAME_BYTES
    assert not set(kept) & set("/\\\0\r\n\u202e")
    assert kept not in (".", "..")


def upload(ident: str, user_id: str = "cora", expires_ms: int = 100) -> Upload:
    return Upload(ident, user_id, File("a", "a/b", 1, SUM), "place", "f", expires_ms)


@pytest.mark.rule("D32")
def test_a_message_carries_five_files_at_most_and_each_once() -> None:
    attachments.check_ids(["a", "b", "c", "d", "e"])
    assert faults(attachments.check_ids, ["a", "b", "c", "d", "e", "a"]) == [
        ("attachments", "too_long", 5),
        ("attachments.5", "repeated", None),
    ]


def test_only_ones_own_uploads_may_be_used_and_only_in_time() -> None:
    mine, theirs, late = upload("a"), upload("b", "mallory"), upload("c", expires_ms=50)
    assert attachments.usable(["a"], [mine], "cora", 99) == (mine,)
    assert faults(attachments.usable, ["b", "a", "c", "d"], [theirs, mine, late, None], "cora", 50) == [
        ("attachments.0", "unknown_upload", None),
        ("attachments.2", "unknown_upload", None),
        ("attachments.3", "unknown_upload", None),
    ]


def test_what_has_not_arrived_as_it_was_described_is_named() -> None:
    assert list(attachments.not_uploaded([True, False])) == [FieldError("attachments.1", "not_uploaded")]
