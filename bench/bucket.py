"""A stand-in for S3's client over a folder: what is put in and fetched is counted, and nothing but the disk is in between."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO


class NoSuchKey(Exception):
    """As the client's."""


class _Exceptions:
    NoSuchKey = NoSuchKey


@dataclass
class Moved:
    """Bytes so far."""

    put: int = 0
    fetched: int = 0


class _Body:
    def __init__(self, path: Path) -> None:
        self._path = path

    def iter_chunks(self, chunk_size: int = 1 << 20) -> Iterator[bytes]:
        with self._path.open("rb") as body:
            while chunk := body.read(chunk_size):
                yield chunk

    def read(self) -> bytes:
        return self._path.read_bytes()


@dataclass(frozen=True)
class _Pages:
    """One page."""

    paginate_once: Callable[..., dict[str, Any]]

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        yield self.paginate_once(**asked)


class FolderBucket:
    """`client("s3")` for one bucket, as far as an index of the search asks of it. A key is a path in the folder."""

    exceptions = _Exceptions

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.moved = Moved()

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        """The object, or NoSuchKey."""
        path = self.folder / Key
        if not path.is_file():
            raise NoSuchKey(Key)
        self.moved.fetched += path.stat().st_size
        return {"Body": _Body(path), "ContentLength": path.stat().st_size}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes | BinaryIO, **_: Any) -> None:  # noqa: N803
        """Another file under the name, so that links to the one before keep it."""
        path = self.folder / Key
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        with part.open("wb") as out:
            if isinstance(Body, bytes):
                out.write(Body)
            else:
                while chunk := Body.read(1 << 20):
                    out.write(chunk)
        self.moved.put += part.stat().st_size
        part.replace(path)

    def list_objects_v2(self, *, Bucket: str, Prefix: str = "", **_: Any) -> dict[str, Any]:  # noqa: N803
        """All of them at once."""
        found = {str(path.relative_to(self.folder)): path for path in sorted(self.folder.rglob("*")) if path.is_file()}
        listed = [
            {"Key": key, "LastModified": datetime.fromtimestamp(path.stat().st_mtime, UTC)}
            for key, path in found.items()
            if key.startswith(Prefix)
        ]
        return {"Contents": listed, "IsTruncated": False}

    def get_paginator(self, operation: str) -> "_Pages":
        """Of the one operation that has pages."""
        return _Pages(getattr(self, operation))

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803
        """Gone, if it was there."""
        (self.folder / Key).unlink(missing_ok=True)
