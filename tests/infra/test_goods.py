"""Files in parts against the local cloud's storage, through the site, with the rights of the API and no others (D26, D32).

The storage here sets no least size of a part; AWS's is 5 MB, which no part but the last falls below
(tests/domain/test_goods_uploads.py)."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from chalicelib.domain.attachments import File
from chalicelib.domain.goods_uploads import Part, joined
from chalicelib.gateways.aws import AwsClient
from chalicelib.gateways.file_storage import S3FileStorage
from chalicelib.services.ports import UploadLink
from infra.local.aws import REGION
from infra.local.cloud import LocalCloud
from tests.infra.test_files import Sent, bucket, made, send
from tests.infra.test_iam import assumed

BODIES = (bytes(range(256)) * 400, b"second " * 9_000, b"the rest")
SUMS = tuple(hashlib.sha256(body).hexdigest() for body in BODIES)
FILM = File("Фильм.mp4", "video/mp4", sum(map(len, BODIES)), joined(SUMS))


@pytest.fixture(scope="module")
def storage(cloud: LocalCloud) -> S3FileStorage:
    """As the API's function makes it."""
    given = assumed(cloud, "Rest")
    return made(cloud, Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]))


def link(storage: S3FileStorage, place: str, multipart: str, number: int, life_s: int = 60) -> UploadLink:
    body = BODIES[number - 1]
    return storage.part_link(place, multipart, number, len(body), hashlib.sha256(body).hexdigest(), life_s)


def listed(storage: S3FileStorage, place: str, multipart: str) -> tuple[Part, ...]:
    """The parts of an upload that is under way."""
    found = storage.parts(place, multipart)
    assert found is not None
    return found


def begun(storage: S3FileStorage, place: str) -> str:
    return storage.begin_parts(place, FILM, unused_days=7)


@pytest.mark.rule("D26", "D32")
def test_a_file_in_parts_is_broken_off_goes_on_and_is_fetched_from_where_a_download_stopped(
    cloud: LocalCloud, storage: S3FileStorage
) -> None:
    multipart = begun(storage, "film")
    assert storage.parts("film", multipart) == ()
    signed = link(storage, "film", multipart, 1)
    headers = {**signed.headers, "Content-Length": str(len(BODIES[0]))}
    with pytest.raises(httpx.WriteError):
        httpx.put(f"{cloud.origin}{signed.url}", headers=headers, content=breaking_off(BODIES[0][:5_000]))
    assert send(cloud, link(storage, "film", multipart, 3), BODIES[2]) == (200, "")
    assert [(part.number, part.size_bytes, part.sha256) for part in listed(storage, "film", multipart)] == [
        (3, len(BODIES[2]), SUMS[2])
    ]
    for number in (1, 2):
        assert send(cloud, link(storage, "film", multipart, number), BODIES[number - 1]) == (200, "")
    arrived = listed(storage, "film", multipart)
    assert tuple(part.sha256 for part in arrived) == SUMS
    assert not storage.has("film", FILM)
    for _ in range(2):
        storage.join("film", multipart, arrived)
        assert storage.has("film", FILM)
    assert not storage.has("film", replace(FILM, sha256=joined(SUMS[:2])))
    assert storage.parts("film", multipart) is None
    storage.keep("film")
    whole = b"".join(BODIES)
    url = f"{cloud.origin}{storage.download_link('film', FILM.name, 60)}"
    got = httpx.get(url, headers={"Range": "bytes=70000-"})
    assert (got.status_code, got.content) == (206, whole[70_000:])
    assert got.headers["content-range"] == f"bytes 70000-{len(whole) - 1}/{len(whole)}"
    assert got.headers["content-disposition"].endswith("filename*=UTF-8''%D0%A4%D0%B8%D0%BB%D1%8C%D0%BC.mp4")
    assert httpx.get(url).content == whole


def breaking_off(body: bytes) -> Iterator[bytes]:
    """Some of a body, and then the line is lost."""
    yield body
    raise httpx.WriteError("the line is lost")


@pytest.mark.rule("D26")
@pytest.mark.parametrize(
    ("what", "body", "headers", "refusal"),
    [
        ("more bytes", BODIES[2] + b"!", {}, (403, "SignatureDoesNotMatch")),
        ("fewer bytes", BODIES[2][:-1], {}, (403, "SignatureDoesNotMatch")),
        ("other bytes", BODIES[2][:-1] + b"!", {}, (400, "BadDigest")),
        ("another checksum", BODIES[2], {"x_amz_checksum_sha256": "A" * 43 + "="}, (403, "SignatureDoesNotMatch")),
        ("no checksum", BODIES[2][:-1] + b"!", {"x_amz_checksum_sha256": None}, (403, "SignatureDoesNotMatch")),
    ],
)
def test_a_part_that_is_not_what_was_announced_is_refused(
    cloud: LocalCloud, storage: S3FileStorage, what: str, body: bytes, headers: dict[str, str | None], refusal: Sent
) -> None:
    place = f"part-with-{what.replace(' ', '-')}"
    multipart = begun(storage, place)
    assert send(cloud, link(storage, place, multipart, 3), body, **headers) == refusal
    assert storage.parts(place, multipart) == ()


@pytest.mark.rule("D26")
def test_a_parts_link_is_good_for_its_number_its_upload_its_place_and_its_time(
    cloud: LocalCloud, storage: S3FileStorage
) -> None:
    mine, other = begun(storage, "mine"), begun(storage, "other")
    signed = link(storage, "mine", mine, 3)
    for change in (
        ("partNumber=3", "partNumber=2"),
        (mine, other),
        ("/mine?", "/other?"),
        ("/files/attachments/mine?", "/files/mine?"),
        ("X-Amz-Expires=60", "X-Amz-Expires=600000"),
        (f"uploadId={mine}", "x=y"),
    ):
        assert change[0] in signed.url
        turned = UploadLink(signed.url.replace(*change), signed.headers)
        assert send(cloud, turned, BODIES[2])[0] in (403, 404), change
    brief = link(storage, "mine", mine, 3, life_s=1)
    time.sleep(2.1)
    assert send(cloud, brief, BODIES[2]) == (403, "AccessDenied")
    assert storage.parts("mine", mine) == storage.parts("other", other) == ()


def test_a_second_time_replaces_the_part_until_the_file_is_whole_and_then_does_nothing(
    cloud: LocalCloud, storage: S3FileStorage
) -> None:
    multipart = begun(storage, "again")
    signed = link(storage, "again", multipart, 1)
    assert send(cloud, signed, BODIES[0]) == send(cloud, signed, BODIES[0]) == (200, "")
    (arrived,) = listed(storage, "again", multipart)
    storage.join("again", multipart, [replace(arrived, tag='"0123"')])
    assert storage.parts("again", multipart) == (arrived,), "what is not there any more is not joined"
    storage.join("again", multipart, [arrived])
    assert send(cloud, signed, BODIES[0]) == (404, "NoSuchUpload")
    assert storage.has("again", replace(FILM, size_bytes=len(BODIES[0]), sha256=joined(SUMS[:1])))


def test_the_api_lists_parts_and_the_sweep_alone_forgets_them(cloud: LocalCloud, storage: S3FileStorage) -> None:
    multipart = begun(storage, "left")
    assert send(cloud, link(storage, "left", multipart, 3), BODIES[2]) == (200, "")
    with pytest.raises(ClientError) as refused:
        storage.forget_parts("left", multipart)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    given = assumed(cloud, "Retention")
    keys = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    sweep = S3FileStorage(
        AwsClient("s3", f"{cloud.endpoint}/files", REGION, keys, lambda attempt: None), cloud.origin, "", REGION, keys
    )
    for _ in range(2):
        sweep.forget_parts("left", multipart)
    assert storage.parts("left", multipart) is None
    assert not [
        it
        for it in bucket(cloud).list_multipart_uploads(Bucket="files").get("Uploads", [])
        if it["Key"] == "attachments/left"
    ]
    assert storage.parts("never", "no-such-upload") is None
    storage.join("never", "no-such-upload", [Part(1, 5, SUMS[0], '"a"')])
    assert not storage.has("never", FILM)
