"""Whose address a request comes from: what the CDN says is believed of the CDN only (E19)."""

import pytest

from chalicelib.gateways.cdn import HEADER, Cdn

PEER = "198.51.100.4"
"""What the gateway saw: the CDN's own machine, or whoever comes around it."""
OURS = "the secret that our CDN sends along"


def viewer(**headers: str) -> str:
    cdn = Cdn(lambda key, now_ms: key == OURS)
    return cdn.viewer({name.replace("_", "-"): value for name, value in headers.items()}, PEER, 0)


def through_the_cdn(forwarded: str) -> str:
    return viewer(x_forwarded_for=forwarded, **{HEADER: OURS})


@pytest.mark.rule("E19")
def test_through_the_cdn_the_viewer_is_whom_the_cdn_saw_whatever_the_viewer_claims() -> None:
    assert through_the_cdn("203.0.113.7, 130.176.0.1") == "203.0.113.7"
    assert through_the_cdn("9.9.9.9, 8.8.8.8 ,203.0.113.7, 130.176.0.1") == "203.0.113.7"


@pytest.mark.rule("E19")
@pytest.mark.parametrize("secret", [None, "", "k1", "guessed"])
def test_around_the_cdn_nobody_can_claim_another_address(secret: str | None) -> None:
    proof = {} if secret is None else {HEADER: secret}
    for forwarded in ("9.9.9.9", "9.9.9.9, 8.8.8.8", "9.9.9.9, 203.0.113.7, 130.176.0.1"):
        assert viewer(x_forwarded_for=forwarded, **proof) == PEER


@pytest.mark.parametrize("forwarded", ["", ",", " , ", "130.176.0.1"])
def test_what_says_too_little_is_passed_over(forwarded: str) -> None:
    assert through_the_cdn(forwarded) == PEER


def test_without_any_address_all_count_as_one() -> None:
    assert Cdn(lambda key, now_ms: False).viewer({}, "", 0) == "unknown"


def test_who_comes_without_a_proof_causes_no_read_of_the_secret() -> None:
    def never(key: str, now_ms: int) -> bool:
        raise AssertionError("asked")

    assert Cdn(never).viewer({"x-forwarded-for": "1.1.1.1, 2.2.2.2"}, PEER, 0) == PEER
