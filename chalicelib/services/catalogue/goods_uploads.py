"""Files on their way into a twip: begun, sent straight to the storage, whole or in parts, and verified before they count (R75, D26)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from chalicelib.domain import goods_uploads
from chalicelib.domain.attachments import UPLOAD_LINK_S, File
from chalicelib.domain.errors import FieldError, KeyReused, LimitReached, NotFound, NotUploaded, WrongState
from chalicelib.domain.goods_uploads import (
    ASKS_AN_HOUR,
    UNUSED_DAYS,
    UPLOAD_MS,
    UPLOADS_AN_HOUR,
    UPLOADS_AT_MOST,
    GoodsUpload,
    Leftover,
    Part,
    UploadOfTwip,
    announce,
    lacking,
    part_size,
)
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.scans import Scan
from chalicelib.domain.text import refuse
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Change, CommitRefused, Insert, Put, Ref, Remove, Save
from chalicelib.services.keys import derive, fingerprint
from chalicelib.services.people.attempts import HOUR_MS, Attempts
from chalicelib.services.ports import Clock, FileStorage, Ids, Listing, Store, UploadLink
from chalicelib.services.retrying import retry_on_conflict
from chalicelib.services.scans import Scans


@dataclass(frozen=True)
class Sending:
    """An upload: how to send it, if it is sent whole and has not arrived yet, and which of its parts have arrived."""

    upload: GoodsUpload
    link: UploadLink | None = None
    until_ms: int | None = None
    """Until when the link is good."""
    arrived: tuple[Part, ...] = ()


@dataclass(frozen=True)
class PartLinks:
    """How to send parts, by their numbers, until then."""

    links: dict[int, UploadLink]
    until_ms: int


@dataclass(frozen=True)
class GoodsUploads:
    """Authors' acts. Somebody else's twip or upload is none of theirs: NotFound."""

    store: Store
    clock: Clock
    ids: Ids
    file_storage: FileStorage
    attempts: Attempts
    scans: Scans

    def begin(self, author_id: str, twip_id: str, file: File, *, key: str) -> Sending:
        """A place for a file of a twip. A repeat is the same upload, with a fresh link (D12), also when the twip has taken it.

        Raises NotFound, WrongState for a twip of another kind, KeyReused, LimitReached, TooManyAttempts, Unavailable."""
        twip, now_ms = self._twip(author_id, twip_id), self.clock.now_ms()
        if twip.kind is not TwipKind.FILES:
            raise WrongState(what="twip", state=twip.kind, asked="upload")
        asked = GoodsUpload(
            id=derive("goods", author_id, key),
            twip_id=twip_id,
            author_id=author_id,
            file=file,
            place=self.ids.new(),
            fingerprint=fingerprint({"twip": twip_id, **asdict(file)}),
            created_ms=now_ms,
            expires_ms=now_ms + UPLOAD_MS,
        )
        if taken := twip.files.get(asked.id):
            if replace(taken.file, sha256=file.sha256 if asked.parts else taken.file.sha256) != file:
                raise KeyReused
            return Sending(replace(asked, file=taken.file, place=taken.place, finished=True))
        known = self.store.get(Ref(GoodsUpload, asked.id))
        begun = known if known and now_ms < known.expires_ms else self._begun(asked, known, now_ms)
        if begun.fingerprint != asked.fingerprint:
            raise KeyReused
        return self._sending(begun, now_ms)

    def _begun(self, asked: GoodsUpload, expired: GoodsUpload | None, now_ms: int) -> GoodsUpload:
        self.attempts.count(f"goods#{asked.author_id}", UPLOADS_AN_HOUR, HOUR_MS, now_ms)
        if len(self._listed(asked.twip_id, now_ms)) >= UPLOADS_AT_MOST:
            raise LimitReached(what="uploads", limit=UPLOADS_AT_MOST)
        if asked.parts:
            named = self.file_storage.begin_parts(asked.place, asked.file, unused_days=UNUSED_DAYS)
            asked = replace(asked, multipart=named)
        row = UploadOfTwip(asked.twip_id, asked.id, asked.expires_ms)
        try:
            self.store.commit(Put(asked) if expired else Insert(asked), Put(row))
        except CommitRefused:
            # The same request, at the same moment: both are answered with one place. What the other has begun in the storage expires.
            return self.store.get(Ref(GoodsUpload, asked.id)) or asked
        return asked

    def _sending(self, upload: GoodsUpload, now_ms: int) -> Sending:
        if upload.finished:
            return Sending(upload)
        if upload.multipart:
            arrived = self.file_storage.parts(upload.place, upload.multipart)
            return self._without_parts(upload) if arrived is None else Sending(upload, arrived=arrived)
        link = self.file_storage.upload_link(upload.place, upload.file, UPLOAD_LINK_S, unused_days=UNUSED_DAYS)
        return Sending(upload, link, now_ms + 1000 * UPLOAD_LINK_S)

    def _without_parts(self, upload: GoodsUpload) -> Sending:
        """The storage knows its parts no more: they were joined, and nobody was told, or they are gone and it begins anew."""
        wanted = goods_uploads.whole(upload)
        if wanted is not None and self.file_storage.has(upload.place, wanted):
            return Sending(self.complete(upload.author_id, upload.id))
        named = self.file_storage.begin_parts(upload.place, upload.file, unused_days=UNUSED_DAYS)
        again = replace(upload, multipart=named, digests=())
        self.store.commit(Save(again))
        return Sending(replace(again, version=again.version + 1))

    def listed(self, author_id: str, twip_id: str) -> tuple[Sending, ...]:
        """What is being sent for a twip, or has been and is not taken, the earliest first: to go on with after a reload.

        Raises NotFound, Unavailable."""
        self._twip(author_id, twip_id)
        now_ms = self.clock.now_ms()
        rows = self._listed(twip_id, now_ms)
        if not rows:
            return ()
        refs = [Ref(GoodsUpload, row.upload_id) for row in rows]
        found = self.store.read(*refs)
        uploads = [upload for ref in refs if (upload := found.get(ref))]
        return tuple(self._sending(upload, now_ms) for upload in sorted(uploads, key=lambda it: (it.created_ms, it.id)))

    def _listed(self, twip_id: str, now_ms: int) -> list[UploadOfTwip]:
        rows = self.store.page(Listing.UPLOADS_OF_TWIP, twip_id, limit=5 * UPLOADS_AT_MOST).items
        return [row for row in rows if now_ms < row.expires_ms]

    def part_links(self, author_id: str, upload_id: str, digests: Mapping[int, str]) -> PartLinks:
        """How to send these parts of a file, each of this digest. One that has arrived may be sent again, and otherwise.

        Raises NotFound, InvalidInput, WrongState, TooManyAttempts, Unavailable."""
        now_ms = self.clock.now_ms()
        self.attempts.count(f"parts#{author_id}", ASKS_AN_HOUR, HOUR_MS, now_ms)
        upload = retry_on_conflict(lambda: self._announced(author_id, upload_id, digests))
        links = {number: self._part_link(upload, number) for number in digests}
        return PartLinks(links, now_ms + 1000 * UPLOAD_LINK_S)

    def _announced(self, author_id: str, upload_id: str, digests: Mapping[int, str]) -> GoodsUpload:
        upload = self._own(author_id, upload_id)
        announced = announce(upload, digests)
        if announced != upload:
            self.store.commit(Save(announced))
        return announced

    def _part_link(self, upload: GoodsUpload, number: int) -> UploadLink:
        size, digest = part_size(upload.file.size_bytes, number), upload.digests[number - 1]
        return self.file_storage.part_link(upload.place, upload.multipart or "", number, size, digest, UPLOAD_LINK_S)

    def complete(self, author_id: str, upload_id: str) -> GoodsUpload:
        """The file has been sent: it counts if the storage says of it what was announced, of each part and of the whole. Safe to repeat at
        any point, also after an answer that was lost.

        Raises NotFound, NotUploaded with the parts that are to be sent, Unavailable."""
        return retry_on_conflict(lambda: self._completed(author_id, upload_id))

    def _completed(self, author_id: str, upload_id: str) -> GoodsUpload:
        upload = self._own(author_id, upload_id)
        if upload.finished:
            return upload
        wanted = goods_uploads.whole(upload)
        if wanted is None or not self.file_storage.has(upload.place, wanted):
            if upload.multipart:
                self._join(upload, upload.multipart, wanted)
            if wanted is None or not self.file_storage.has(upload.place, wanted):
                raise NotUploaded(parts=())
        finished = replace(upload, file=wanted, finished=True)
        scan = Ref(Scan, finished.place, finished.id)
        self.store.commit(Save(finished), *self.scans.begin((scan, finished.place, wanted.size_bytes)))
        return replace(finished, version=finished.version + 1)

    def _join(self, upload: GoodsUpload, multipart: str, wanted: File | None) -> None:
        arrived = self.file_storage.parts(upload.place, multipart)
        if arrived is None:
            if wanted is not None and self.file_storage.has(upload.place, wanted):
                return  # the same request, at the same moment, has joined them since
            arrived = ()
        if parts := lacking(upload, arrived):
            raise NotUploaded(parts=parts)
        self.file_storage.join(upload.place, multipart, arrived)

    def cancel(self, author_id: str, upload_id: str) -> None:
        """The author does without it: what has arrived of it goes. Raises NotFound, also for one that is gone already, and Unavailable."""
        retry_on_conflict(lambda: self._cancel(author_id, upload_id))

    def _cancel(self, author_id: str, upload_id: str) -> None:
        upload = self._own(author_id, upload_id)
        self.store.commit(*taken(upload), Insert(Leftover(upload.place, upload.multipart)))

    def finished(self, twip: Twip, ids: Sequence[str]) -> tuple[GoodsUpload, ...]:
        """Those of these ids that are uploads for this twip and may be taken; what the twip has is none.

        Raises InvalidInput naming those that have not arrived."""
        asked = [ident for ident in dict.fromkeys(ids) if ident not in twip.files]
        if not asked:
            return ()
        now_ms, refs = self.clock.now_ms(), [Ref(GoodsUpload, ident) for ident in asked]
        found = self.store.read(*refs)
        uploads = {
            upload.id: upload
            for ref in refs
            if (upload := found.get(ref)) and upload.twip_id == twip.id and now_ms < upload.expires_ms
        }
        refuse(
            *(
                FieldError(f"files.files.{number}", "not_uploaded")
                for number, ident in enumerate(ids)
                if ident in uploads and not uploads[ident].finished
            )
        )
        return tuple(uploads.values())

    def _twip(self, author_id: str, twip_id: str) -> Twip:
        twip = self.store.get(Ref(Twip, twip_id))
        if twip is None or twip.author_id != author_id:
            raise NotFound(what="twip")
        return twip

    def _own(self, author_id: str, upload_id: str) -> GoodsUpload:
        upload = self.store.get(Ref(GoodsUpload, upload_id))
        if upload is None or upload.author_id != author_id or self.clock.now_ms() >= upload.expires_ms:
            raise NotFound(what="upload")
        return upload


def taken(upload: GoodsUpload) -> tuple[Change, ...]:
    """It is an upload no more: what that changes in a commit."""
    return Remove(upload), Remove(UploadOfTwip(upload.twip_id, upload.id, upload.expires_ms))
