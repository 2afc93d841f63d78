"""The storage of people's files in memory: it takes what was described, and a whole file once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain.attachments import File
from chalicelib.domain.errors import NotFound, Unavailable
from chalicelib.domain.goods_uploads import Part, joined
from chalicelib.services.ports import UploadLink


@dataclass
class Multipart:
    """A file that is being sent in parts."""

    place: str
    file: File
    parts: dict[int, Part] = field(default_factory=dict)


@dataclass
class MemoryFileStorage:
    """`described` holds what links were given for, `files` what has arrived, `kept` the places of files that will not expire, `multiparts`
    what is being sent in parts, by the storage's own names, `begun` how many ever were. `after_join`: what happens before the answer to a
    join comes."""

    described: dict[str, File] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    unused_days: dict[str, int] = field(default_factory=dict)
    multiparts: dict[str, Multipart] = field(default_factory=dict)
    begun: int = 0
    after_join: Callable[[], None] | None = None
    contents: dict[str, bytes] = field(default_factory=dict)
    """What files hold, where a test has said so; elsewhere zeros."""
    broken: bool = False

    def upload_link(self, place: str, file: File, life_s: int, *, unused_days: int) -> UploadLink:
        """To be sent to by `arrive`."""
        self.described[place], self.unused_days[place] = file, unused_days
        return UploadLink(f"/files/attachments/{place}?life={life_s}", {"Content-Type": file.media_type})

    def arrive(self, link: UploadLink | str, file: File | None = None) -> None:
        """The bytes of an upload come: those that were described, or those of another file."""
        url = link if isinstance(link, str) else link.url
        place = url.rpartition("/")[2].partition("?")[0]
        self.files[place] = file or self.described[place]

    def begin_parts(self, place: str, file: File, *, unused_days: int) -> str:
        """Named by their number."""
        self._answer()
        self.begun += 1
        name = f"multipart-{self.begun}"
        self.multiparts[name], self.unused_days[place] = Multipart(place, file), unused_days
        return name

    def part_link(
        self, place: str, multipart: str, number: int, size_bytes: int, sha256: str, life_s: int
    ) -> UploadLink:
        """Says all that it is for; to be sent to by `part_arrives`."""
        url = f"/files/attachments/{place}?part={number}&of={multipart}&size={size_bytes}&sha256={sha256}&life={life_s}"
        return UploadLink(url, {"X-Amz-Checksum-Sha256": sha256})

    def part_arrives(self, link: UploadLink | str, **changes: int | str) -> None:
        """The bytes of a part come: those that were announced, or others."""
        url = link if isinstance(link, str) else link.url
        said = dict(pair.split("=") for pair in url.partition("?")[2].split("&"))
        number = int(said["part"])
        part = Part(number, int(said["size"]), said["sha256"], f'"tag-of-{number}"')
        self.multiparts[said["of"]].parts[number] = replace(part, **changes)  # type: ignore[arg-type]

    def parts(self, place: str, multipart: str) -> tuple[Part, ...] | None:
        """In order."""
        self._answer()
        begun = self.multiparts.get(multipart)
        return None if begun is None or begun.place != place else tuple(part for _, part in sorted(begun.parts.items()))

    def join(self, place: str, multipart: str, parts: Sequence[Part]) -> None:
        """One file of all, if they are still these."""
        self._answer()
        begun = self.multiparts.get(multipart)
        if begun is None or [*parts] != [part for _, part in sorted(begun.parts.items())]:
            return
        size = sum(part.size_bytes for part in parts)
        self.files[place] = replace(begun.file, size_bytes=size, sha256=joined([part.sha256 for part in parts]))
        del self.multiparts[multipart]
        if self.after_join is not None:
            self.after_join()

    def forget_parts(self, place: str, multipart: str) -> None:
        """Forgotten."""
        self._answer()
        self.multiparts.pop(multipart, None)

    def has(self, place: str, file: File) -> bool:
        """Whether it has come."""
        self._answer()
        return self.files.get(place) == file

    def keep(self, place: str) -> None:
        """Remembered."""
        self._answer()
        assert place in self.files
        self.kept.append(place)

    def drop(self, place: str) -> None:
        """Forgotten."""
        self._answer()
        self.files.pop(place, None)

    def read(self, place: str, first: int, size_bytes: int) -> bytes:
        """Of what has come."""
        self._answer()
        if place not in self.files:
            raise NotFound(what="file")
        held = self.contents.get(place, bytes(self.files[place].size_bytes))
        return held[first : first + size_bytes]

    def download_link(self, place: str, name: str, life_s: int) -> str:
        """Says all that it was asked for."""
        return f"/files/attachments/{place}?name={name}&life={life_s}"

    def _answer(self) -> None:
        if self.broken:
            raise Unavailable
