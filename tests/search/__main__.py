"""Judges the search by the list, or answers queries over its catalogue: `python -m tests.search [query ...]`."""

import sys
from collections import Counter

from tests.search.catalogue import Catalogue
from tests.search.judging import asked, failures, relaxed


def judge(catalogue: Catalogue) -> None:
    """Prints what fails, and how much of each table."""
    failed = list(failures(catalogue))
    for one, faults in failed:
        print(f"{one.reason:16} {one.q!r}: {'; '.join(faults)}")
    of_all, of_failed = (Counter(one.reason for one in rows) for rows in (asked(), [one for one, _ in failed]))
    for one, fit in relaxed(catalogue):
        print(f"{one.reason:16} {one.q!r}: taken otherwise ({fit.value})")
    for reason, number in of_all.items():
        print(f"{reason:16} {number - of_failed[reason]:3} of {number:3}")
    print(f"{'all':16} {len(asked()) - len(failed):3} of {len(asked()):3}")


def answer(catalogue: Catalogue, query: str) -> None:
    """Prints the first hits of a query."""
    print(f"{query!r}: {catalogue.find(query).fit.value}")
    for name in catalogue.found(query):
        twip = catalogue.twips[name]
        print(f"  {name:22} {twip['by']:18} {(twip.get('ru') or twip['en'])[0]}")


if __name__ == "__main__":
    made = Catalogue()
    for query in sys.argv[1:]:
        answer(made, query)
    if not sys.argv[1:]:
        judge(made)
