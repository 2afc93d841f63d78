"""Files are scanned for malware beside every request: asked for when they are used, judged by a job, and held back until then (D26)."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain import scans
from chalicelib.domain.attachments import Verdict
from chalicelib.domain.errors import Infected, NotFound
from chalicelib.domain.goods import Good
from chalicelib.domain.scans import Scan
from chalicelib.services.changes import Change, CommitRefused, Contention, Insert, Ref, Save
from chalicelib.services.ports import Clock, FileStorage, Listing, Store, Undelivered
from chalicelib.services.retrying import retry_on_conflict

if TYPE_CHECKING:
    from chalicelib.domain.orders.events import OrderEvent
    from chalicelib.domain.threads import ThreadMessage
    from chalicelib.domain.twips import Twip

log = logging.getLogger(__name__)
CHUNK_BYTES = 4 * 2**20
"""Of a file in memory at a time."""
AFTER_S = 2
"""A scan is asked for before the commit that makes it; one that comes too early all the same is asked for again by the sweep."""
AT_ONCE = 100
"""As many as one read takes."""


class Mode(Enum):
    """`HELD`: a stage that should have a scanner and has none. `OFF`: a local run without one."""

    ON = "on"
    HELD = "held"
    OFF = "off"


@dataclass(frozen=True)
class Finding:
    """What the scanner says of a file, with the name of what it has found."""

    verdict: Verdict
    signature: str = ""


class Scanner(Protocol):
    """Looks for malware."""

    def scan(self, chunks: Iterable[bytes]) -> Finding:
        """Of a whole file. Raises Unavailable: it does not answer, or could not finish."""
        ...


class ScanQueue(Protocol):
    """The queue of files that are to be scanned."""

    def ask(self, files: Iterable[tuple[str, str]], *, after_s: int = 0) -> None:
        """Hands owners with ids over; the scanning job gets them `after_s` seconds later. Raises Undelivered."""
        ...


def of_good(good: Good) -> Ref[Scan]:
    """The name of the scan of a file that is sold: by its place too, because an upload that is begun anew has its id again."""
    return Ref(Scan, good.place, good.id)


@dataclass(frozen=True)
class Scans:
    """For whoever takes files in or gives them out."""

    store: Store
    clock: Clock
    queue: ScanQueue
    mode: Mode

    def begin(self, *files: tuple[Ref[Scan], str, int]) -> tuple[Change, ...]:
        """What belongs into the commit by which files are used: each with its place and its size in bytes. A message that is lost is
        made good by the sweep."""
        if self.mode is Mode.OFF or not files:
            return ()
        now_ms = self.clock.now_ms()
        self._ask(ref for ref, _, _ in files)
        return tuple(Insert(scans.begun(ref.key[0], ref.key[1], place, size, now_ms)) for ref, place, size in files)

    def check(self, ref: Ref[Scan], place: str, size_bytes: int) -> None:
        """That others than its uploader may have a file. One that was there before the scanner is scanned when it is first asked for.

        Raises BeingChecked, Infected, Unavailable."""
        if self.mode is Mode.OFF:
            return
        found = self.store.get(ref)
        if found is None:
            self._begin_late(ref, place, size_bytes)
        scans.check_passed(Verdict.CHECKING if found is None else found.verdict)

    def _begin_late(self, ref: Ref[Scan], place: str, size_bytes: int) -> None:
        try:
            self.store.commit(*self.begin((ref, place, size_bytes)))
        except CommitRefused:
            return  # somebody else has asked for it at the same moment

    def check_goods(self, goods: Iterable[Good]) -> None:
        """That all of these may be sold. Raises BeingChecked, Infected, Unavailable."""
        for good in goods:
            self.check(of_good(good), good.place, good.file.size_bytes)

    def check_not_infected(self, goods: Iterable[Good]) -> None:
        """That malware was found in none of these so far. Raises Infected, Unavailable."""
        if Verdict.INFECTED in self.verdicts(map(of_good, goods)).values():
            raise Infected

    def verdicts(self, refs: Iterable[Ref[Scan]]) -> dict[Ref[Scan], Verdict]:
        """What is known of files: in one read, up to a hundred."""
        asked = tuple(dict.fromkeys(refs))
        return dict.fromkeys(asked, Verdict.CHECKING) | self._known(asked)

    def _known(self, refs: Sequence[Ref[Scan]]) -> dict[Ref[Scan], Verdict]:
        """Without those that nobody has asked for: they were there before the scanner."""
        if self.mode is Mode.OFF:
            return dict.fromkeys(refs, Verdict.NOT_SCANNED)
        known: dict[Ref[Scan], Verdict] = {}
        for first in range(0, len(refs), AT_ONCE):
            found = self.store.read(*refs[first : first + AT_ONCE])
            known |= {ref: scan.verdict for ref in refs[first : first + AT_ONCE] if (scan := found.get(ref))}
        return known

    def of_goods(self, goods: Iterable[Good]) -> dict[str, Verdict]:
        """What is known of files that are sold, by their ids. A page waits for them: those that nobody has asked for are asked for."""
        sold = tuple(goods)
        found = self._asked_for(sold)
        return {good.id: found[of_good(good)] for good in sold}

    def of_twips(self, shown: "Iterable[Twip]") -> dict[str, dict[str, Verdict]]:
        """The same of the files of twips, by the twips' ids: in one read, up to a hundred files."""
        files = {twip.id: twip.files for twip in shown}
        found = self._asked_for(chain.from_iterable(of_one.values() for of_one in files.values()))
        return {
            twip_id: {ident: found[of_good(good)] for ident, good in of_one.items()}
            for twip_id, of_one in files.items()
        }

    def _asked_for(self, goods: Iterable[Good]) -> dict[Ref[Scan], Verdict]:
        named = {of_good(good): good for good in goods}
        known = self._known(tuple(named))
        for ref, good in named.items():
            if ref not in known:
                self._begin_late(ref, good.place, good.file.size_bytes)
        return dict.fromkeys(named, Verdict.CHECKING) | known

    def of_entries(self, entries: "Iterable[ThreadMessage | OrderEvent]") -> dict[tuple[str, str], Verdict]:
        """What is known of the files of entries of threads, by their threads and ids. One from before the scanner is left out: it is
        asked for when somebody wants it."""
        files = tuple(
            dict.fromkeys(Ref(Scan, entry.thread_id, one.id) for entry in entries for one in entry.attachments)
        )
        return {(ref.key[0], ref.key[1]): verdict for ref, verdict in self._known(files).items()}

    def sweep(self, now_ms: int) -> int:
        """Asks again for every scan that is overdue; answers how many. Without a scanner all wait until there is one.

        Raises Unavailable, Undelivered: the next sweep finds them again."""
        if self.mode is not Mode.ON:
            return 0
        due = self.store.page(Listing.DUE_SCANS, before_ms=now_ms, limit=AT_ONCE).items
        late = [scan for scan in due if self._put_off(scan, now_ms)]
        if late:
            self.queue.ask([(scan.owner, scan.id) for scan in late])
        return len(late)

    def _put_off(self, scan: Scan, now_ms: int) -> bool:
        try:
            self.store.commit(Save(scans.asked_again(scan, now_ms)))
        except (CommitRefused, Contention):
            return False  # it was judged meanwhile, or another sweep has it
        return True

    def _ask(self, refs: Iterable[Ref[Scan]]) -> None:
        if self.mode is not Mode.ON:
            return
        try:
            self.queue.ask([(ref.key[0], ref.key[1]) for ref in refs], after_s=AFTER_S)
        except Undelivered:
            log.exception("scans wait for the sweep")


@dataclass(frozen=True)
class Scanning:
    """The job. `limit_bytes` is what the scanner takes at most."""

    store: Store
    file_storage: FileStorage
    scanner: Scanner
    limit_bytes: int

    def scan(self, owner: str, ident: str) -> None:
        """Scans a file and keeps the verdict. Safe to repeat: what has a verdict is left alone, as is what no commit has made.

        Raises Unavailable: the file is held, and its message comes again."""
        asked = self.store.get(Ref(Scan, owner, ident))
        if asked is None or asked.verdict is not Verdict.CHECKING:
            return
        found = self._found(asked)
        if found.verdict is Verdict.INFECTED:
            log.warning("file %s of %s is infected: %s", ident, owner, found.signature)
        # The sweep may have put it off meanwhile, or another job may have judged it.
        retry_on_conflict(lambda: self._keep(Ref(Scan, owner, ident), found))

    def _keep(self, ref: Ref[Scan], found: Finding) -> None:
        asked = self.store.get(ref)
        if asked is not None and asked.verdict is Verdict.CHECKING:
            self.store.commit(Save(scans.judged(asked, found.verdict, found.signature)))

    def _found(self, asked: Scan) -> Finding:
        if asked.size_bytes > self.limit_bytes:
            return Finding(Verdict.TOO_LARGE)
        try:
            return self.scanner.scan(self._chunks(asked))
        except NotFound:
            # It was removed before anybody looked: it stays held, and is asked for no more.
            return Finding(Verdict.CHECKING)

    def _chunks(self, asked: Scan) -> Iterator[bytes]:
        for first in range(0, asked.size_bytes, CHUNK_BYTES):
            yield self.file_storage.read(asked.place, first, min(CHUNK_BYTES, asked.size_bytes - first))
