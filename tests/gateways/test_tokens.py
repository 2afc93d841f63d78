"""Access tokens and the chain of refresh secrets."""

import json
from typing import Any

import jwt
import pytest

from chalicelib.domain.access import ACCESS_LIFE_S, Caller
from chalicelib.domain.errors import Unauthenticated
from chalicelib.domain.people import Role
from chalicelib.gateways.secrets import KEPT_MS, Secrets
from chalicelib.gateways.tokens import SignedTokens

NOW_MS = 1_780_000_000_000
VERA = Caller("vera", frozenset({Role.USER, Role.MODERATOR}), 3)
KEYS = {"current": "k1", "k1": "the first signing key of these tests"}


def tokens(keys: dict[str, str] | None = None, issuer: str = "twip/test") -> SignedTokens:
    return SignedTokens(Secrets(lambda: json.dumps(keys or KEYS)), issuer, "twip/api")


def forged(**changed: Any) -> str:
    """A token that is right but for what is changed."""
    claims = jwt.decode(tokens().issue(VERA, NOW_MS), options={"verify_signature": False})
    headers = {"kid": "k1", **changed.pop("headers", {})}
    key = changed.pop("key", Secrets(lambda: json.dumps(KEYS)).signing("access", NOW_MS))
    algorithm = changed.pop("algorithm", "HS256")
    whole = {name: value for name, value in {**claims, **changed}.items() if value is not None}
    return jwt.encode(whole, key, algorithm, headers=headers)


@pytest.mark.rule("E16")
def test_a_token_says_who_one_is_for_ten_minutes() -> None:
    token = tokens().issue(VERA, NOW_MS)
    assert tokens().read(token, NOW_MS) == VERA
    assert tokens().read(token, NOW_MS + ACCESS_LIFE_S * 1000 - 1) == VERA
    with pytest.raises(Unauthenticated) as refused:
        tokens().read(token, NOW_MS + ACCESS_LIFE_S * 1000)
    assert refused.value.reason == "expired"


def test_a_token_carries_issuer_audience_key_id_subject_roles_epoch_and_its_end() -> None:
    token = tokens().issue(VERA, NOW_MS)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": "k1", "typ": "JWT"}
    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(claims) == {"iss", "aud", "sub", "roles", "epoch", "iat", "exp"}


def test_the_forgery_of_these_tests_is_good_when_nothing_is_changed() -> None:
    assert tokens().read(forged(), NOW_MS) == VERA


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "another key of thirty-two characters"},
        {"iss": "twip/prod"},
        {"aud": "somebody/else"},
        {"exp": None},
        {"sub": None},
        {"epoch": None},
        {"roles": None},
        {"roles": ["king"]},
        {"roles": "user"},
        {"roles": 7},
        {"roles": [["user"]]},
        {"epoch": "third"},
        {"exp": "tomorrow"},
        {"headers": {"kid": "k2"}},
        {"headers": {"kid": "current"}},
        {"key": "", "algorithm": "none"},
        {"algorithm": "HS512", "key": "x" * 64},
    ],
    ids=str,
)
def test_a_token_that_is_not_ours_in_every_part_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated) as refused:
        tokens().read(forged(**changed), NOW_MS)
    assert refused.value.reason == "invalid"


@pytest.mark.parametrize("text", ["", ".", "a.b.c", "Bearer", "é.é.é", "e30.e30.", "x" * 10_000])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens().read(text, NOW_MS)


def test_a_token_signed_with_the_key_itself_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        tokens().read(forged(key=KEYS["k1"], headers={"kid": "k1"}), NOW_MS)


def test_tokens_of_before_a_rotation_live_on_until_their_end() -> None:
    keys = dict(KEYS)
    signer = SignedTokens(Secrets(lambda: json.dumps(keys)), "twip/test", "twip/api")
    old = signer.issue(VERA, NOW_MS)
    keys.update({"current": "k2", "k2": "second"})
    later_ms = NOW_MS + KEPT_MS - 1
    assert signer.read(old, later_ms) == VERA
    newer = tokens(keys).issue(VERA, later_ms)
    assert jwt.get_unverified_header(newer)["kid"] == "k2"
    assert signer.read(newer, later_ms) == VERA


def test_the_next_refresh_secret_is_always_the_same_and_needs_the_key_to_know() -> None:
    following = tokens().successor("secret", NOW_MS)
    assert (len(following.secret), following.kid) == (43, "k1")
    assert following == tokens().successor("secret", NOW_MS + 1)
    assert following != tokens().successor("secreu", NOW_MS)
    assert following != tokens({**KEYS, "k1": "other"}).successor("secret", NOW_MS)


@pytest.mark.rule("E16")
def test_the_next_refresh_secret_of_before_a_rotation_of_the_key_is_made_again_as_long_as_that_key_is_in_force() -> (
    None
):
    before = tokens().successor("secret", NOW_MS)
    both = {"current": "k2", "k2": "second", "k1": KEYS["k1"]}
    assert tokens(both).successor("secret", NOW_MS).secret != before.secret
    assert tokens(both).same_successor("secret", before.kid, NOW_MS) == before.secret
    assert tokens({"current": "k2", "k2": "second"}).same_successor("secret", before.kid, NOW_MS) is None
