"""What the storage refuses at its own door, through the site, with the rights of the API and no others (D26, D32).

Links are signed by the API's role: with more rights than it has, these tests would prove nothing."""

import hashlib
import json
import time
from typing import Any

import httpx
import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from chalicelib.domain.attachments import LARGEST_BYTES, File
from chalicelib.gateways.aws import AwsClient
from chalicelib.gateways.file_storage import S3FileStorage
from chalicelib.services.ports import UploadLink
from infra.local.aws import REGION
from infra.local.cloud import LocalCloud
from tests.infra.test_iam import assumed

BYTES = b"%PDF-1.7 " + bytes(range(256)) * 400
FILE = File("План дома.pdf", "application/pdf", len(BYTES), hashlib.sha256(BYTES).hexdigest())
Sent = tuple[int, str]


@pytest.fixture(scope="module")
def file_storage(cloud: LocalCloud) -> S3FileStorage:
    """As the API's function makes it."""
    given = assumed(cloud, "Rest")
    return made(cloud, Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]))


def made(cloud: LocalCloud, keys: Credentials) -> S3FileStorage:
    """With these credentials."""
    bucket = AwsClient("s3", f"{cloud.endpoint}/files", REGION, keys, lambda attempt: None)
    return S3FileStorage(bucket, f"{cloud.origin}/files", cloud.origin, REGION, keys)


def send(cloud: LocalCloud, link: UploadLink, body: bytes = BYTES, **changes: str | None) -> Sent:
    """A PUT along the link: its status, and the storage's own code. Changes: to the headers, None leaves one out."""
    wanted = {**link.headers, **{name.replace("_", "-").title(): value for name, value in changes.items()}}
    headers = {name: value for name, value in wanted.items() if value is not None}
    answer = httpx.put(f"{cloud.origin}{link.url}", content=body, headers=headers, timeout=60)
    return answer.status_code, answer.text.partition("<Code>")[2].partition("</Code>")[0]


def bucket(cloud: LocalCloud) -> Any:
    """As root."""
    return cloud.client("s3")


@pytest.mark.rule("D26", "D32")
def test_a_file_arrives_as_described_stays_when_used_and_is_fetched_under_its_name(
    cloud: LocalCloud, file_storage: S3FileStorage
) -> None:
    assert not file_storage.has("whole", FILE)
    assert send(cloud, file_storage.upload_link("whole", FILE, 60, unused_days=1)) == (200, "")
    assert file_storage.has("whole", FILE)
    tags = {"Bucket": "files", "Key": "attachments/whole"}
    assert bucket(cloud).get_object_tagging(**tags)["TagSet"] == [{"Key": "unused", "Value": "1"}]
    for _ in range(2):
        file_storage.keep("whole")
    assert bucket(cloud).get_object_tagging(**tags)["TagSet"] == []
    link = file_storage.download_link("whole", FILE.name, 60)
    for site in (cloud.origin, cloud.origin.replace("127.0.0.1", "localhost")):
        got = httpx.get(f"{site}{link}", headers={"Accept-Encoding": "gzip"})
        assert (got.status_code, got.content) == (200, BYTES)
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-disposition"].startswith("attachment;")
        assert got.headers["content-disposition"].endswith(
            "filename*=UTF-8''%D0%9F%D0%BB%D0%B0%D0%BD%20%D0%B4%D0%BE%D0%BC%D0%B0.pdf"
        )
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-security-policy"].startswith("sandbox")


def test_a_download_that_broke_off_goes_on(cloud: LocalCloud, file_storage: S3FileStorage) -> None:
    send(cloud, file_storage.upload_link("parts", FILE, 60, unused_days=1))
    link = f"{cloud.origin}{file_storage.download_link('parts', FILE.name, 60)}"
    got = httpx.get(link, headers={"Range": "bytes=1000-"})
    assert (got.status_code, got.content) == (206, BYTES[1000:])
    assert got.headers["content-range"] == f"bytes 1000-{len(BYTES) - 1}/{len(BYTES)}"
    assert httpx.get(link, headers={"Range": f"bytes={len(BYTES)}-"}).status_code == 416


@pytest.mark.rule("D32")
@pytest.mark.parametrize(
    ("what", "body", "headers", "refusal"),
    [
        ("more bytes", BYTES + b"!", {}, (403, "SignatureDoesNotMatch")),
        ("fewer bytes", BYTES[:-1], {}, (403, "SignatureDoesNotMatch")),
        ("other bytes", BYTES[:-1] + b"!", {}, (400, "BadDigest")),
        ("another checksum", BYTES, {"x_amz_checksum_sha256": "A" * 43 + "="}, (403, "SignatureDoesNotMatch")),
        ("no checksum", BYTES[:-1] + b"!", {"x_amz_checksum_sha256": None}, (403, "SignatureDoesNotMatch")),
        ("another type", BYTES, {"content_type": "text/html"}, (403, "SignatureDoesNotMatch")),
        ("whatever is there", BYTES, {"if_none_match": None}, (403, "SignatureDoesNotMatch")),
        ("to be kept", BYTES, {"x_amz_tagging": "kept=1"}, (403, "SignatureDoesNotMatch")),
        ("without a tag", BYTES, {"x_amz_tagging": None}, (403, "SignatureDoesNotMatch")),
    ],
)
def test_what_is_not_the_file_that_was_described_is_refused(
    cloud: LocalCloud,
    file_storage: S3FileStorage,
    what: str,
    body: bytes,
    headers: dict[str, str | None],
    refusal: Sent,
) -> None:
    place = what.replace(" ", "-")
    assert send(cloud, file_storage.upload_link(place, FILE, 60, unused_days=1), body, **headers) == refusal
    assert not file_storage.has(place, FILE)


@pytest.mark.rule("D32")
def test_a_link_is_good_once_for_its_place_and_for_its_time(cloud: LocalCloud, file_storage: S3FileStorage) -> None:
    link = file_storage.upload_link("once", FILE, 60, unused_days=1)
    assert send(cloud, link)[0] == 200
    assert send(cloud, link) == (412, "PreconditionFailed")
    elsewhere = UploadLink(link.url.replace("once", "else"), link.headers)
    assert send(cloud, elsewhere) == (403, "SignatureDoesNotMatch")
    longer = UploadLink(link.url.replace("X-Amz-Expires=60", "X-Amz-Expires=600000"), link.headers)
    assert send(cloud, longer) == (403, "SignatureDoesNotMatch")
    brief, fetched = (
        file_storage.upload_link("late", FILE, 1, unused_days=1),
        file_storage.download_link("once", FILE.name, 1),
    )
    time.sleep(2.1)
    assert send(cloud, brief) == (403, "AccessDenied")
    assert httpx.get(f"{cloud.origin}{fetched}").status_code == 403
    assert not file_storage.has("late", FILE)


@pytest.mark.rule("D26")
def test_without_a_link_nobody_reads_lists_or_writes(cloud: LocalCloud, file_storage: S3FileStorage) -> None:
    send(cloud, file_storage.upload_link("private", FILE, 60, unused_days=1))
    link = file_storage.download_link("private", FILE.name, 60)
    for url in (
        "/files/attachments/private",
        "/files/?list-type=2",
        link.replace("private", "whole"),
        link.replace("octet-stream", "html"),
        link.replace("attachment%3B", "inline%3B"),
        link.replace("/files/attachments/private", "/files/"),
        link.replace("/files/", "/other/"),
    ):
        answer = httpx.get(f"{cloud.origin}{url}")
        assert answer.status_code in (403, 404) or b"<!doctype html>" in answer.content.lower(), url
    assert httpx.put(f"{cloud.origin}{link}", content=b"x").status_code == 403
    assert httpx.request("DELETE", f"{cloud.origin}{link}").status_code == 405
    around = f"{cloud.endpoint}/files/attachments/private"
    assert httpx.get(around).status_code == 403
    assert httpx.put(around, content=b"x").status_code == 403


def test_the_largest_attachment_passes_the_door_and_a_larger_one_does_not(
    cloud: LocalCloud, file_storage: S3FileStorage
) -> None:
    body = bytes(LARGEST_BYTES)
    largest = File("zeros", "application/zip", len(body), hashlib.sha256(body).hexdigest())
    assert send(cloud, file_storage.upload_link("largest", largest, 60, unused_days=1), body) == (200, "")
    assert file_storage.has("largest", largest)
    assert send(cloud, file_storage.upload_link("larger", largest, 60, unused_days=1), body + b"!") == (413, "")


def test_the_api_can_neither_delete_nor_copy_nor_reach_anything_else(
    cloud: LocalCloud, file_storage: S3FileStorage
) -> None:
    send(cloud, file_storage.upload_link("safe", FILE, 60, unused_days=1))
    given = assumed(cloud, "Rest")
    storage = cloud.client(
        "s3",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    search = cloud.client("lambda").get_function_configuration(FunctionName=cloud.outputs["APIHandlerName"])
    names = search["Environment"]["Variables"]
    assert names["FILES_BUCKET"] == "files"
    for act, arguments in (
        (storage.delete_object, {"Bucket": "files", "Key": "attachments/safe"}),
        (storage.put_object, {"Bucket": "files", "Key": "elsewhere", "Body": b""}),
        (storage.put_object, {"Bucket": names["SEARCH_BUCKET"], "Key": "attachments/x", "Body": b""}),
        (storage.put_bucket_policy, {"Bucket": "files", "Policy": json.dumps({})}),
        (storage.delete_bucket_cors, {"Bucket": "files"}),
    ):
        with pytest.raises(ClientError) as refused:
            act(**arguments)
        assert refused.value.response["Error"]["Code"] == "AccessDenied", (act, arguments)
    assert file_storage.has("safe", FILE)
