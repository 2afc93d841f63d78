"""The search index follows what performers are rated and named, and whether they are blocked (D24, E1)."""

from contextlib import suppress
from dataclasses import dataclass

from chalicelib.services.changes import Change
from chalicelib.services.ports import Index, Store, Undelivered

LATER_S = 60
"""Longer than any request lives: when this message comes, its request has committed or never will."""


@dataclass(frozen=True)
class Performers:
    """The one way to change what the index knows of a performer."""

    store: Store
    index: Index

    def commit(self, performer_id: str, *changes: Change) -> None:
        """These changes, all or nothing.

        The index is sent word before them, for later, so that a crash loses nothing; and after them, for now. A queue that takes nothing
        keeps nobody from acting: the index is behind then, until the next change. Raises CommitRefused, Contention."""
        self._tell(performer_id, LATER_S)
        self.store.commit(*changes)
        self._tell(performer_id, 0)

    def _tell(self, performer_id: str, after_s: int) -> None:
        with suppress(Undelivered):
            self.index.touch_performer(performer_id, after_s=after_s)
