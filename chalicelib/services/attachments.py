"""Files that people send along: begun here, sent straight to the storage, and theirs whose thread they end in (D26, D32)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.domain import attachments
from chalicelib.domain.attachments import (
    DOWNLOAD_LINK_S,
    UNUSED_DAYS,
    UNUSED_MS,
    UPLOAD_LINK_S,
    UPLOADS_AN_HOUR,
    Attachment,
    File,
    Upload,
)
from chalicelib.domain.errors import KeyReused
from chalicelib.domain.scans import Scan
from chalicelib.domain.text import refuse
from chalicelib.services.changes import Change, CommitRefused, Insert, Put, Ref, Remove
from chalicelib.services.keys import derive, fingerprint
from chalicelib.services.people.attempts import HOUR_MS, Attempts
from chalicelib.services.ports import Clock, FileStorage, Ids, Store, UploadLink
from chalicelib.services.scans import Scans

Together = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


@dataclass(frozen=True)
class Begun:
    """An upload, and how to send its bytes until then."""

    upload: Upload
    link: UploadLink
    until_ms: int


@dataclass(frozen=True)
class Claimed:
    """What a message takes along: the attachments, and what belongs into its commit."""

    attachments: tuple[Attachment, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Download:
    """A link, and until when it is good."""

    url: str
    until_ms: int


@dataclass(frozen=True)
class Attachments:
    """`together` maps a function over some files: at once, or one by one."""

    store: Store
    clock: Clock
    ids: Ids
    file_storage: FileStorage
    attempts: Attempts
    together: Together
    scans: Scans

    def begin(self, user_id: str, file: File, *, key: str) -> Begun:
        """A place for a file. A repeat is the same upload, with a fresh link (D12). Raises KeyReused, TooManyAttempts, Unavailable."""
        now_ms = self.clock.now_ms()
        asked = Upload(
            id=derive("upload", user_id, key),
            user_id=user_id,
            file=file,
            place=self.ids.new(),
            fingerprint=fingerprint(asdict(file)),
            expires_ms=now_ms + UNUSED_MS,
        )
        known = self.store.get(Ref(Upload, asked.id))
        begun = known if known and now_ms < known.expires_ms else self._begun(asked, known, now_ms)
        if begun.fingerprint != asked.fingerprint:
            raise KeyReused
        link = self.file_storage.upload_link(begun.place, begun.file, UPLOAD_LINK_S, unused_days=UNUSED_DAYS)
        return Begun(begun, link, now_ms + 1000 * UPLOAD_LINK_S)

    def _begun(self, asked: Upload, expired: Upload | None, now_ms: int) -> Upload:
        self.attempts.count(f"upload#{asked.user_id}", UPLOADS_AN_HOUR, HOUR_MS, now_ms)
        try:
            self.store.commit(Put(asked) if expired else Insert(asked))
        except CommitRefused:
            # The same request, at the same moment: both are answered with one place.
            return self.store.get(Ref(Upload, asked.id)) or asked
        return asked

    def claim(self, user_id: str, upload_ids: Sequence[str], thread_id: str) -> Claimed:
        """The person's uploads as attachments of a thread: each is there, whole, and used once (D32). They are kept before the commit:
        a file that nothing refers to does less harm than a message without its file.

        Raises InvalidInput naming each that cannot be attached, Unavailable."""
        if not upload_ids:
            return Claimed((), ())
        attachments.check_ids(upload_ids)
        begun = [Ref(Upload, ident) for ident in upload_ids]
        taken = [Ref(Attachment, thread_id, ident) for ident in upload_ids]
        found = self.store.read(*begun, *taken)
        # Whoever begins an upload anew by a key of long ago has its id again: the file that this thread has keeps it.
        unused = [None if found.get(there) else found.get(ref) for ref, there in zip(begun, taken, strict=True)]
        uploads = attachments.usable(upload_ids, unused, user_id, self.clock.now_ms())
        whole = list(self.together(lambda upload: self.file_storage.has(upload.place, upload.file), uploads))
        refuse(*attachments.not_uploaded(whole))
        list(self.together(lambda upload: self.file_storage.keep(upload.place), uploads))
        claimed = tuple(Attachment(thread_id, one.id, user_id, one.file, one.place) for one in uploads)
        scans = self.scans.begin(*((_scan_of(one), one.place, one.file.size_bytes) for one in claimed))
        return Claimed(claimed, (*map(Remove, uploads), *map(Insert, claimed), *scans))

    def link(self, attachment: Attachment, reader_id: str) -> Download:
        """For whoever may read the thread: the caller has seen to that. Whoever sent the file has it at any time, all others once it was
        scanned. Raises BeingChecked, Infected, Unavailable."""
        if reader_id != attachment.author_id:
            self.scans.check(_scan_of(attachment), attachment.place, attachment.file.size_bytes)
        return download(self.file_storage, attachment.file, attachment.place, self.clock.now_ms())


def _scan_of(attachment: Attachment) -> Ref[Scan]:
    return Ref(Scan, attachment.thread_id, attachment.id)


def download(file_storage: FileStorage, file: File, place: str, now_ms: int) -> Download:
    """A link to a file, for whoever may have it (D26)."""
    return Download(file_storage.download_link(place, file.name, DOWNLOAD_LINK_S), now_ms + 1000 * DOWNLOAD_LINK_S)
