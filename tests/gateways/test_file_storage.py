"""Links to the storage are those that botocore's own client would sign, and what it says of a file is believed and nothing else (D26).

That it refuses what is not signed for, it shows itself: tests/infra/test_files.py."""

import base64
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
from chalicelib.domain.errors import Unavailable
from chalicelib.gateways.file_storage import UNUSED, S3FileStorage, disposition

SITE, PLACE, REGION = "https://twip.example", "01jd3v8m6q4z7w2x5n9r1t0c8k", "eu-central-1"
BUCKET = f"https://people.s3.{REGION}.amazonaws.com"
DIGEST = "0f" * 32
CHECKSUM = base64.b64encode(bytes.fromhex(DIGEST)).decode()
FILE = File("План дома, ред. 2.pdf", "application/pdf", 4_100_000, DIGEST)
GIVEN = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a session's token/+=")
KEYS = Credentials(*GIVEN)


class Asked:
    """Stands in for the way to the bucket: answers in a row, and keeps what it was asked."""

    def __init__(self, *answers: dict[str, str] | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    def exchange(self, operation: str, method: str, path: str, headers: dict[str, str]) -> tuple[Message, bytes]:
        self.requests.append((method, path, headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
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
    link = file_storage().upload_link(PLACE, FILE, 900)
    wanted = {
        "Bucket": "people",
        "Key": f"attachments/{PLACE}",
        "ContentLength": FILE.size_bytes,
        "ContentType": FILE.media_type,
        "ChecksumSHA256": CHECKSUM,
        "IfNoneMatch": "*",
        "Tagging": UNUSED,
    }
    assert asked_of(link.url) == asked_of(boto.generate_presigned_url("put_object", wanted, ExpiresIn=900))


@pytest.mark.rule("D32")
def test_size_type_checksum_and_that_nothing_is_there_yet_are_signed() -> None:
    link = file_storage().upload_link(PLACE, FILE, 900)
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
    assert local.upload_link(PLACE, FILE, 900).url.startswith(f"/files/attachments/{PLACE}?")
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
