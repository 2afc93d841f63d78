"""Beginning an upload over HTTP: what is to be sent is described, and how to send it is answered (D12, D32)."""

from typing import Any

import pytest

from chalicelib.domain.attachments import LARGEST_BYTES
from chalicelib.domain.people import User
from chalicelib.handlers.models import iso
from tests.support.house import House
from tests.support.people import settle
from tests.support.web import Answer, Web


@pytest.fixture
def vera(house: House) -> User:
    return settle(house, "vera@example.org")


def begin(web: Web, vera: User, key: str | None = "upload-key", **changes: Any) -> Answer:
    described = {"name": "../План.pdf", "type": "application/pdf", "size": 4_100_000, "sha256": "0f" * 32}
    return web.by(vera).post("/uploads", {**described, **changes}, key=key)


@pytest.mark.rule("D32")
def test_an_upload_is_answered_with_the_way_to_send_it(house: House, web: Web, vera: User) -> None:
    answer = begin(web, vera)
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "name": "План.pdf",
        "url": answer.body["url"],
        "headers": {"Content-Type": "application/pdf"},
        "expires_at": iso(house.hands.at_ms + 900_000),
    }
    assert len(answer.body["id"]) == 26
    assert answer.body["url"].startswith("/files/attachments/")


@pytest.mark.rule("D12")
def test_beginning_is_keyed(web: Web, vera: User) -> None:
    first = begin(web, vera)
    assert begin(web, vera).body == first.body
    assert begin(web, vera, size=1).code == "idempotency_key_reused"
    assert begin(web, vera, key=None).code == "idempotency_key_missing"


@pytest.mark.rule("D32")
@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"size": LARGEST_BYTES + 1}, "size", "too_large"),
        ({"size": 0}, "size", "too_small"),
        ({"size": "1"}, "size", "invalid"),
        ({"type": "pdf"}, "type", "invalid"),
        ({"sha256": "0F" * 32}, "sha256", "invalid"),
        ({"name": "a" * 1025}, "name", "too_long"),
        ({"place": "elsewhere"}, "place", "unknown"),
    ],
)
def test_a_wrong_description_is_refused_by_its_field(
    web: Web, vera: User, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = begin(web, vera, **changes)
    assert (answer.status, answer.code) == (422, "invalid_input")
    assert [(error["field"], error["code"]) for error in answer.body["errors"]] == [(field, code)]
