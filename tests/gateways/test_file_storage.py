"""Links to the storage are those that botocore's own client would sign, and what it says of a file is believed and nothing else (D26).

That it refuses what is not signed for, it shows itself: tests/infra/test_files.py."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import botocore.session
import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, HTTPClientError

from chalicelib.domain.attachments import File
from chalicelib.domain.errors import NotFound, Unavailable
from chalicelib.domain.goods_uploads import Part
from chalicelib.gateways.file_storage import S3FileStorage, disposition

SITE, PLACE, REGION = "https://twip.example", "01jd3v8m6q4z7w2x5n9r1t0c8k", "eu-central-1"
BUCKET = f"https://people.s3.{REGION}.amazonaws.com"
DIGEST = "0f" * 32
CHECKSUM = base64.b64encode(bytes.fromhex(DIGEST)).decode()
FILE = File("План дома, ред. 2.pdf", "application/pdf", 4_100_000, DIGEST)
GIVEN = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a session's token/+=")
KEYS = Credentials(*GIVEN)


class Asked:
    """Stands in for the way to the bucket: answers in a row, with headers or with a body, and keeps what it was asked."""

    def __init__(self, *answers: dict[str, str] | bytes | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.bodies: list[bytes] = []

    def exchange(
        self, operation: str, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[Message, bytes]:
        self.requests.append((method, path, headers))
        self.bodies.append(body)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, bytes):
            return Message(), answer
        found = Message()
        for name, value in answer.items():
            found[name] = value
        return found, b""


def file_storage(asked: Asked | None = None, *, url: str = BUCKET, site: str = SITE) -> S3FileStorage:
    bucket: Any = asked or Asked()
    return S3FileStorage(bucket, url, site, REGION, KEYS)


def refused(status: int) -> ClientError:
    said: Any = {"Error": {"Code": str(status)}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, "HeadObject")


@pytest.fixture
def boto(monkeypatch: pytest.MonkeyPatch) -> Any:
    """botocore's client of S3, at a standstill of time."""
    at = datetime(2026, 11, 27, 9, 40, tzinfo=UTC)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: at)
    session = botocore.session.get_session()
    session.set_credentials(*GIVEN)
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    return session.create_client("s3", region_name=REGION, config=config)


def asked_of(url: str) -> tuple[str, dict[str, list[str]]]:
    """An address, however its query is ordered."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", parse_qs(parts.query)


def test_a_link_to_send_a_file_is_the_one_that_botocore_signs(boto: Any) -> None:
    link = file_storage().upload_link(PLACE, FILE, 900, unused_days=1)
    wanted = {
        "Bucket": "people",
        "Key": f"attachments/{PLACE}",
        "ContentLength": FILE.size_bytes,
        "ContentType": FILE.media_type,
        "ChecksumSHA256": CHECKSUM,
        "IfNoneMatch": "*",
        "Tagging": "unused=1",
    }
    assert asked_of(link.url) == asked_of(boto.generate_presigned_url("put_object", wanted, ExpiresIn=900))


@pytest.mark.rule("D32")
def test_size_type_checksum_and_that_nothing_is_there_yet_are_signed() -> None:
    link = file_storage().upload_link(PLACE, FILE, 900, unused_days=1)
    (signed,) = parse_qs(urlsplit(link.url).query)["X-Amz-SignedHeaders"]
    assert signed == "content-length;content-type;host;if-none-match;x-amz-checksum-sha256;x-amz-tagging"
    assert link.headers == {
        "Content-Type": "application/pdf",
        "If-None-Match": "*",
        "X-Amz-Checksum-Sha256": CHECKSUM,
        "X-Amz-Tagging": "unused=1",
    }


@pytest.mark.rule("D26")
def test_a_link_to_fetch_a_file_is_the_one_that_botocore_signs_and_asks_for_an_attachment(boto: Any) -> None:
    wanted = {
        "Bucket": "people",
        "Key": f"attachments/{PLACE}",
        "ResponseContentDisposition": disposition(FILE.name),
        "ResponseContentType": "application/octet-stream",
    }
    found = file_storage().download_link(PLACE, FILE.name, 300)
    assert asked_of(found) == asked_of(boto.generate_presigned_url("get_object", wanted, ExpiresIn=300))


def test_what_lies_on_the_site_is_linked_to_without_it() -> None:
    local = file_storage(url="http://127.0.0.1:8400/files", site="http://127.0.0.1:8400")
    assert local.upload_link(PLACE, FILE, 900, unused_days=1).url.startswith(f"/files/attachments/{PLACE}?")
    assert local.download_link(PLACE, "a", 300).startswith(f"/files/attachments/{PLACE}?")


WHOLE = {"Content-Length": "4100000", "Content-Type": "application/pdf", "x-amz-checksum-sha256": CHECKSUM}


@pytest.mark.parametrize(
    ("change", "there"),
    [
        ({}, True),
        ({"Content-Length": "4100001"}, False),
        ({"Content-Type": "text/html"}, False),
        ({"x-amz-checksum-sha256": base64.b64encode(bytes(32)).decode()}, False),
    ],
)
def test_a_file_is_there_if_the_storage_says_of_it_what_was_described(change: dict[str, str], there: bool) -> None:
    asked = Asked({**WHOLE, **change})
    assert file_storage(asked).has(PLACE, FILE) is there
    assert asked.requests == [("HEAD", f"/attachments/{PLACE}", {"X-Amz-Checksum-Mode": "ENABLED"})]


def test_what_carries_no_checksum_is_not_what_was_described() -> None:
    assert (
        file_storage(Asked({"Content-Length": "4100000", "Content-Type": "application/pdf"})).has(PLACE, FILE) is False
    )


def test_a_file_that_is_not_there_is_told_from_a_storage_that_does_not_answer() -> None:
    assert file_storage(Asked(refused(404))).has(PLACE, FILE) is False
    for broken in (refused(503), HTTPClientError(error=OSError("gone"))):
        with pytest.raises(Unavailable):
            file_storage(Asked(broken)).has(PLACE, FILE)
    with pytest.raises(ClientError):
        file_storage(Asked(refused(403))).has(PLACE, FILE)


def test_a_file_that_is_used_loses_the_tag_by_which_it_would_expire() -> None:
    asked = Asked({})
    file_storage(asked).keep(PLACE)
    assert asked.requests == [("DELETE", f"/attachments/{PLACE}?tagging", {})]
    with pytest.raises(Unavailable):
        file_storage(Asked(refused(500))).keep(PLACE)


MULTIPART = "2~a.b-C_d/+="
NAMED = "2~a.b-C_d%2F%2B%3D"
PARTS = (Part(1, 16_777_216, DIGEST, '"a1"'), Part(2, 5, "1a" * 32, '"b&2"'))
HEX = base64.b64encode(bytes.fromhex("1a" * 32)).decode()


@pytest.mark.rule("D26")
def test_a_link_to_send_a_part_is_the_one_that_botocore_signs_for_its_size_and_its_digest(boto: Any) -> None:
    link = file_storage().part_link(PLACE, "upload-1", 7, 16_777_216, DIGEST, 900)
    wanted = {
        "Bucket": "people",
        "Key": f"attachments/{PLACE}",
        "UploadId": "upload-1",
        "PartNumber": 7,
        "ContentLength": 16_777_216,
        "ChecksumSHA256": CHECKSUM,
    }
    assert asked_of(link.url) == asked_of(boto.generate_presigned_url("upload_part", wanted, ExpiresIn=900))
    (signed,) = parse_qs(urlsplit(link.url).query)["X-Amz-SignedHeaders"]
    assert signed == "content-length;host;x-amz-checksum-sha256"
    assert link.headers == {"X-Amz-Checksum-Sha256": CHECKSUM}


def test_a_file_in_parts_is_begun_with_its_type_its_tag_and_a_digest_of_each_part() -> None:
    asked = Asked(
        b'<?xml version="1.0"?><InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b"<Bucket>people</Bucket><UploadId>2~a.b-C_d/+=</UploadId></InitiateMultipartUploadResult>"
    )
    assert file_storage(asked).begin_parts(PLACE, FILE, unused_days=7) == MULTIPART
    headers = {
        "Content-Type": "application/pdf",
        "X-Amz-Checksum-Algorithm": "SHA256",
        "X-Amz-Tagging": "unused=7",
    }
    assert asked.requests == [("POST", f"/attachments/{PLACE}?uploads", headers)]
    with pytest.raises(Unavailable):
        file_storage(Asked(refused(503))).begin_parts(PLACE, FILE, unused_days=7)


LISTED = f"""<?xml version="1.0" encoding="UTF-8"?>
<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>people</Bucket><IsTruncated>false</IsTruncated>
<Part><PartNumber>1</PartNumber><ETag>&quot;a1&quot;</ETag><Size>16777216</Size><ChecksumSHA256>{CHECKSUM}</ChecksumSHA256></Part>
<Part><PartNumber>2</PartNumber><ETag>"b&amp;2"</ETag><Size>5</Size><ChecksumSHA256>{HEX}</ChecksumSHA256></Part>
<Part><PartNumber>3</PartNumber><ETag>"c3"</ETag><Size>6</Size></Part></ListPartsResult>""".encode()


def test_the_parts_that_have_arrived_are_those_that_the_storage_lists() -> None:
    asked = Asked(LISTED, refused(404), b'<ListPartsResult xmlns="x"/>')
    storage = file_storage(asked)
    assert storage.parts(PLACE, MULTIPART) == (*PARTS, Part(3, 6, "", '"c3"'))
    assert storage.parts(PLACE, MULTIPART) is None
    assert storage.parts(PLACE, MULTIPART) == ()
    assert asked.requests[0] == ("GET", f"/attachments/{PLACE}?uploadId={NAMED}", {})
    for broken, wanted in ((refused(500), Unavailable), (refused(403), ClientError)):
        with pytest.raises(wanted):
            file_storage(Asked(broken)).parts(PLACE, MULTIPART)


@pytest.mark.rule("D26")
def test_parts_are_joined_as_they_were_listed() -> None:
    asked = Asked(b'<CompleteMultipartUploadResult xmlns="x"><ETag>"1-2"</ETag></CompleteMultipartUploadResult>')
    file_storage(asked).join(PLACE, MULTIPART, PARTS)
    assert asked.requests == [("POST", f"/attachments/{PLACE}?uploadId={NAMED}", {})]
    assert asked.bodies == [
        b'<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b'<Part><PartNumber>1</PartNumber><ETag>"a1"</ETag><ChecksumSHA256>'
        + CHECKSUM.encode()
        + b"</ChecksumSHA256></Part>"
        b'<Part><PartNumber>2</PartNumber><ETag>"b&amp;2"</ETag><ChecksumSHA256>'
        + HEX.encode()
        + b"</ChecksumSHA256></Part>"
        b"</CompleteMultipartUpload>"
    ]


def test_what_is_joined_already_or_cannot_be_is_left_to_who_looks_and_what_may_pass_is_told() -> None:
    for status in (400, 404):
        file_storage(Asked(refused(status))).join(PLACE, MULTIPART, PARTS)
    late = b"<Error><Code>InternalError</Code></Error>"
    for broken in (refused(500), late):
        with pytest.raises(Unavailable):
            file_storage(Asked(broken)).join(PLACE, MULTIPART, PARTS)
    with pytest.raises(ClientError):
        file_storage(Asked(refused(403))).join(PLACE, MULTIPART, PARTS)


def test_a_file_that_was_sent_in_parts_is_there_if_the_storage_says_the_digest_of_its_parts() -> None:
    joined = replace(FILE, sha256=f"{DIGEST}-2")
    assert file_storage(Asked({**WHOLE, "x-amz-checksum-sha256": f"{CHECKSUM}-2"})).has(PLACE, joined)
    assert not file_storage(Asked({**WHOLE, "x-amz-checksum-sha256": f"{CHECKSUM}-3"})).has(PLACE, joined)
    assert not file_storage(Asked(WHOLE)).has(PLACE, joined)


def test_what_has_arrived_in_parts_is_forgotten_and_that_is_safe_to_repeat() -> None:
    asked = Asked(b"", refused(404))
    for _ in range(2):
        file_storage(asked).forget_parts(PLACE, MULTIPART)
    assert asked.requests == [("DELETE", f"/attachments/{PLACE}?uploadId={NAMED}", {})] * 2
    with pytest.raises(Unavailable):
        file_storage(Asked(refused(503))).forget_parts(PLACE, MULTIPART)
    with pytest.raises(ClientError):
        file_storage(Asked(refused(403))).forget_parts(PLACE, MULTIPART)


@pytest.mark.rule("D29")
def test_a_file_that_is_erased_is_deleted_itself_and_not_only_its_tag() -> None:
    asked = Asked({})
    file_storage(asked).drop(PLACE)
    assert asked.requests == [("DELETE", f"/attachments/{PLACE}", {})]
    with pytest.raises(Unavailable):
        file_storage(Asked(refused(500))).drop(PLACE)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Plan 2.pdf", "attachment; filename=\"Plan 2.pdf\"; filename*=UTF-8''Plan%202.pdf"),
        ("Отчёт.pdf", "attachment; filename=\"_____.pdf\"; filename*=UTF-8''%D0%9E%D1%82%D1%87%D1%91%D1%82.pdf"),
        ('a"b\\c%41;d.txt', "attachment; filename=\"a_b_c_41;d.txt\"; filename*=UTF-8''a%22b%5Cc%2541%3Bd.txt"),
        ("図 (1)'s*.png", "attachment; filename=\"_ (1)'s_.png\"; filename*=UTF-8''%E5%9B%B3%20%281%29%27s%2A.png"),
        ("👩‍👧.jpg", "attachment; filename=\"___.jpg\"; filename*=UTF-8''%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7.jpg"),
    ],
)
def test_a_download_has_its_real_name_in_any_alphabet_and_one_for_those_who_read_ascii_only(
    name: str, header: str
) -> None:
    assert disposition(name) == header
    assert header.isascii()


def test_a_file_is_read_by_its_ranges_and_one_that_is_gone_is_told_from_a_storage_that_does_not_answer() -> None:
    asked = Asked(b"hello")
    assert file_storage(asked).read("place", 4, 5) == b"hello"
    assert asked.requests == [("GET", "/attachments/place", {"Range": "bytes=4-8"})]
    with pytest.raises(NotFound):
        file_storage(Asked(refused(404))).read("place", 0, 5)
    with pytest.raises(Unavailable):
        file_storage(Asked(refused(503))).read("place", 0, 5)
