"""docs/cases.md: every input that failed once names the tests that hold its right value, and they exist."""

import re
from pathlib import Path

import pytest

ROWS = [line for line in Path("docs/cases.md").read_text().splitlines() if re.match(r"\| C\d+ \|", line)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split()[1])
def test_the_tests_that_a_case_names_exist(row: str) -> None:
    named = re.findall(r"`((?:tests|web)/[^`]+)`", row.rsplit(" | ", 1)[1])
    assert named
    for node in named:
        path, _, name = node.partition("::")
        assert not name or f"def {name}(" in Path(path).read_text(), node
        assert Path(path).is_file(), node
