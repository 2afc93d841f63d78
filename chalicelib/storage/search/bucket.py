"""The bucket of the index's parts: objects that are never written over. Each act raises Unavailable when no answer comes."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.outages import translate_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK = 1 << 20


class IndexBucket:
    """Objects by key."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self.name = bucket

    @translate_errors()
    def fetch(self, key: str, path: Path) -> bool:
        """The object, onto the disk. False when it is gone."""
        try:
            body = self._client.get_object(Bucket=self.name, Key=key)["Body"]
        except self._client.exceptions.NoSuchKey:
            return False
        with path.open("wb") as out:
            for chunk in body.iter_chunks(CHUNK):
                out.write(chunk)
        return True

    @translate_errors()
    def put(self, path: Path, key: str) -> None:
        """The file, into the bucket."""
        with path.open("rb") as body:
            self._client.put_object(Bucket=self.name, Key=key, Body=body)

    @translate_errors()
    def listed(self, prefix: str) -> Sequence[tuple[str, int]]:
        """The keys that begin so, each with the time of its writing in milliseconds."""
        found: list[tuple[str, int]] = []
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
            found += [(one["Key"], int(one["LastModified"].timestamp() * 1000)) for one in page.get("Contents", [])]
        return found

    @translate_errors()
    def drop(self, keys: Iterable[str]) -> None:
        """Deletes objects; those that are gone are no matter."""
        for key in keys:
            self._client.delete_object(Bucket=self.name, Key=key)
