"""Bytes that no client of ours sends, through all that stands before the code: the door, the gateway, the function's process."""

import json
import socket
from typing import Any

import pytest

COOKIES = "Cookie: other=ключ; more=".encode() + b"\xff\xfe"
NOBODY = b"0" * 26


@pytest.fixture
def ask(cloud: Any) -> Any:
    """One request, as bytes: the status of its answer, its media type and its JSON."""

    def asked(target: bytes, *headers: bytes, method: bytes = b"GET", body: bytes = b"") -> tuple[int, str, Any]:
        size = [b"Content-Length: %d" % len(body)] if body or method != b"GET" else []
        lines = [method + b" " + target + b" HTTP/1.1", b"Host: localhost", b"Connection: close", *headers, *size]
        with socket.create_connection(("127.0.0.1", cloud.port), timeout=60) as line:
            line.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        head, _, text = answer.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").lower().split("\r\n")
        media_type = next((line.partition(": ")[2] for line in rest if line.startswith("content-type")), "")
        return int(first.split()[1]), media_type, json.loads(text) if "json" in media_type else text

    return asked


def test_another_programs_cookie_breaks_no_request(ask: Any) -> None:
    for odd in (
        COOKIES,
        b"X-Odd: caf\xe9",
        b"User-Agent: \xd0\xb9",
        b"Accept-Language: \xff, en",
        b"Referer: /\xd1\x8f",
    ):
        assert ask(b"/api/health", odd)[0] == 200, odd
        assert ask(b"/api/twips?limit=1", odd)[0] == 200, odd
    told = ask(b"/api/auth/refresh", COOKIES, b"X-Requested-With: twip", method=b"POST")
    assert (told[0], told[2]["reason"]) == (401, "missing")
    told = ask(b"/api/auth/refresh", b"Cookie: refresh=\xff\xfe; a=b", b"X-Requested-With: twip", method=b"POST")
    assert (told[0], told[2]["reason"]) == (401, "invalid")
    told = ask(b"/api/me", b"Authorization: Bearer \xd0\xb9.\xff.x")
    assert (told[0], told[2]["reason"]) == (401, "invalid")


def test_an_id_that_can_be_none_is_refused_and_leads_nowhere_else(ask: Any) -> None:
    odd = [b"%00", b"%0a", b"%7f", b"%ff", b"%ed%a0%80", b"%2500", b"%252e%252e%252fhealth", b"%2e%2e%2fhealth", b"..",
           b"a" * 2000, b"%F0%9F%98%80", b"a%20b", b"%2f", b"a%5cb", b"-", b"%25", b"%"]  # fmt: skip
    for ident in odd:
        for path in (b"/api/users/", b"/api/twips/"):
            status, media_type, body = ask(path + ident)
            assert (status in (400, 404), media_type) == (True, "application/problem+json"), (path, ident, status)
            assert body["code"] in ("bad_request", "not_found")


def test_no_query_and_no_body_breaks_the_service(ask: Any) -> None:
    for query in (
        b"q=%ff%00",
        b"q=%ed%a0%80",
        b"cursor=%00",
        b"limit=1e999",
        b"q=" + b"a" * 5000,
        b"%ff=%00",
        b"q=a&q=b",
    ):
        assert ask(b"/api/twips?" + query)[0] in (200, 400, 422), query
    json_of = b"Content-Type: application/json"
    for body in (b"\xff\xfe{}", b'{"email": "\\ud800@example.org"}', b"[" * 30_000, b'{"email": 1' + b"0" * 5_000 + b"}",
                 b'{"email": "a\\u0000@example.org", "password": "\\u0000"}', b'{"email": "a", "email": "b"}'):  # fmt: skip
        status, media_type, told = ask(b"/api/auth/login", json_of, method=b"POST", body=body)
        assert (status, media_type, told["code"]) == (422, "application/problem+json", "invalid_input"), body[:40]


def test_a_line_opens_beside_another_programs_cookie(cloud: Any, town: Any, journeys: Any) -> None:
    async def ticket() -> str:
        person = await town.join("Vera")
        return str((await person.api.post("/me/ws-ticket"))["ticket"])

    upgrade = [b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
               b"Sec-WebSocket-Version: 13"]  # fmt: skip
    for query, status in ((journeys.run(ticket()).encode(), b"101"), (b"%ff%00", b"401"), (b"\xd0", b"400")):
        lines = [b"GET /ws?ticket=" + query + b" HTTP/1.1", b"Host: localhost", *upgrade, COOKIES]
        with socket.create_connection(("127.0.0.1", cloud.port), timeout=60) as line:
            line.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
            assert line.recv(4096).split()[1] == status, query
