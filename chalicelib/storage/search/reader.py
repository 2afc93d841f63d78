"""The reading side: follows the row every two seconds at most, and fetches only the parts that it has not."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tantivy import Searcher

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.search import Query
from chalicelib.services.catalogue.search import Hits
from chalicelib.services.ports import Clock, Store, Undelivered
from chalicelib.services.retrying import ReadAgain, retry_on_conflict
from chalicelib.storage.search import find, schema
from chalicelib.storage.search.asking import Asking
from chalicelib.storage.search.bucket import IndexBucket
from chalicelib.storage.search.scratch import Missing, Scratch
from chalicelib.storage.search.versions import SearchVersion, Torn, present

log = logging.getLogger(__name__)
NEWS_MS = 2_000
MEND_MS = 60_000
"""A reader that finds no index, or none that it can read, asks for one so often at most."""
FETCHES = 3
"""Tries to take over a version, before the state at hand is answered from."""


@dataclass(frozen=True)
class _State:
    """A version that is open."""

    number: int
    searcher: Searcher
    asking: Asking

    @cached_property
    def by_category(self) -> Mapping[str, Mapping[TwipKind, int]]:
        """Counted once a version."""
        return find.by_category(self.searcher, self.asking)


class SegmentSearch:
    """Reads (services.search.SearchIndex). `folder` is scratch disk; `mend` asks the writer to see to an index that cannot be read."""

    def __init__(self, store: Store, bucket: IndexBucket, clock: Clock, folder: Path, mend: Callable[[], None]) -> None:
        self._store, self._clock, self._mend = store, clock, mend
        self._scratch = Scratch(folder / bucket.name / "reading", bucket)
        self._state: _State | None = None
        self._asked_ms, self._mended_ms = -NEWS_MS, -MEND_MS

    def find(self, query: Query, *, cursor: str | None, limit: int, facets: bool = False) -> Hits:
        """The next hits; none while there is no index. Raises InvalidCursor."""
        state = self._present()
        if state is None:
            return Hits()
        return find.find(state.searcher, state.asking, query, cursor=cursor, limit=limit, facets=facets)

    def by_category(self) -> Mapping[str, Mapping[TwipKind, int]]:
        """How many twips of each kind are in each category of the list; nothing while there is no index."""
        state = self._present()
        return {} if state is None else state.by_category

    def _present(self) -> _State | None:
        now_ms = self._clock.now_ms()
        if self._state is None or now_ms - self._asked_ms >= NEWS_MS:
            self._asked_ms = now_ms
            try:
                self._state = retry_on_conflict(self._newest, otherwise=self._at_hand, tries=FETCHES)
            except (Unavailable, OSError) as error:
                if self._state is None:
                    raise
                log.warning("there is no news of the search index: %r", error)
                # That may have taken a while: not every search is to wait so long.
                self._asked_ms = self._clock.now_ms()
        return self._state

    def _newest(self) -> _State | None:
        version = self._store.get(present())
        if version is None or not version.is_own:
            return self._at_hand()
        if self._state is not None and self._state.number == version.number:
            return self._state
        try:
            return self._opened(version)
        except (Missing, Torn, ValueError) as error:
            # A part that is gone: there is a newer version. One that is torn: it is fetched again.
            log.warning("version %d of the search index cannot be read: %r", version.number, error)
            raise ReadAgain from error

    def _at_hand(self) -> _State | None:
        """What is open already, where the present version cannot be read, or there is none yet."""
        now_ms = self._clock.now_ms()
        if now_ms - self._mended_ms >= MEND_MS:
            self._mended_ms = now_ms
            with suppress(Undelivered):
                self._mend()
        return self._state

    def _opened(self, version: SearchVersion) -> _State:
        with self._scratch.state(version) as folder:
            index = schema.opened(folder)
            state = _State(version.number, index.searcher(), Asking(index.schema))
        self._scratch.keep(version)
        return state
