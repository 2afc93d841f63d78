"""Pages for people: what they link to, and the files that they name, are there."""

import re
from pathlib import Path

import pytest

PAGES = [
    *sorted(Path().glob("*.md")),
    *sorted(Path("docs").rglob("*.md")),
    Path("findings/README.md"),
    Path("statemachines/README.md"),
]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    files = [link for link in links if not re.match(r"\w+:", link)]
    assert not [link for link in files if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=str)
def test_every_file_of_ours_that_is_named_exists(page: Path) -> None:
    named = re.findall(
        r"`((?:chalicelib|tests|tools|infra|web|bench|docs|statemachines)/[\w./-]+)`", page.read_text(encoding="utf-8")
    )
    assert not [name for name in named if not Path(name).exists()]
