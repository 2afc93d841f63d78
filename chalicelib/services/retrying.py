"""The one way to lose a race: read again, decide again."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.domain.errors import Unavailable
from chalicelib.services.changes import CommitRefused, Contention

T = TypeVar("T")
TRIES = 8


class ReadAgain(Exception):
    """What an act has read is no longer so, and no commit of its own has found that out."""


def retry_on_conflict(act: Callable[[], T], otherwise: Callable[[], T] | None = None, tries: int = TRIES) -> T:
    """Calls `act`, which reads, decides and commits, until its commit is not refused and it does not raise ReadAgain.

    Answers what `act` does. When it has lost every race, answers what `otherwise` does, or raises Unavailable."""
    for _ in range(tries):
        try:
            return act()
        except (CommitRefused, Contention, ReadAgain):
            continue
    if otherwise is None:
        raise Unavailable
    return otherwise()
