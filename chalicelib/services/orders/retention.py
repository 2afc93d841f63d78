"""Erasing what is kept for a term only (D29). Hiding is not its work: whoever reads looks at the clock."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from chalicelib.domain.attachments import Attachment
from chalicelib.domain.durations import Durations
from chalicelib.domain.goods_uploads import Leftover
from chalicelib.domain.orders.retention import ErasureJob, is_over
from chalicelib.domain.sessions import session_id
from chalicelib.services.changes import CommitRefused, Remove
from chalicelib.services.ports import FileStorage, Listing, Store
from chalicelib.services.retrying import retry_on_conflict

log = logging.getLogger(__name__)
AT_ONCE = 100
"""As many as one transaction takes."""


class NotErased(Exception):
    """What was said or measured in some orders, or some files, could not be erased: the log names them, and the next sweep tries again."""


@dataclass(frozen=True)
class Retention:
    """The sweep. `spare_ms`: when so much time is spent on one of its two acts, the rest of that is left to the next. A run has time for
    both."""

    store: Store
    file_storage: FileStorage
    durations: Durations
    spare_ms: int = 400_000

    def sweep(self, now: Callable[[], int]) -> int:
        """Erases what was said in sessions of orders whose term is over, the oldest first, and answers of how many orders. One that dies
        on the way, or meets another, does no harm: an order is listed until all of it is erased. Raises NotErased, after all others."""
        began_ms, cursor = now(), None
        done: list[bool] = []
        while now() - began_ms <= self.spare_ms:
            page = self.store.page(Listing.ERASURE_JOBS, cursor=cursor)
            due = [kept for kept in page.items if is_over(kept.ended_ms, began_ms, self.durations)]
            done += [self._erased(kept) for kept in due if now() - began_ms <= self.spare_ms]
            cursor = page.next_cursor
            if cursor is None or len(due) < len(page.items):
                break
        if not all(done):
            raise NotErased(f"{done.count(False)} orders")
        return len(done)

    def clear(self, now: Callable[[], int]) -> int:
        """Deletes files that nothing refers to any more, and answers how many. One that dies on the way, or meets another, does no harm: a
        file is deleted before what names it. Raises NotErased, after all others."""
        began_ms, cursor = now(), None
        done: list[bool] = []
        while now() - began_ms <= self.spare_ms:
            page = self.store.page(Listing.LEFTOVERS, cursor=cursor)
            done += [self._cleared(one) for one in page.items if now() - began_ms <= self.spare_ms]
            cursor = page.next_cursor
            if cursor is None:
                break
        if not all(done):
            raise NotErased(f"{done.count(False)} files")
        return len(done)

    def _cleared(self, one: Leftover) -> bool:
        try:
            if one.multipart is not None:
                self.file_storage.forget_parts(one.place, one.multipart)
            self.file_storage.drop(one.place)
            self._forget(one)
        except Exception:
            log.exception("file %s is not deleted", one.place)
            return False
        return True

    def _erased(self, kept: ErasureJob) -> bool:
        try:
            for number in range(1, kept.sessions + 1):
                retry_on_conflict(partial(self._erase, session_id(kept.order_id, number)))
            if kept.dispute:
                retry_on_conflict(partial(self._erase_thread, kept.order_id))
            self._forget(kept)
        except Exception:
            log.exception("what was said in order or dispute %s is not erased", kept.order_id)
            return False
        return True

    def _erase(self, ident: str) -> None:
        for listing in (Listing.SAID_IN_SESSION, Listing.MEDIA_OF_SESSION):
            while kept := self.store.page(listing, ident, limit=AT_ONCE).items:
                self.store.commit(*(Remove(one) for one in kept))

    def _erase_thread(self, ident: str) -> None:
        """Its files first: what names a file must not be gone before it."""
        while kept := self.store.page(Listing.KEPT_IN_THREAD, ident, limit=AT_ONCE).items:
            for one in kept:
                if isinstance(one, Attachment):
                    self.file_storage.drop(one.place)
            self.store.commit(*(Remove(one) for one in kept))

    def _forget(self, kept: ErasureJob | Leftover) -> None:
        try:
            self.store.commit(Remove(kept))
        except CommitRefused:
            return  # another sweep was faster
