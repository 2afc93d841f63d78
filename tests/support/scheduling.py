"""Which worker runs what, and in what order: what lasts longest begins first, and a file of units is one piece of work.

xdist alone gives out every test for itself, and looks each time through all that a worker was ever given: for thousands of tests that costs
more than many of them."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from xdist.scheduler import LoadGroupScheduling

ROOT = Path(__file__).parents[2]
ONE_BY_ONE = ("tests/journeys/browser/", "tests/web/", "tests/model/", "tests/sim/")
"""Each of their tests lasts seconds: a file of them would be too large a piece."""
FIRST = ("cut", "cloud", "stack", "tests/handlers/test_fuzz.py", "tests/tools/test_statemachines.py")
"""Groups and files, the longest first. They are more than a third of all that the units cost."""
MOST = 60
"""Letters of a parameter in a test's name."""


class ByFile(LoadGroupScheduling):  # type: ignore[misc]
    """As `--dist loadgroup`, but what is in no group goes with its file."""

    def _split_scope(self, nodeid: str) -> str:
        group: str = super()._split_scope(nodeid)
        return group if group != nodeid or nodeid.startswith(ONE_BY_ONE) else nodeid.partition("::")[0]


def longest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The same tests in an order that leaves no core idle at the end; what is equal stays as it was."""
    return sorted(items, key=_place)


def _place(item: pytest.Item) -> int:
    marked = item.get_closest_marker("xdist_group")
    name = marked.args[0] if marked else item.path.relative_to(ROOT).as_posix()
    return FIRST.index(name) if name in FIRST else len(FIRST)


def short_name(value: object) -> str | None:
    """How a long text is called in a test's name, which each worker sends with every report of it; None for what is short as it is."""
    if not isinstance(value, str | bytes) or len(value) <= MOST:
        return None
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    return f"{re.sub('[^ -~]', '?', text[: MOST // 2])}... {len(value)}"
