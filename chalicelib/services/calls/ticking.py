"""The tick: the backbone that finds every session that falls due, and everything that a lost message, a crash or an outage left
behind (docs/adr/0004). The queue is only its shortcut.

A tick makes two passes over the time index, page by page, and keeps in its watermark how far each has come. The look-ahead hands over
what falls due next; it comes first, and never waits for a backlog: after an outage it begins with the present, and what lies behind
it is the look back's. The look back finds whatever is not where it should be, oldest bucket first. Within one session nothing can be
billed out of order, whoever comes to it first: `Metering.advance` does everything that is due, oldest first. A tick that has used up
its time stops, and the next goes on from there."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chalicelib.billing import boundaries
from chalicelib.domain.durations import BLOCK_TICKS, Durations
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.sessions import Session
from chalicelib.services.calls.watermarks import MARK, Watermark
from chalicelib.services.changes import CommitRefused, Contention, Insert, Ref, Save
from chalicelib.services.ports import Snapshot, Store, Undelivered, Wake, Wakes, Waking

if TYPE_CHECKING:
    from chalicelib.services.calls.metering import Metering

log = logging.getLogger(__name__)
AHEAD = 3
"""Ticks of look-ahead: each boundary is handed to the queue between two and three ticks before."""
AUDIT_LAG = 2
"""Ticks after which a bucket is looked at again: by then the queue should have done it."""
PAGE = 1_000
"""Sessions between two looks at the clock."""
READ = 100
DEBITS, LOOK_AHEAD, WHOLE = 15, 50, 75
"""When, in percent of a tick, it leaves debiting to the queue's workers, who are many; when the look-ahead makes room for the look
back; and when the tick stops."""
Together = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
"""Like `map`, perhaps several at the same time."""
Place = tuple[int, str | None]
"""How far a pass has come: the last tick of which it has seen all, and the page up to which it has seen the next."""


class _Run:
    """One tick under way. What was done is saved before more is done, and at the end: an idle tick writes once."""

    def __init__(self, store: Store, mark: Watermark, now: Callable[[], int], durations: Durations) -> None:
        self.now = now
        self.began_ms = now()
        self.mark = mark
        self.seen_to = 0
        self._store = store
        self._saved = mark
        self._durations = durations

    def until(self, percent: int) -> int:
        """The instant at which so much of the tick is over."""
        return self.began_ms + self._durations.tick_ms * percent // 100

    def save(self) -> None:
        """The next tick goes on from here. Raises CommitRefused: another tick is at work, and further than this one."""
        if self.mark != self._saved:
            moved = self.mark.moved(self.now(), self._durations)
            self._store.commit(Save(moved))
            self.mark = self._saved = replace(moved, version=moved.version + 1)


@dataclass(frozen=True)
class Ticking:
    """`metering` is asked for when something is overdue, so that a tick as it should be does not import it."""

    store: Store
    wakes: Wakes
    metering: Callable[[], "Metering"]
    durations: Durations
    together: Together = map

    def tick(self, now: Callable[[], int]) -> int:
        """One tick; overlapping ones are safe. Answers how many wakes and debits it saw to.

        Raises Undelivered, Unavailable or Contention when the queue refuses or a bucket cannot be read: then the watermark stays before
        what was refused, and the next tick does it again."""
        failed: Exception | None = None
        try:
            run = _Run(self.store, self._mark(now()), now, self.durations)
            for look in (self._look_ahead, self._look_back):
                try:
                    look(run)
                except (Undelivered, Unavailable, Contention) as failure:
                    # The look back debits by itself: with the queue down, or a bucket out of reach, it is all that is left.
                    failed = failure
            run.save()
        except CommitRefused:
            log.info("another tick was faster")
            return 0
        if failed:
            raise failed
        return run.seen_to

    def _mark(self, now_ms: int) -> Watermark:
        found = self.store.get(MARK)
        if found is None:
            current = now_ms // self.durations.tick_ms
            found = Watermark(MARK.key[0], current - 1, current - self.lag - 1, moved_ms=now_ms)
            self.store.commit(Insert(found))
        return found

    @property
    def lag(self) -> int:
        """When a bucket is looked at again, in ticks: then its boundaries should be debited, and its first blocks settled."""
        return max(AUDIT_LAG, -(-self.durations.void_ms // self.durations.tick_ms) + 1)

    def _look_ahead(self, run: _Run) -> None:
        """Hands over what falls due up to three ticks from now, and was not. What lies so far behind that the other pass looks at it is
        left to that. At least one page, as there: no tick is for nothing."""
        current, done, until_ms = run.began_ms // self.durations.tick_ms, run.mark.dispatched_to, run.until(LOOK_AHEAD)
        first = max(done + 1, current - self.lag + 1)
        page = run.mark.dispatched_page if first == done + 1 else None
        for tick, found, place in self._pages(first, page, current + AHEAD):
            self._see_to(run, [wake for waking in found for wake in self._of(waking, tick, run.began_ms)], until_ms)
            run.mark = run.mark.hand(*place)
            if run.now() >= until_ms:
                return

    def _look_back(self, run: _Run) -> None:
        """Sees to what is not where it should be, in buckets that should be done; after a longer outage in each bucket once."""
        last, done = run.began_ms // self.durations.tick_ms - self.lag, run.mark.verified_to
        first, until_ms = max(done + 1, last - BLOCK_TICKS + 1), run.until(WHOLE)
        page = run.mark.verified_page if first == done + 1 else None
        for _, found, place in self._pages(first, page, last):
            self._see_to(run, self._behind(found, run.began_ms), until_ms)
            run.mark = run.mark.audit(*place)
            if run.now() >= until_ms:
                return

    def _pages(self, tick: int, page: str | None, last: int) -> Iterator[tuple[int, Sequence[Waking], Place]]:
        """The sessions of these ticks' buckets, a page at a time: the tick, the sessions, and the place after them."""
        while tick <= last:
            found = self.store.due_in(self._due_minute(tick), cursor=page, limit=PAGE)
            page = found.next_cursor
            done = tick if page is None else tick - 1
            yield tick, found.items, (done, page)
            tick = done + 1

    def _due_minute(self, tick: int) -> str:
        return boundaries.due_minute(tick * self.durations.tick_ms, self.durations)

    def _of(self, waking: Waking, tick: int, now_ms: int) -> list[Wake]:
        """What falls due in this tick for a session of its bucket: a deadline, or the boundary that is a whole number of blocks on."""
        blocks = (tick - waking.wake_ms // self.durations.tick_ms) // BLOCK_TICKS
        if blocks < 0:
            return []
        at_ms = waking.wake_ms + blocks * self.durations.block_ms
        wakes = [Wake(waking.session_id, waking.parties, at_ms)]
        warn_ms = at_ms - self.durations.warning_ms
        if blocks and at_ms > now_ms:
            wakes.append(Wake(waking.session_id, waking.parties, max(warn_ms, now_ms), warn=True))
        return wakes

    def _behind(self, found: Sequence[Waking], now_ms: int) -> list[Wake]:
        """The sessions of a page in which something fell due and was not done."""
        parties = {waking.session_id: waking.parties for waking in found}
        refs = [Ref(Session, waking.session_id) for waking in found]
        chunks = [refs[start : start + READ] for start in range(0, len(refs), READ)]
        wakes: list[Wake] = []
        for chunk, snapshot in zip(chunks, self.together(self._read, chunks), strict=True):
            for ref in chunk:
                session = snapshot.get(ref)
                due_ms = boundaries.next_due_ms(session, self.durations) if session else None
                if session is not None and due_ms is not None and due_ms <= now_ms:
                    wakes.append(Wake(session.id, parties[session.id], due_ms))
        return wakes

    def _read(self, refs: Sequence[Ref[Session]]) -> Snapshot:
        return self.store.read(*refs)

    # What is found

    def _see_to(self, run: _Run, wakes: list[Wake], until_ms: int) -> None:
        """What is due already is done here and now, oldest first, while there is time for it; the rest is handed to the queue. What the
        queue refuses is done here, too, if it is due."""
        if not wakes:
            return
        run.save()
        run.seen_to += len(wakes)
        now_ms = run.now()
        later = [wake for wake in wakes if wake.warn or wake.at_ms > now_ms]
        due = sorted((w for w in wakes if not w.warn and w.at_ms <= now_ms), key=lambda wake: wake.at_ms)
        left = self._do(run, due, run.until(DEBITS))
        if not (left or later):
            return
        try:
            self.wakes.send([*left, *later], run.now())
        except Undelivered:
            if self._do(run, left, until_ms) or later:
                raise

    def _do(self, run: _Run, wakes: list[Wake], until_ms: int) -> list[Wake]:
        """Answers what it did not come to, and what failed."""
        if not wakes:
            return []
        meter = self.metering()

        def done(wake: Wake) -> bool:
            if run.now() >= until_ms:
                return False
            try:
                meter.advance(wake.session_id, run.now(), wake.parties)
            except Exception:
                # One session that cannot be advanced must not keep the others from being billed: the queue tries it again.
                log.exception("session %s handed to the queue", wake.session_id)
                return False
            return True

        return [wake for wake, well in zip(wakes, self.together(done, wakes), strict=True) if not well]
