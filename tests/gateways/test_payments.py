"""The sandbox provider's signatures and bodies."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput, Unauthenticated
from chalicelib.domain.topups import Notification, Outcome
from chalicelib.gateways.payments import SandboxPayments, notification, signature

KEY, OLD_KEY = b"k" * 32, b"o" * 32
NOW_MS = 1_780_000_000_000
NOW_S = NOW_MS // 1000
TOLD = Notification("event-1", "p" * 26, Outcome.SUCCEEDED, 50_000, "RUB")
SANDBOX = SandboxPayments("https://twip.example", lambda now_ms: (KEY, OLD_KEY))


def verified(header: str, body: bytes, now_ms: int = NOW_MS) -> Notification:
    return SANDBOX.verify({"twip-signature": header}, body, now_ms)


@pytest.mark.rule("E8")
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_what_was_signed_with_a_key_in_force_is_read_as_it_was_said(outcome: Outcome, key: bytes) -> None:
    told = Notification("event-1", "p" * 26, outcome, 50_000, "RUB")
    assert verified(signature(key, notification(told), NOW_S), notification(told)) == told


@pytest.mark.rule("E8")
@pytest.mark.parametrize("drift_s", [-300, 0, 300])
def test_clocks_may_differ_by_five_minutes(drift_s: int) -> None:
    body = notification(TOLD)
    assert verified(signature(KEY, body, NOW_S + drift_s), body) == TOLD


@pytest.mark.rule("E8")
@pytest.mark.parametrize("drift_s", [-301, 301, -(10**9)])
def test_a_signature_from_another_time_is_expired(drift_s: int) -> None:
    body = notification(TOLD)
    with pytest.raises(Unauthenticated) as refused:
        verified(signature(KEY, body, NOW_S + drift_s), body)
    assert refused.value.reason == "expired"


@pytest.mark.rule("E8")
@given(st.text(max_size=60))
def test_no_made_up_header_passes(header: str) -> None:
    with pytest.raises(Unauthenticated):
        verified(header, notification(TOLD))


@pytest.mark.rule("E8")
def test_a_signature_is_for_one_body_one_second_and_one_purpose() -> None:
    body = notification(TOLD)
    good = signature(KEY, body, NOW_S)
    for header, said in (
        (good, body + b" "),
        (good.replace(f"t={NOW_S}", f"t={NOW_S + 1}"), body),
        (signature(b"x" * 32, body, NOW_S), body),
        (f"{good},t={NOW_S + 1}", body),
        (good.replace("v1=", "v0="), body),
        (good.replace(f"t={NOW_S}", "t=²"), body),
        (good.replace(f"t={NOW_S}", f"t={'1' * 4000}"), body),
        (good.replace("v1=", "v1=é"), body),
        ("", body),
    ):
        with pytest.raises(Unauthenticated):
            verified(header, said)


def test_one_good_signature_among_several_is_enough() -> None:
    body = notification(TOLD)
    _, _, mac = signature(KEY, body, NOW_S).partition("v1=")
    assert verified(f"t={NOW_S},v1=00,v1={mac}", body) == TOLD


def said(**changes: object) -> bytes:
    event = json.loads(notification(TOLD))
    event["payment"] |= changes
    return json.dumps(event).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"id": "e", "payment": []}',
        said(outcome="maybe"),
        said(amount_minor="50000"),
        said(amount_minor=50_000.0),
        said(amount_minor=True),
        said(topup_id=None),
        said(topup_id=""),
        said(topup_id="p" * 65),
        said(currency=1),
    ],
)
def test_a_signed_body_that_says_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        verified(signature(KEY, body, NOW_S), body)
