"""The search index's versions: whole files in a bucket, and one row in the market that says which is the present one.

A writer makes the next file from the present one and commits the row under its version: of two writers one is refused and begins again,
so no change is lost. A reader keeps the present file on its own disk and asks for news every two seconds at most."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import TYPE_CHECKING

from chalicelib.domain.search import Query
from chalicelib.outages import translate_errors
from chalicelib.services.catalogue.search import Face, Hits
from chalicelib.services.changes import Change, Insert, Ref, Save
from chalicelib.services.ports import Clock, Ids, Store
from chalicelib.services.retrying import ReadAgain, retry_on_conflict
from chalicelib.storage import search_index
from chalicelib.storage.sqlite import opened

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NEWS_MS = 2_000
FETCHES = 3
"""Tries to fetch the present file, before what is at hand is taken."""
KEPT = 3
"""Files that stay: a reader may still be fetching the one before the present one."""
NAME = f"twips-{search_index.SCHEME}"


@dataclass(frozen=True)
class SearchVersion:
    """Which file is the index now. `number` counts the files."""

    name: str
    number: int
    key: str
    version: int = 0


PRESENT = Ref(SearchVersion, NAME)


class IndexBucket:
    """The files of the index, by the number of their version. Each act raises Unavailable when no answer comes."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self.name = bucket

    @translate_errors()
    def fetch(self, key: str, path: Path) -> bool:
        """The file, onto the disk, whole or not at all. False when it is gone."""
        try:
            body = self._client.get_object(Bucket=self.name, Key=key)["Body"]
        except self._client.exceptions.NoSuchKey:
            return False
        # Several processes of one machine may fetch the same file at once.
        with NamedTemporaryFile(dir=path.parent, delete=False) as out:
            for chunk in body.iter_chunks(1 << 20):
                out.write(chunk)
        Path(out.name).replace(path)
        return True

    @translate_errors()
    def put(self, path: Path, key: str) -> None:
        """The file, into the bucket."""
        with path.open("rb") as body:
            self._client.put_object(Bucket=self.name, Key=key, Body=body)

    @translate_errors()
    def drop_before(self, number: int) -> None:
        """Deletes the files of older versions, also those that no row ever named."""
        listed = self._client.list_objects_v2(Bucket=self.name, Prefix=f"{NAME}/").get("Contents", [])
        for found in listed:
            if int(found["Key"].removeprefix(f"{NAME}/").partition("-")[0]) < number:
                self._client.delete_object(Bucket=self.name, Key=found["Key"])


class SqliteSearch:
    """Reads (services.search.SearchIndex). `folder` is scratch disk."""

    def __init__(self, store: Store, bucket: IndexBucket, clock: Clock, folder: Path) -> None:
        self._store, self._bucket, self._clock = store, bucket, clock
        self._folder = folder / bucket.name
        self._path: Path | None = None
        self._asked_ms = -NEWS_MS

    def find(self, query: Query, *, cursor: str | None, limit: int, facets: bool = False) -> Hits:  # noqa: ARG002
        """The next hits; none while there is no index. This engine counts no facets. Raises InvalidCursor."""
        path = self._present()
        if path is None:
            return Hits()
        try:
            return _ask(path, query, cursor, limit)
        except Exception:
            if path.exists():
                raise
        # Another reader of this machine went on to a newer file and took this one away.
        path = self._present()
        return Hits() if path is None else _ask(path, query, cursor, limit)

    def _present(self) -> Path | None:
        now_ms, path = self._clock.now_ms(), self._path
        if path is not None and path.exists() and now_ms - self._asked_ms < NEWS_MS:
            return path
        return retry_on_conflict(lambda: self._newest(now_ms), otherwise=lambda: self._path, tries=FETCHES)

    def _newest(self, now_ms: int) -> Path | None:
        present = self._store.get(PRESENT)
        if present is None:
            return None
        if not self._take(present):
            raise ReadAgain
        self._asked_ms = now_ms
        return self._path

    def _take(self, present: SearchVersion) -> bool:
        """Makes this version the one that is read. False when its file is gone already: then there is a newer one."""
        path, before = self._folder / present.key.replace("/", "-"), self._path
        self._folder.mkdir(parents=True, exist_ok=True)
        if not path.exists() and not self._bucket.fetch(present.key, path):
            return False
        self._path = path
        if before is not None and before != path:
            before.unlink(missing_ok=True)
        return True


def _ask(path: Path, query: Query, cursor: str | None, limit: int) -> Hits:
    with opened(path, read_only=True) as database:
        return Hits(search_index.find(database, query, cursor=cursor, limit=limit))


class SqliteWriter:
    """Writes (services.search.SearchWriter): a batch of changes is one new version."""

    def __init__(self, store: Store, bucket: IndexBucket, ids: Ids) -> None:
        self._store, self._bucket, self._ids = store, bucket, ids

    def write(self, changed: Callable[[], Mapping[str, Face | None]], everything: Callable[[], Iterable[Face]]) -> None:
        """Brings twips up to date; what has not changed makes no version. Raises Unavailable."""
        retry_on_conflict(lambda: self._write(changed, everything))

    def rebuild(self, everything: Callable[[], Iterable[Face]]) -> None:
        """Makes the index anew. Raises Unavailable."""
        retry_on_conflict(lambda: self._rebuild(self._store.get(PRESENT), everything))

    def _write(
        self, changed: Callable[[], Mapping[str, Face | None]], everything: Callable[[], Iterable[Face]]
    ) -> None:
        present = self._store.get(PRESENT)
        with _scratch() as path:
            if present is None or not self._bucket.fetch(present.key, path):
                return self._rebuild(present, everything)
            with opened(path) as database:
                differs = search_index.settle(database, changed().items())
            if differs:
                self._publish(present, path)
        return None

    def _rebuild(self, present: SearchVersion | None, everything: Callable[[], Iterable[Face]]) -> None:
        with _scratch() as path:
            with opened(path) as database:
                search_index.lay_out(database)
                search_index.settle(database, ((face.twip_id, face) for face in everything()))
            self._publish(present, path)

    def _publish(self, present: SearchVersion | None, path: Path) -> None:
        number = present.number + 1 if present else 1
        key = f"{NAME}/{number:08d}-{self._ids.new()}.sqlite"
        self._bucket.put(path, key)
        change: Change = Insert(SearchVersion(NAME, number, key))
        if present is not None:
            change = Save(replace(present, number=number, key=key))
        self._store.commit(change)
        self._bucket.drop_before(number - KEPT + 1)


@contextmanager
def _scratch() -> Iterator[Path]:
    with TemporaryDirectory(prefix="twip-index-") as folder:
        yield Path(folder) / "next.sqlite"
