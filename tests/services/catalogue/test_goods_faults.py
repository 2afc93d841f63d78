"""Requests about goods that die before or after any call to the store or the storage, and are sent again: no file of a twip is lost, and
none that was let go stays (R75, D10, D12, D26)."""

from collections.abc import Callable
from random import Random
from typing import TypeVar

import pytest

from chalicelib.domain.attachments import File
from chalicelib.domain.content import Amendment, FilesEdit
from chalicelib.domain.errors import NotFound, NotUploaded, Refusal, Unavailable
from chalicelib.domain.goods import PART_BYTES
from chalicelib.domain.goods_uploads import GoodsUpload, Part
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import CommitRefused, Contention
from chalicelib.services.orders.retention import NotErased
from chalicelib.services.ports import Listing
from tests.services.test_faults import Crash, Weather
from tests.support.market import Market, files
from tests.support.workshop import FILM, Workshop

T = TypeVar("T")
SUMS = {1: "1a" * 32, 2: "2b" * 32}
SMALL = File("a.zip", "application/zip", 5, "0f" * 32)
LARGE = File("b.mp4", "video/mp4", PART_BYTES + 5, "")


class Stormy(Market):
    """An author whose requests die at any point, also while the storage of files is asked."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.random = random
        self.twip = self.draft(files(links=()), kind=TwipKind.FILES)
        self.storage, self.uploads = self.house.file_storage, self.house.goods_uploads
        self.weather = Weather(self.house, random)
        self.storage.__dict__["_answer"] = self._storm

    def _storm(self) -> None:
        if self.random.random() < 0.15:
            raise self.random.choice([Unavailable, Crash])

    def calm(self) -> None:
        """From now on everything is answered."""
        self.house.dynamo.before = self.house.dynamo.after = None
        del self.storage.__dict__["_answer"]

    def insist(self, act: Callable[[], T], *final: type[Refusal]) -> T | None:
        """Sends the same request until it is answered; None for an answer that is `final`."""
        for _ in range(300):
            try:
                return act()
            except final:
                return None
            except (Crash, Refusal, CommitRefused, Contention):
                continue
        raise AssertionError("no answer at all")

    def send(self, key: str) -> GoodsUpload:
        """A file, whole or in parts, until it counts."""
        file = self.random.choice([SMALL, LARGE])
        begun = self.insist(lambda: self.uploads.begin(self.irina.id, self.twip.id, file, key=key))
        assert begun is not None
        if begun.link is not None:
            self.storage.arrive(begun.link)
        elif begun.upload.parts:
            links = self.insist(lambda: self.uploads.part_links(self.irina.id, begun.upload.id, SUMS))
            assert links is not None
            for link in links.links.values():
                self.storage.part_arrives(link)
        done = self.insist(lambda: self.uploads.complete(self.irina.id, begun.upload.id))
        assert done is not None
        return done

    def choose(self, ids: tuple[str, ...]) -> Twip | None:
        """An edit on what the author has just read."""

        def act() -> Twip:
            by = Amendment(files=FilesEdit(5, ids))
            return self.house.twips.edit(self.irina.id, self.twip.id, by, version=self.stored(self.twip).version)

        return self.insist(act)

    def cancel(self, upload: GoodsUpload) -> None:
        """Gone, whichever of the requests has done it."""
        self.insist(lambda: self.uploads.cancel(self.irina.id, upload.id), NotFound)


@pytest.mark.rule("R75", "D10", "D12", "D26")
@pytest.mark.parametrize("seed", range(40))
def test_whatever_dies_and_is_sent_again_a_twip_has_its_files_and_nothing_else_stays(seed: int) -> None:
    random = Random(seed)
    town = Stormy(random)
    sent: list[GoodsUpload] = []
    chosen: tuple[str, ...] = ()
    for n in range(10):
        sent.append(town.send(f"upload-{n}"))
        if random.random() < 0.3:
            town.cancel(sent.pop())
        usable = [*chosen, *(upload.id for upload in sent)]
        chosen = tuple(random.sample(usable, k=min(len(usable), random.randrange(4))))
        town.choose(chosen)
        sent = [upload for upload in sent if upload.id not in chosen]
    for upload in sent:
        town.cancel(upload)
    town.calm()
    twip = town.stored(town.twip)
    assert tuple(good.id for good in twip.draft_goods.files) == chosen
    places = {good.place for good in twip.draft_goods.files}
    assert places <= set(town.storage.kept)
    assert places <= set(town.storage.files)
    town.house.retention.clear(town.house.clock.now_ms)
    assert set(town.storage.files) == places
    assert town.house.store.page(Listing.LEFTOVERS).items == ()
    assert town.uploads.listed(town.irina.id, twip.id) == ()


@pytest.mark.parametrize("seed", range(10))
def test_a_sweep_over_what_was_let_go_is_completed_by_the_next(seed: int) -> None:
    town = Stormy(Random(seed))
    for n in range(4):
        town.cancel(town.send(f"upload-{n}"))
    for _ in range(40):
        try:
            town.house.retention.clear(town.house.clock.now_ms)
        except (NotErased, Crash, Unavailable):
            continue
    town.calm()
    assert town.storage.files == {}
    assert town.house.store.page(Listing.LEFTOVERS).items == ()


def test_what_has_not_arrived_is_never_taken_for_whole_by_insisting() -> None:
    town = Stormy(Random(7))
    begun = town.insist(lambda: town.uploads.begin(town.irina.id, town.twip.id, LARGE, key="upload-key"))
    assert begun is not None
    assert town.insist(lambda: town.uploads.complete(town.irina.id, begun.upload.id), NotUploaded) is None


@pytest.mark.rule("R75", "D12")
def test_a_completion_whose_parts_another_one_has_just_joined_is_answered() -> None:
    workshop = Workshop()
    begun = workshop.begin(FILM)
    workshop.send_parts(begun.upload)
    parts, another = workshop.storage.parts, [workshop.complete]

    def late(place: str, multipart: str) -> tuple[Part, ...] | None:
        while another:
            another.pop()(begun.upload)
        return parts(place, multipart)

    workshop.storage.__dict__["parts"] = late
    assert workshop.complete(begun.upload).finished
