"""The tick: the backbone that finds every session that falls due, and everything that a lost message, a crash or an outage left
behind (metering.md). The queue is only its shortcut."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.billing import metering
from chalicelib.domain.durations import BLOCK_TICKS, Durations
from chalicelib.domain.sessions import Session
from chalicelib.services.changes import CommitRefused, Insert, Ref, Save
from chalicelib.services.ports import Parties, Store, Wake, Wakes, Waking
from chalicelib.services.watermarks import Watermark

if TYPE_CHECKING:
    from chalicelib.services.metering import Metering

log = logging.getLogger(__name__)
AHEAD = 3
"""Ticks of look-ahead: each boundary is handed to the queue between two and three ticks before."""
AUDIT_LAG = 2
"""Ticks after which a bucket is looked at again: by then the queue should have done it."""
READ = 100
MARK = Ref(Watermark, "0")


@dataclass(frozen=True)
class Ticking:
    """`metering` is asked for when something is overdue, so that a tick as it should be does not import it. `spare_ms` is how long a
    tick may debit by itself; what is left over then goes to the queue."""

    store: Store
    wakes: Wakes
    metering: Callable[[], "Metering"]
    durations: Durations
    spare_ms: int = 20_000

    def tick(self, now: Callable[[], int]) -> int:
        """One tick; overlapping ones are safe. Answers how many wakes and debits it saw to.

        Raises Undelivered when the queue refuses: then the watermark stays, and the next tick does it again."""
        now_ms = now()
        current = now_ms // self.durations.tick_ms
        mark = self.store.get(MARK)
        handed = mark.handed if mark else current - 1
        audited = mark.audited if mark else current - AUDIT_LAG - 1
        last, last_audited = max(handed, current + AHEAD), max(audited, current - AUDIT_LAG)
        wakes = self._look_ahead(_range(handed, last), now_ms)
        wakes += self._behind(_range(audited, last_audited), now_ms)
        self._see_to(wakes, now)
        if mark is None or (last, last_audited) != (handed, audited):
            self._advance(mark, last, last_audited)
        return len(wakes)

    def _look_ahead(self, ticks: Iterable[int], now_ms: int) -> list[Wake]:
        wakes: list[Wake] = []
        for tick in ticks:
            for waking in self.store.bucket(metering.phase(tick * self.durations.tick_ms, self.durations)):
                wakes += self._of(waking, tick, now_ms)
        return wakes

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

    def _behind(self, ticks: Iterable[int], now_ms: int) -> list[Wake]:
        """Sessions that are not where they should be: of these buckets, and of those whose first block should be settled by now."""
        settle_lag = -(-self.durations.void_ms // self.durations.tick_ms) + 1 - AUDIT_LAG
        again = {t % BLOCK_TICKS for tick in ticks for t in (tick, tick - settle_lag)}
        found: dict[str, Parties] = {}
        for bucket in sorted(again):
            for waking in self.store.bucket(metering.phase(bucket * self.durations.tick_ms, self.durations)):
                found[waking.session_id] = waking.parties
        wakes: list[Wake] = []
        ids = sorted(found)
        for start in range(0, len(ids), READ):
            refs = [Ref(Session, ident) for ident in ids[start : start + READ]]
            snapshot = self.store.read(*refs)
            for ref in refs:
                session = snapshot.get(ref)
                due_ms = metering.next_due_ms(session, self.durations) if session else None
                if session is not None and due_ms is not None and due_ms <= now_ms:
                    wakes.append(Wake(session.id, found[session.id], now_ms))
        return wakes

    def _see_to(self, wakes: list[Wake], now: Callable[[], int]) -> None:
        """What is due already is done here and now, as far as the time goes; the rest is handed to the queue."""
        began_ms = now()
        later = [wake for wake in wakes if wake.warn or wake.at_ms > began_ms]
        for wake in sorted((w for w in wakes if not w.warn and w.at_ms <= began_ms), key=lambda w: w.at_ms):
            done = now() - began_ms <= self.spare_ms and self._do(wake, now())
            later += [] if done else [wake]
        if later:
            self.wakes.send(later, now())

    def _do(self, wake: Wake, now_ms: int) -> bool:
        try:
            self.metering().advance(wake.session_id, now_ms, wake.parties)
        except Exception:
            # One session that cannot be advanced must not keep the others from being billed: the queue tries it again.
            log.exception("session %s handed to the queue", wake.session_id)
            return False
        return True

    def _advance(self, mark: Watermark | None, handed: int, audited: int) -> None:
        fresh = Watermark("0", handed, audited)
        try:
            self.store.commit(Save(replace(mark, handed=handed, audited=audited)) if mark else Insert(fresh))
        except CommitRefused:
            log.info("another tick was faster")


def _range(done: int, last: int) -> range:
    """The ticks after `done` up to `last`, at most one cycle: after a longer outage each bucket is read once."""
    return range(max(done + 1, last - BLOCK_TICKS + 1), last + 1)
