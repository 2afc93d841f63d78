"""The list of queries, and whether a catalogue answers each as is wanted."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.search import Fit
from tests.search.catalogue import HERE, Catalogue

FIRST = 10
"""Of the hits: what is wanted stands among them."""


RELAXED = frozenset({"typos", "layout", "most_words", "wishes", "roles", "run_together", "as_they_call_it"})
"""Tables of what fits only when it is taken otherwise."""


@dataclass(frozen=True)
class Asked:
    """A row of queries.toml."""

    reason: str
    """Its table."""
    q: str
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]

    def faults(self, found: list[str]) -> list[str]:
        """What is wrong with the first hits: what is missing, and what stands before what is wanted. None: they are right."""
        missing = [name for name in self.wanted if name not in found]
        last = max((found.index(name) for name in self.wanted if name in found), default=len(found))
        before = [name for name in self.unwanted if name in found[:last]]
        return [f"lacks {name}" for name in missing] + [f"{name} stands before" for name in before]


def asked() -> list[Asked]:
    """The whole list."""
    tables = tomllib.loads((HERE / "queries.toml").read_text())
    return [
        Asked(reason, row["q"], tuple(row["wanted"]), tuple(row.get("unwanted", ())))
        for reason, table in tables.items()
        for row in table["rows"]
    ]


def failures(catalogue: Catalogue) -> Iterator[tuple[Asked, list[str]]]:
    """The queries that are not answered as is wanted, and what is wrong with each."""
    for one in asked():
        faults = one.faults(catalogue.found(one.q, FIRST))
        if faults:
            yield one, faults


def relaxed(catalogue: Catalogue) -> Iterator[tuple[Asked, Fit]]:
    """The queries that fit only when they are taken otherwise, though each of their words means something that is said."""
    for one in asked():
        fit = catalogue.find(one.q, 1).fit
        if one.reason not in RELAXED and fit not in (Fit.ALL, Fit.FEW):
            yield one, fit
