"""Files that people send along with what they write: what may be sent, under which name, and until when it must be used (D26, D32)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.errors import FieldError
from chalicelib.domain.text import refuse, tidy_line, unambiguous

LARGEST_BYTES = 20 * 2**20
"""Of one attachment (D32): 20 MB as file managers count them."""
AT_MOST = 5
"""In one message (D32)."""
UPLOAD_LINK_S = 15 * 60
"""A link to upload by is good for so long: 20 MB over a line of 256 kbit/s take eleven minutes."""
DOWNLOAD_LINK_S = 5 * 60
"""Downloads are by links valid for minutes (D26)."""
UNUSED_MS = 12 * 3_600_000
"""An upload that no message has taken by then is gone."""
UNUSED_DAYS = 1
"""So long the storage keeps files that nothing refers to: it forgets none that may still be used."""
UPLOADS_AN_HOUR = 120
"""By one person (E19)."""
NAME_BYTES = 240
"""Of a name in UTF-8: file systems take 255, and browsers add to a name that is taken already."""
NAMELESS = "file"
_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}")
"""A media type without its parameters (RFC 6838)."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUFFIX = re.compile(r".(\.[^.\s]{1,16})\Z", re.DOTALL)


@dataclass(frozen=True)
class File:
    """What is known of a file. `name` is for people, `media_type` has no parameters, `sha256` is of the bytes, 64 hex digits; of a file
    that was sent in parts it is of their digests, with their number behind a hyphen."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str


class Verdict(StrEnum):
    """What is known of a file. `too_large`: above what the scanner looks at, so a moderator decides; `not_scanned`: one has."""

    CHECKING = "checking"
    CLEAN = "clean"
    INFECTED = "infected"
    TOO_LARGE = "too_large"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True)
class Upload:
    """A file that somebody is sending, or has sent and not used yet."""

    id: str
    user_id: str
    file: File
    place: str
    """Where its bytes lie in the storage; told to nobody but in links."""
    fingerprint: str
    """Of the request that began it: a repeat of its Idempotency-Key with another body is told apart (D12)."""
    expires_ms: int


@dataclass(frozen=True)
class Attached:
    """What a message says of an attachment."""

    id: str
    name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True)
class Attachment:
    """A file in a thread."""

    thread_id: str
    id: str
    author_id: str
    file: File
    place: str

    @property
    def said(self) -> Attached:
        """In a message."""
        return Attached(self.id, self.file.name, self.file.media_type, self.file.size_bytes)


def described(name: str, media_type: str, size_bytes: int, sha256: str, largest_bytes: int = LARGEST_BYTES) -> File:
    """The file that somebody is about to send. Raises InvalidInput."""
    essence = media_type.partition(";")[0].strip().lower()
    refuse(
        None if _TYPE.fullmatch(essence) else FieldError("type", "invalid"),
        FieldError("size", "too_small", 1) if size_bytes < 1 else None,
        FieldError("size", "too_large", largest_bytes) if size_bytes > largest_bytes else None,
        None if _SHA256.fullmatch(sha256) else FieldError("sha256", "invalid"),
    )
    return File(clean_name(name), essence, size_bytes, sha256)


def clean_name(name: str) -> str:
    """A file's name as it is kept, in any alphabet: without a path, without what nobody sees or what turns the reading around, and of
    240 bytes at most, with its ending."""
    last = next((part for part in reversed(re.split(r"[/\\]", name)) if part.strip(" .")), "")
    tidied = _tidied(last)
    if len(tidied.encode()) > NAME_BYTES:
        found = _SUFFIX.search(tidied)
        suffix = found[1] if found else ""
        tidied = _tidied(_cut(tidied.removesuffix(suffix), NAME_BYTES - len(suffix.encode())) + suffix)
    return tidied or NAMELESS


def check_ids(ids: Sequence[str]) -> None:
    """The uploads that a message names: at most five, each once. Raises InvalidInput."""
    too_many = FieldError("attachments", "too_long", AT_MOST) if len(ids) > AT_MOST else None
    refuse(too_many, *(FieldError(f"attachments.{n}", "repeated") for n, one in enumerate(ids) if one in ids[:n]))


def usable(ids: Sequence[str], found: Sequence[Upload | None], user_id: str, now_ms: int) -> tuple[Upload, ...]:
    """The uploads of these ids, as far as they were found: this person's, unused and in time. Raises InvalidInput."""
    good = tuple(one for one in found if one is not None and one.user_id == user_id and now_ms < one.expires_ms)
    known = {one.id for one in good}
    refuse(*(FieldError(f"attachments.{n}", "unknown_upload") for n, one in enumerate(ids) if one not in known))
    return good


def not_uploaded(whole: Sequence[bool]) -> Iterator[FieldError]:
    """What is wrong with uploads of which these are, or are not, in the storage as they were described."""
    return (FieldError(f"attachments.{n}", "not_uploaded") for n, is_whole in enumerate(whole) if not is_whole)


def _tidied(name: str) -> str:
    return tidy_line(tidy_line(unambiguous(name)).rstrip(" ."))


def _cut(text: str, at_most_bytes: int) -> str:
    return text.encode()[:at_most_bytes].decode(errors="ignore")
