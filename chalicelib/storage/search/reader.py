"""The reading side: follows the row every two seconds at most, and fetches only the parts that it has not."""

import logging
from dataclasses import dataclass
from pathlib import Path

from tantivy import Searcher

from chalicelib.domain.search import Query
from chalicelib.services.catalogue.search import Hits
from chalicelib.services.ports import Clock, Store
from chalicelib.services.retrying import ReadAgain, retry_on_conflict
from chalicelib.storage.search import find, schema
from chalicelib.storage.search.asking import Asking
from chalicelib.storage.search.bucket import IndexBucket
from chalicelib.storage.search.scratch import Missing, Scratch
from chalicelib.storage.search.versions import SearchVersion, Torn, present

log = logging.getLogger(__name__)
NEWS_MS = 2_000
FETCHES = 3
"""Tries to take over a version, before the state at hand is answered from."""


@dataclass(frozen=True)
class _State:
    """A version that is open."""

    number: int
    searcher: Searcher
    asking: Asking


class SegmentSearch:
    """Reads (services.search.SearchIndex). `folder` is scratch disk."""

    def __init__(self, store: Store, bucket: IndexBucket, clock: Clock, folder: Path) -> None:
        self._store, self._clock = store, clock
        self._scratch = Scratch(folder / bucket.name / "reading", bucket)
        self._state: _State | None = None
        self._asked_ms = -NEWS_MS

    def find(self, query: Query, *, cursor: str | None, limit: int, facets: bool = False) -> Hits:
        """The next hits; none while there is no index. Raises InvalidCursor."""
        state = self._present()
        if state is None:
            return Hits()
        return find.find(state.searcher, state.asking, query, cursor=cursor, limit=limit, facets=facets)

    def _present(self) -> _State | None:
        now_ms = self._clock.now_ms()
        if self._state is None or now_ms - self._asked_ms >= NEWS_MS:
            self._asked_ms = now_ms
            self._state = retry_on_conflict(self._newest, otherwise=lambda: self._state, tries=FETCHES)
        return self._state

    def _newest(self) -> _State | None:
        version = self._store.get(present())
        if version is None or (self._state is not None and self._state.number == version.number):
            return self._state
        try:
            return self._opened(version)
        except (Missing, Torn, ValueError) as error:
            # A part that is gone: there is a newer version. One that is torn: it is fetched again.
            log.warning("version %d of the search index cannot be read: %r", version.number, error)
            raise ReadAgain from error

    def _opened(self, version: SearchVersion) -> _State:
        with self._scratch.state(version) as folder:
            index = schema.opened(folder)
            state = _State(version.number, index.searcher(), Asking(index.schema))
        self._scratch.keep(version)
        return state
