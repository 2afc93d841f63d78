"""The writing side: a batch of changes is one publication, that is one new part and a row saved under the version that was read.

Of two writers one is refused and begins again, reading the twips anew: no change is lost, and no older text covers a newer one."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tantivy import Index, IndexWriter, Searcher

from chalicelib.domain.errors import Unavailable
from chalicelib.services.catalogue.search import Face, Market
from chalicelib.services.changes import Change, CommitRefused, Contention, Insert, Save
from chalicelib.services.ports import Clock, Ids, Store
from chalicelib.services.retrying import TRIES, ReadAgain, retry_on_conflict, try_each
from chalicelib.storage.search import schema
from chalicelib.storage.search.asking import Asking
from chalicelib.storage.search.bucket import IndexBucket
from chalicelib.storage.search.cards import card_at, card_of, digest_in
from chalicelib.storage.search.schema import index_name
from chalicelib.storage.search.scratch import Missing, Scratch
from chalicelib.storage.search.versions import (
    ANEW,
    INDEX,
    META,
    Named,
    Part,
    SearchVersion,
    Torn,
    key_of,
    number_in,
    pack,
    present,
    touched_in,
)

log = logging.getLogger(__name__)
YOUNG_MS = 3_600_000
"""What was done so long ago is no longer of a writer at work: none works longer than minutes."""
BATCH_HEAP, WHOLE_HEAP = 15_000_000, 1_000_000_000
"""Bytes that the engine may gather before it writes a segment: the whole of 100,000 twips is one."""
STALE_TWIPS, STALE_SEGMENTS = 500, 12
"""From so many changes on, or so many segments, an index is made anew at night."""


class SegmentWriter:
    """Writes (services.search.SearchWriter). `folder` is scratch disk, on which the parts stay for the next batch."""

    def __init__(self, store: Store, bucket: IndexBucket, ids: Ids, clock: Clock, folder: Path) -> None:
        self._store, self._bucket, self._ids, self._clock = store, bucket, ids, clock
        self._scratch = Scratch(folder / bucket.name / "writing", bucket)

    def write(self, twip_ids: Iterable[str], market: Market) -> None:
        """Brings twips up to date; what has not changed makes no version. Raises Unavailable."""
        wanted = tuple(dict.fromkeys(twip_ids))
        if wanted:
            retry_on_conflict(lambda: self._write(wanted, market))

    def rebuild(self, market: Market) -> None:
        """Makes the index anew, in one segment. Raises Unavailable."""
        retry_on_conflict(lambda: self._rebuild(market))

    def tidy(self, market: Market) -> None:
        """Makes it anew if enough has changed since that was done last. Raises Unavailable."""
        retry_on_conflict(lambda: self._tidy(market))

    def mend(self, market: Market) -> None:
        """Makes it anew if there is none, or none that this engine can read. Raises Unavailable."""
        retry_on_conflict(lambda: self._mend(market))

    def _tidy(self, market: Market) -> None:
        version = self._store.get(present())
        if version is None:
            return
        if not version.is_own or version.changed >= STALE_TWIPS or version.segments >= STALE_SEGMENTS:
            self._rebuild(market)

    def _mend(self, market: Market) -> None:
        with ExitStack() as stack:
            found = self._opened(self._store.get(present()), stack)
        if found is None:
            self._rebuild(market)

    def _write(self, twip_ids: Sequence[str], market: Market) -> None:
        version = self._store.get(present())
        with ExitStack() as stack:
            found = self._opened(version, stack)
            if version is None or found is None:
                return self._rebuild(market)
            folder, index = found
            touched = _settle(index, market.faces(twip_ids))
            # Whoever makes it anew may have read what has been taken back since, of which this one sees nothing: all is told.
            if touched or self._is_begun_anew(version):
                parts = self._put(folder, version.parts, version.number + 1, twip_ids)
                self._commit(version, folder, parts, version.made, version.changed + len(touched))
            elif self._store.get(present()) != version:
                raise ReadAgain
        return None

    def _is_begun_anew(self, version: SearchVersion) -> bool:
        return self._clock.now_ms() - version.anew_ms < YOUNG_MS

    def _opened(self, version: SearchVersion | None, stack: ExitStack) -> tuple[Path, Index] | None:
        """A working copy; None where there is nothing that this build can read."""
        if version is None or not version.is_own:
            return None
        try:
            folder = stack.enter_context(self._scratch.state(version))
            return folder, schema.opened(folder)
        except (Missing, Torn, ValueError) as error:
            log.warning("version %d of the search index is made anew: %r", version.number, error)
            return None

    def _rebuild(self, market: Market) -> None:
        before = self._store.get(present())
        begun = before.number if before else 0
        if before is not None:
            # Before the market is read: who then finds nothing to do says so.
            self._store.commit(Save(replace(before, anew_ms=self._clock.now_ms())))
        # What a try that was refused has left would fill the disk.
        self._scratch.keep(before)
        with self._scratch.state() as folder:
            index = schema.created(folder)
            _fill(index, market.everything())
            parts = self._put(folder, (), begun + 1, None)
            seen, changed = begun, 0
            for _ in range(TRIES):
                now = self._store.get(present())
                if now is not None and now.made > begun:
                    raise ReadAgain
                if now is not None and now.number > seen:
                    # Who published meanwhile is not covered, and makes nobody begin again: their twips are read anew.
                    touched = _settle(index, market.faces(self._touched_since(seen, parts)))
                    seen, changed = now.number, changed + len(touched)
                    if touched:
                        parts = self._put(folder, parts, seen + 1, touched)
                with suppress(CommitRefused, Contention):
                    return self._commit(now, folder, parts, seen + 1, changed)
        raise Unavailable

    def _touched_since(self, number: int, own: Sequence[Part]) -> tuple[str, ...]:
        """The twips of all publications after a version, also of those that were refused, and of builds of another name. Raises ReadAgain
        when one is gone."""
        mine, touched = {part.key for part in own}, dict[str, None]()
        with self._scratch.state() as folder:
            for key, _ in self._bucket.listed(""):
                if number_in(key) > number and key not in mine and not key.endswith(ANEW):
                    packed = folder / "packed"
                    if not self._bucket.fetch(key, packed):
                        raise ReadAgain
                    touched |= dict.fromkeys(touched_in(packed))
        return tuple(touched)

    def _put(self, folder: Path, known: Sequence[Part], number: int, touched: Sequence[str] | None) -> tuple[Part, ...]:
        """Puts what is new in a working copy into the bucket, as one part. Answers all parts that are needed now."""
        named = Named((folder / META).read_text())
        there = self._scratch.files_of(known)
        files = [file for file in folder.iterdir() if file.name in named and file.name not in there]
        with TemporaryDirectory(prefix="state-", dir=folder.parent) as made:
            packed = Path(made) / "packed"
            part = pack(files, touched, packed, key_of(number, self._ids.new(), anew=touched is None))
            self._bucket.put(packed, part.key)
        self._scratch.adopt(part, files)
        return self._scratch.named_by(named, (*known, part))

    def _commit(
        self, before: SearchVersion | None, folder: Path, parts: tuple[Part, ...], made: int, changed: int
    ) -> None:
        meta = (folder / META).read_text()
        change: Change
        if before is None:
            after = SearchVersion(INDEX, index_name(), 1, 1, changed, meta, parts)
            change = Insert(after)
        else:
            after = replace(
                before,
                name=index_name(),
                number=before.number + 1,
                anew_ms=before.anew_ms if made == before.made else 0,
                made=made,
                changed=changed,
                meta=meta,
                parts=parts,
                before=tuple(part.key for part in before.parts),
                before_that=before.before,
            )
            change = Save(after)
        self._store.commit(change)
        self._scratch.keep(after)
        try_each(lambda: self._clean(after))

    def _clean(self, version: SearchVersion) -> None:
        """Deletes what none of the last three versions names. Young parts may be those of a writer that has yet to save its row."""
        old_ms = self._clock.now_ms() - YOUNG_MS
        listed = self._bucket.listed("")
        self._bucket.drop(key for key, put_ms in listed if key not in version.kept and put_ms < old_ms)


def _fill(index: Index, faces: Iterable[Face]) -> None:
    writer = index.writer(heap_size=WHOLE_HEAP, num_threads=1)
    for face in faces:
        writer.add_document(schema.document(face))
    _save(index, writer)


def _settle(index: Index, faces: Mapping[str, Face | None]) -> list[str]:
    """Writes faces and takes out those that are None. Answers which of them differed."""
    searcher, asking = index.searcher(), Asking(index.schema)
    touched = [twip_id for twip_id, face in faces.items() if _digest(searcher, asking, twip_id) != _wanted(face)]
    if not touched:
        return []
    writer = index.writer(heap_size=BATCH_HEAP, num_threads=1)
    for twip_id in touched:
        writer.delete_documents_by_term("id", twip_id)
        if (face := faces[twip_id]) is not None:
            writer.add_document(schema.document(face))
    _save(index, writer)
    return touched


def _save(index: Index, writer: IndexWriter) -> None:
    writer.commit()
    # Without this, what is being merged is thrown away, and there are ever more segments.
    writer.wait_merging_threads()
    index.reload()


def _digest(searcher: Searcher, asking: Asking, twip_id: str) -> bytes | None:
    for _, address in searcher.search(asking.twip(twip_id), 1, count=False).hits:
        return digest_in(card_at(searcher, address))
    return None


def _wanted(face: Face | None) -> bytes | None:
    return None if face is None else digest_in(card_of(face))
