"""Uploads of goods: how a file of up to 2 GB is sent, and when it counts (R74, R75, D26, D32).

Up to 16 MB it is sent whole. A larger file is sent in parts, each with a digest of its own: what has arrived stays, so that a lost
connection or a closed page costs one part at most."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain import attachments
from chalicelib.domain.attachments import File
from chalicelib.domain.errors import FieldError, WrongState
from chalicelib.domain.goods import LARGEST_BYTES, PART_BYTES, Good
from chalicelib.domain.text import refuse

UPLOAD_MS = 3 * 86_400_000
"""An upload that its twip has not taken by then is gone."""
UNUSED_DAYS = 7
"""So long the storage keeps files, and parts, that nothing refers to. It counts from when the upload began: an upload and its links are
over long before."""
UPLOADS_AT_MOST = 20
"""Of one twip at a time."""
UPLOADS_AN_HOUR = 60
"""By one person (E19)."""
ASKS_AN_HOUR = 2_000
"""For links of parts, by one person (E19): 30 GB, if each asks for one link."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNKNOWN = "0" * 64


@dataclass(frozen=True)
class GoodsUpload:
    """A file that an author is sending for a twip, or has sent, and that the twip has not taken yet."""

    id: str
    twip_id: str
    author_id: str
    file: File
    """Of one that is sent in parts, its digest is known when all of it has arrived."""
    place: str
    """Where its bytes lie in the storage; told to nobody but in links."""
    fingerprint: str
    """Of the request that began it: a repeat of its Idempotency-Key with another body is told apart (D12)."""
    created_ms: int
    expires_ms: int
    multipart: str | None = None
    """What the storage calls it, if it is sent in parts."""
    digests: tuple[str, ...] = ()
    """Of its parts, as they were announced, in order; empty texts for those that were not yet."""
    finished: bool = False
    """Whether it has arrived whole, and is what was announced."""
    version: int = 0

    @property
    def parts(self) -> int:
        """In how many it is sent; none if it is sent whole."""
        return parts_of(self.file.size_bytes)

    @property
    def good(self) -> Good:
        """What it becomes."""
        return Good(self.id, self.file, self.place)


@dataclass(frozen=True)
class UploadOfTwip:
    """That a twip has this upload: what its author lists after a reload."""

    twip_id: str
    upload_id: str
    expires_ms: int


@dataclass(frozen=True)
class Part:
    """What the storage says of a part that has arrived."""

    number: int
    size_bytes: int
    sha256: str
    tag: str
    """By which the storage knows this content of it."""


@dataclass(frozen=True)
class Leftover:
    """A file, or what has arrived of one, that nothing refers to any more: to be deleted from the storage."""

    place: str
    multipart: str | None = None


def announced(name: str, media_type: str, size_bytes: int, sha256: str | None) -> File:
    """The file that an author is about to send. Its digest is needed if it is sent whole. Raises InvalidInput."""
    whole = size_bytes <= PART_BYTES
    refuse(FieldError("sha256", "required") if whole and sha256 is None else None)
    file = attachments.described(name, media_type, size_bytes, sha256 or _UNKNOWN, LARGEST_BYTES)
    return file if whole else replace(file, sha256="")


def parts_of(size_bytes: int) -> int:
    """In how many parts a file of this size is sent; none if it is sent whole."""
    return -(-size_bytes // PART_BYTES) if size_bytes > PART_BYTES else 0


def part_size(size_bytes: int, number: int) -> int:
    """Of part 1, 2, ... of a file of this size."""
    return min(PART_BYTES, size_bytes - (number - 1) * PART_BYTES)


def announce(upload: GoodsUpload, digests: Mapping[int, str]) -> GoodsUpload:
    """The upload with these parts announced, by their numbers; one that was announced before may be announced anew. Raises InvalidInput,
    and WrongState if it is sent whole, or has arrived."""
    if upload.finished or not upload.parts:
        raise WrongState(what="upload", state="finished" if upload.finished else "whole", asked="parts")
    refuse(
        *(
            FieldError(f"parts.{number}", "not_allowed", upload.parts)
            for number in digests
            if not 1 <= number <= upload.parts
        ),
        *(FieldError(f"parts.{n}", "invalid") for n, digest in digests.items() if not _SHA256.fullmatch(digest)),
    )
    known = upload.digests or ("",) * upload.parts
    return replace(upload, digests=tuple(digests.get(n, digest) for n, digest in enumerate(known, 1)))


def lacking(upload: GoodsUpload, arrived: Sequence[Part]) -> tuple[int, ...]:
    """The numbers of the parts that are not there as they were announced: of that digest, and of the size that it must have. If there are
    none, the sizes make up the whole."""
    sizes_and_digests = {part.number: (part.size_bytes, part.sha256) for part in arrived}
    wanted = ((n, (part_size(upload.file.size_bytes, n), digest)) for n, digest in enumerate(upload.digests, 1))
    unknown = range(len(upload.digests) + 1, upload.parts + 1)
    return (*(n for n, part in wanted if sizes_and_digests.get(n) != part), *unknown)


def whole(upload: GoodsUpload) -> File | None:
    """The file as the storage must have it in the end; None while parts of it were not announced."""
    if not upload.parts:
        return upload.file
    if len(upload.digests) < upload.parts or not all(upload.digests):
        return None
    return replace(upload.file, sha256=joined(upload.digests))


def joined(digests: Sequence[str]) -> str:
    """The digest of a file that was sent in parts, as the storage makes it: the SHA-256 of theirs, and of how many."""
    return f"{hashlib.sha256(b''.join(map(bytes.fromhex, digests))).hexdigest()}-{len(digests)}"
