"""The one way to lose a race: read again, decide again. And what follows a commit, which may fail without harm."""

from collections.abc import Callable
from contextlib import suppress
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


def try_each(*steps: Callable[[], object]) -> None:
    """What only tells, after a commit: each of these, though another cannot be done now. What is committed is answered as done."""
    for step in steps:
        with suppress(Unavailable):
            step()
