"""The part of today's adapter that drives the search index."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, cast

from bench.bucket import FolderBucket
from bench.builds import Folders, Wish
from bench.offers import Offer
from chalicelib.domain.content import Content, FilesOffer, Text, WorkOffer
from chalicelib.domain.durations import REAL
from chalicelib.domain.goods import Goods
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.search import Query, Sort
from chalicelib.services.catalogue.search import Face
from chalicelib.storage.search.bucket import IndexBucket
from chalicelib.storage.search.reader import SegmentSearch
from chalicelib.storage.search.writer import SegmentWriter
from chalicelib.storage.store import DynamoStore
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DAYS, LINKS = 10, ("",)


class _Ports:
    """Clock and ids."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self.now_ms = clock
        self._ids = 0

    def new(self) -> str:
        self._ids += 1
        return f"{self.now_ms():016d}{self._ids:010d}"

    def secret(self) -> str:
        return self.new()


class _Market:
    """What is on sale."""

    def __init__(self) -> None:
        self.everything_of: Callable[[], Iterable[Offer]] = tuple
        self.changes: Mapping[str, Offer | None] = {}

    def faces(self, twip_ids: Iterable[str]) -> Mapping[str, Face | None]:
        return {twip_id: _face(offer) if (offer := self.changes[twip_id]) else None for twip_id in twip_ids}

    def everything(self) -> Iterable[Face]:
        return (_face(offer) for offer in self.everything_of())


class Searched:
    """See bench.builds.Searched."""

    def __init__(self, client: FolderBucket, clock: Callable[[], int], folders: Folders) -> None:
        self.dynamo = MemoryDynamo(twip_tables())
        tables = {name: name for name in ("market", "journal", "live")}
        store = DynamoStore(self.dynamo.as_client(), tables, REAL, lambda attempt: None)
        bucket, ports = IndexBucket(cast("S3Client", client), "index"), _Ports(clock)
        self._market = _Market()
        self._index = SegmentSearch(store, bucket, ports, folders.reader, lambda: None)
        self._writer = SegmentWriter(store, bucket, ports, ports, folders.writer)

    def rebuild(self, offers: Callable[[], Iterable[Offer]]) -> None:
        self._market.everything_of = offers
        self._writer.rebuild(self._market)

    def publish(self, changes: Mapping[str, Offer | None]) -> None:
        self._market.changes = changes
        self._writer.write(changes, self._market)

    def find(self, wish: Wish, limit: int) -> list[str]:
        query = Query(wish.words, sort=Sort.PRICE_ASC if wish.cheapest else Sort.RELEVANCE)
        found = self._index.find(query, cursor=None, limit=limit)
        return [hit.face.twip_id for hit in found.hits]


def _face(offer: Offer) -> Face:
    whole_minor = offer.whole_minor
    prices = {Mode.VIDEO: offer.video_minor, Mode.TEXT: offer.text_minor}
    content = Content(
        tuple(map(Lang, offer.texts)),
        {Lang(lang): Text(*text) for lang, text in offer.texts.items()},
        {mode: price_minor for mode, price_minor in prices.items() if price_minor is not None},
        work=WorkOffer(whole_minor, DAYS) if offer.kind == "work" else None,
        files=FilesOffer(whole_minor, Goods(links=LINKS)) if offer.kind == "files" else None,
    )
    return Face(
        offer.twip_id,
        offer.author_id,
        TwipKind(offer.kind),
        content,
        offer.published_ms,
        offer.rating_tenths,
        offer.name,
    )
