"""TURN credentials end by themselves, and only the TURN server's own secret makes them."""

import base64
import hashlib
import hmac

from chalicelib.gateways.turn import CREDENTIALS_LIFE_MS, TurnServers

NOW_MS = 1_800_000_000_000


def test_without_servers_pages_connect_directly_and_no_secret_is_asked_for() -> None:
    def never(now_ms: int) -> str:
        raise AssertionError("asked")

    assert TurnServers((), never).servers("u", NOW_MS) == ()
    assert TurnServers(("stun:stun.example.org",), never).servers("u", NOW_MS) == ({"urls": ["stun:stun.example.org"]},)


def test_turn_credentials_are_an_expiring_name_and_its_hmac_as_coturn_checks_it() -> None:
    (server,) = TurnServers(("turn:turn.example.org:3478",), lambda now_ms: "s3cret").servers("user", NOW_MS)
    expires, _, name = server["username"].partition(":")
    assert (int(expires), name) == ((NOW_MS + CREDENTIALS_LIFE_MS) // 1000, "user")
    digest = hmac.new(b"s3cret", server["username"].encode(), hashlib.sha1).digest()
    assert server["credential"] == base64.b64encode(digest).decode()
