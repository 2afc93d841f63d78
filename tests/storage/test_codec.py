"""Entities to attribute values and back: a row of figures is one short text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.connections import Connection
from chalicelib.domain.media_reports import MediaReport, Sample
from chalicelib.domain.parties import Side
from chalicelib.storage.codec import decode, encode

COUNT = st.integers(0, 2**53)
GAUGE = st.none() | COUNT
HINTS: dict[Any, st.SearchStrategy[Any]] = {int: COUNT, int | None: GAUGE, bool: st.booleans()}
SAMPLES = st.builds(Sample, **{name: HINTS[hint] for name, hint in Sample.__annotations__.items()})


@given(st.lists(SAMPLES, max_size=3), GAUGE)
def test_a_report_is_read_as_it_was_written(samples: list[Sample], first_media_ms: int | None) -> None:
    report = MediaReport("session", Side.CUSTOMER, 7, first_media_ms, tuple(samples))
    assert decode(MediaReport, encode(report)) == report


@given(st.frozensets(st.text(), max_size=3))
def test_a_set_is_read_as_it_was_written_and_an_empty_one_is_left_out(session_ids: frozenset[str]) -> None:
    line = Connection("line", "vera", 1, 2, session_ids=session_ids)
    written = encode(line)
    assert ("session_ids" in written) is bool(session_ids)
    assert decode(Connection, written) == line


def test_a_sample_is_one_text_without_names() -> None:
    sample = Sample(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, None, 13, True, False, True, False)
    written = encode(MediaReport("session", Side.CUSTOMER, 7, None, (sample,)))["samples"]
    assert written == {"L": [{"S": "1,2,3,4,5,6,7,8,9,10,11,,13,1,0,1,0"}]}


@pytest.mark.parametrize("text", ["", "1,2", "x" * 5])
def test_a_row_that_lacks_what_it_needs_is_no_sample(text: str) -> None:
    item = encode(MediaReport("session", Side.CUSTOMER, 7, None, ()))
    with pytest.raises((TypeError, ValueError)):
        decode(MediaReport, {**item, "samples": {"L": [{"S": text}]}})
