"""The bucket of the index's parts, by a client of S3."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.storage.search.bucket import IndexBucket


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[IndexBucket]:
    import boto3
    from moto import mock_aws

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="index")
        yield IndexBucket(s3, "index")


def test_what_is_put_is_fetched_and_listed_and_gone_when_it_is_dropped(bucket: IndexBucket, tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"part" * 1_000_000)
    for key in ("a/1", "a/2", "b/1"):
        bucket.put(tmp_path / "one", key)
    assert bucket.fetch("a/1", tmp_path / "two")
    assert (tmp_path / "two").read_bytes() == (tmp_path / "one").read_bytes()
    listed = bucket.listed("a/")
    assert [key for key, _ in listed] == ["a/1", "a/2"]
    assert all(put_ms > 1_600_000_000_000 for _, put_ms in listed)
    bucket.drop(["a/1", "a/1"])
    assert [key for key, _ in bucket.listed("")] == ["a/2", "b/1"]
    assert not bucket.fetch("a/1", tmp_path / "three")


def test_a_bucket_out_of_reach_is_unavailable(
    bucket: IndexBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import EndpointConnectionError

    def unreachable(**_given: object) -> None:
        raise EndpointConnectionError(endpoint_url="s3")

    monkeypatch.setattr(bucket._client, "get_object", unreachable)
    with pytest.raises(Unavailable):
        bucket.fetch("a", tmp_path / "one")
