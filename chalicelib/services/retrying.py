"""The one way to lose a race: read again, decide again."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.domain.errors import Unavailable
from chalicelib.services.changes import CommitRefused, Contention

T = TypeVar("T")
TRIES = 6


def retry_on_conflict(act: Callable[[], T], tries: int = TRIES) -> T:
    """Calls `act`, which reads, decides and commits, until its commit is not refused. Raises Unavailable when it always is."""
    for _ in range(tries):
        try:
            return act()
        except (CommitRefused, Contention):
            continue
    raise Unavailable
