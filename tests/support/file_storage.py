"""The storage of people's files in memory: it takes a file once, if it is the one that was described."""

from dataclasses import dataclass, field

from chalicelib.domain.attachments import File
from chalicelib.domain.errors import Unavailable
from chalicelib.services.ports import UploadLink


@dataclass
class MemoryFileStorage:
    """`described` holds what links were given for, `files` what has arrived, `kept` the places of files that will not expire."""

    described: dict[str, File] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    broken: bool = False

    def upload_link(self, place: str, file: File, life_s: int) -> UploadLink:
        """To be sent to by `arrive`."""
        self.described[place] = file
        return UploadLink(f"/files/attachments/{place}?life={life_s}", {"Content-Type": file.media_type})

    def arrive(self, link: UploadLink | str, file: File | None = None) -> None:
        """The bytes of an upload come: those that were described, or those of another file."""
        url = link if isinstance(link, str) else link.url
        place = url.rpartition("/")[2].partition("?")[0]
        self.files[place] = file or self.described[place]

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

    def download_link(self, place: str, name: str, life_s: int) -> str:
        """Says all that it was asked for."""
        return f"/files/attachments/{place}?name={name}&life={life_s}"

    def _answer(self) -> None:
        if self.broken:
            raise Unavailable
