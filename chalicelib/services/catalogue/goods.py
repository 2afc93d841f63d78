"""What a twip of files sells, for those who may have it before it is bought (R10, D26, D28)."""

from dataclasses import dataclass

from chalicelib.domain.access import Caller
from chalicelib.domain.errors import Forbidden, NotFound
from chalicelib.domain.goods import Good
from chalicelib.domain.people import Role, StaffAct
from chalicelib.domain.scans import released
from chalicelib.domain.twips import Review, Twip
from chalicelib.services.attachments import Download, download
from chalicelib.services.changes import Insert, Ref, Save
from chalicelib.services.ports import Clock, FileStorage, Ids, Store
from chalicelib.services.scans import Scans, of_good


@dataclass(frozen=True)
class GoodsReading:
    """Its author has all of its files, a moderator those of a draft that waits. Buyers have theirs by their orders."""

    store: Store
    clock: Clock
    ids: Ids
    file_storage: FileStorage
    scans: Scans

    def link(self, reader: Caller, twip_id: str, file_id: str) -> Download:
        """A link to a file of a twip. That a moderator had it stands in the audit log.

        Raises NotFound, Forbidden for a moderator of what does not wait, BeingChecked, Infected, Unavailable."""
        twip = self.store.get(Ref(Twip, twip_id))
        if twip is None:
            raise NotFound(what="twip")
        now_ms, is_authors = self.clock.now_ms(), reader.user_id == twip.author_id
        good = _found(twip.files, file_id) if is_authors else self._moderated(reader, twip, file_id, now_ms)
        return download(self.file_storage, good.file, good.place, now_ms)

    def release(self, moderator: Caller, twip_id: str, file_id: str) -> None:
        """A moderator answers for a file that is too large for the scanner; that stands in the audit log. Not for one's own.

        Raises NotFound, Forbidden, WrongState for any other file, Unavailable."""
        twip = self.store.get(Ref(Twip, twip_id))
        if twip is None:
            raise NotFound(what="twip")
        if twip.author_id == moderator.user_id:
            raise Forbidden(action="moderation.release")
        good = _found(twip.files, file_id)
        scan = self.store.get(of_good(good))
        if scan is None:
            raise NotFound(what="scan")
        log = StaffAct(
            self.ids.new(), self.clock.now_ms(), moderator.user_id, "twip.file_released", twip.id, {"file": file_id}
        )
        self.store.commit(Save(released(scan)), Insert(log))

    def _moderated(self, reader: Caller, twip: Twip, file_id: str, now_ms: int) -> Good:
        if Role.MODERATOR not in reader.roles:
            raise NotFound(what="twip")
        if twip.review is not Review.PENDING:
            raise Forbidden(action="moderation.file")
        good = _found({good.id: good for good in twip.draft_goods.files}, file_id)
        self.scans.check(of_good(good), good.place, good.file.size_bytes)
        facts = {"version": str(twip.version), "file": file_id}
        self.store.commit(Insert(StaffAct(self.ids.new(), now_ms, reader.user_id, "twip.file", twip.id, facts)))
        return good


def _found(files: dict[str, Good], file_id: str) -> Good:
    if file_id not in files:
        raise NotFound(what="file")
    return files[file_id]
