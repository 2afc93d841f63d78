"""Which worker gets what: groups stay together, a file of units goes as one, and what lasts longest begins first."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.scheduling import FIRST, MOST, ROOT, ByFile, longest_first, short_name


@pytest.fixture
def scope_of() -> Any:
    # Made without workers: only a run with `-n` has them.
    return ByFile.__new__(ByFile)._split_scope


def test_a_file_of_units_is_one_piece_of_work_and_a_group_stays_together_across_files(scope_of: Any) -> None:
    assert scope_of("tests/domain/test_text.py::test_a") == scope_of("tests/domain/test_text.py::test_b[x::y]")
    assert scope_of("tests/infra/test_edge.py::test_a@cloud") == scope_of("tests/journeys/test_work.py::test_b@cloud")


def test_what_lasts_seconds_each_is_given_out_one_by_one(scope_of: Any) -> None:
    for folder in ("journeys/browser", "web", "model", "sim"):
        one, other = (scope_of(f"tests/{folder}/test_a.py::test_{name}") for name in "ab")
        assert one != other


def test_what_is_named_to_begin_first_is_there() -> None:
    assert all((ROOT / name).is_file() for name in FIRST if name.endswith(".py"))


def test_what_lasts_longest_begins_first_and_the_rest_stays_in_its_order(request: pytest.FixtureRequest) -> None:
    def item(path: str, name: str) -> pytest.Item:
        parent = pytest.Module.from_parent(request.session, path=Path(ROOT / path))
        return pytest.Function.from_parent(parent, name=name, callobj=lambda: None)

    first, second = (item("tests/domain/test_text.py", name) for name in ("first", "second"))
    fuzz, cut = item("tests/handlers/test_fuzz.py", "fuzz"), item("tests/infra/test_power_cut.py", "cut")
    cut.add_marker(pytest.mark.xdist_group("cut"))
    assert longest_first([first, fuzz, second, cut]) == [cut, fuzz, first, second]


def test_a_long_text_is_cut_in_a_tests_name_and_a_short_one_is_left_as_it_is() -> None:
    for long in ("a" * 300_000, b"\xff" * 300_000):
        named = short_name(long)
        assert named is not None
        assert len(named) <= MOST
    assert [short_name(value) for value in ("a" * MOST, b"", 10**80, None)] == [None] * 4
