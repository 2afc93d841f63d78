"""The part of 4cdad63's adapter that drives the search index. Names of performers and ratings were no part of it."""
# mypy: ignore-errors

from collections.abc import Callable, Iterable, Mapping

from bench.bucket import FolderBucket
from bench.builds import Folders, Wish
from bench.offers import Offer
from chalicelib.domain.content import Content, Lang, Text, TwipKind
from chalicelib.domain.durations import REAL
from chalicelib.domain.orders import Mode
from chalicelib.services.search import Face, Query, Sort
from chalicelib.storage.search_files import IndexBucket, SqliteSearch, SqliteWriter
from chalicelib.storage.store import DynamoStore
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables

DAYS = 10


class _Ports:
    """Clock and ids."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self.now_ms = clock
        self._ids = 0

    def new(self) -> str:
        self._ids += 1
        return f"{self.now_ms():016d}{self._ids:010d}"


class Searched:
    """See bench.builds.Searched."""

    def __init__(self, client: FolderBucket, clock: Callable[[], int], folders: Folders) -> None:
        self.dynamo = MemoryDynamo(twip_tables())
        tables = {name: name for name in ("market", "journal", "live")}
        store = DynamoStore(self.dynamo.as_client(), tables, REAL, lambda attempt: None)
        bucket, ports = IndexBucket(client, "index"), _Ports(clock)
        self._index = SqliteSearch(store, bucket, ports, folders.reader)
        self._writer = SqliteWriter(store, bucket, ports)

    def rebuild(self, offers: Callable[[], Iterable[Offer]]) -> None:
        self._writer.rebuild(lambda: (_face(offer) for offer in offers()))

    def publish(self, changes: Mapping[str, Offer | None]) -> None:
        faces = {twip_id: offer and _face(offer) for twip_id, offer in changes.items()}
        self._writer.write(lambda: faces, lambda: ())

    def find(self, wish: Wish, limit: int) -> list[str]:
        query = Query(wish.words, sort=Sort.PRICE_ASC if wish.cheapest else Sort.RELEVANCE)
        return [hit.face.twip_id for hit in self._index.find(query, cursor=None, limit=limit)]


def _face(offer: Offer) -> Face:
    prices = {Mode.VIDEO: offer.video_minor, Mode.TEXT: offer.text_minor}
    content = Content(
        tuple(map(Lang, offer.texts)),
        {Lang(lang): Text(*text) for lang, text in offer.texts.items()},
        {mode: price_minor for mode, price_minor in prices.items() if price_minor is not None},
        price_minor=offer.whole_minor,
        days=DAYS if offer.kind == "work" else None,
    )
    return Face(offer.twip_id, offer.author_id, TwipKind(offer.kind), content, offer.published_ms)
