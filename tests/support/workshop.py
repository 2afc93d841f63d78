"""A market in which Irina drafts a twip of files, and sends some, whole or in parts."""

from collections.abc import Sequence

import pytest

from chalicelib.domain.attachments import File
from chalicelib.domain.content import Amendment, FilesEdit
from chalicelib.domain.errors import NotUploaded, Unavailable
from chalicelib.domain.goods import PART_BYTES
from chalicelib.domain.goods_uploads import GoodsUpload, Leftover
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.people import User
from chalicelib.domain.twips import Twip
from chalicelib.services.catalogue.goods_uploads import Sending
from chalicelib.services.ports import Listing, UploadLink
from tests.support.market import Market, files

FONTS = File("Шрифты.zip", "application/zip", 820_000, "0f" * 32)
FILM = File("Film.mp4", "video/mp4", 2 * PART_BYTES + 5, "")
SUMS = {1: "1a" * 32, 2: "2b" * 32, 3: "3c" * 32}


class Workshop(Market):
    """Irina has a draft of files, and sends some."""

    def __init__(self) -> None:
        super().__init__()
        self.twip = self.draft(files(links=()), kind=TwipKind.FILES)
        self.uploads, self.storage = self.house.goods_uploads, self.house.file_storage

    def begin(
        self, file: File = FONTS, *, key: str = "upload-1", author: User | None = None, twip: Twip | None = None
    ) -> Sending:
        """A place for a file."""
        return self.uploads.begin((author or self.irina).id, (twip or self.twip).id, file, key=key)

    def link(self, begun: Sending) -> UploadLink:
        """By which it is sent whole."""
        assert begun.link is not None
        return begun.link

    def sent(self, file: File = FONTS, *, key: str = "upload-1") -> GoodsUpload:
        """An upload that has arrived and was verified."""
        begun = self.begin(file, key=key)
        if begun.link is not None:
            self.storage.arrive(begun.link)
        else:
            self.send_parts(begun.upload)
        return self.complete(begun.upload)

    def send_parts(self, upload: GoodsUpload, numbers: Sequence[int] = (1, 2, 3)) -> None:
        """These arrive."""
        links = self.uploads.part_links(self.irina.id, upload.id, {number: SUMS[number] for number in numbers}).links
        for number in numbers:
            self.storage.part_arrives(links[number])

    def complete(self, upload: GoodsUpload) -> GoodsUpload:
        """The author says that it is sent."""
        return self.uploads.complete(self.irina.id, upload.id)

    def choose(self, *ids: str, version: int | None = None) -> Twip:
        """An edit that names these."""
        twip = self.stored(self.twip)
        by = Amendment(files=FilesEdit(50_000, ids))
        return self.house.twips.edit(self.irina.id, twip.id, by, version=twip.version if version is None else version)

    def leftovers(self) -> list[Leftover]:
        """What waits to be deleted."""
        return [*self.house.store.page(Listing.LEFTOVERS).items]

    def storage_dies(self) -> None:
        """Once."""
        self.storage.after_join = None
        raise Unavailable

    def lacking(self, upload: GoodsUpload) -> tuple[int, ...]:
        """The parts that a refused completion asks for."""
        with pytest.raises(NotUploaded) as refused:
            self.complete(upload)
        return refused.value.parts
