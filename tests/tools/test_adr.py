"""docs/adr: the decisions are numbered without a gap, and each has a date, a status and its line in the index."""

import re
from datetime import date
from pathlib import Path

import pytest

FOLDER = Path("docs/adr")
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")
STATUS = re.compile(r"proposed|accepted(, not yet built)?|superseded by \d{4}")


def _head(page: Path) -> tuple[str, str, str]:
    """Title, date and status of a decision, which stand above its first section."""
    match = re.match(r"# (\d+\. .+)\n\n- Date: (.+)\n- Status: (.+)\n\n## Context\n", page.read_text())
    assert match, page
    title, day, status = match.groups()
    return title, day, status


def test_the_decisions_are_numbered_without_a_gap() -> None:
    assert [page.name[:5] for page in PAGES] == [f"{number:04d}-" for number in range(1, len(PAGES) + 1)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_has_its_number_a_date_a_status_and_a_line_in_the_index(page: Path) -> None:
    title, day, status = _head(page)
    number, what = title.split(". ", 1)
    assert int(number) == int(page.name[:4])
    assert date.fromisoformat(day)
    assert STATUS.fullmatch(status)
    assert f"| [{page.name[:4]}]({page.name}) {what} | {day} | {status} |" in (FOLDER / "README.md").read_text()
