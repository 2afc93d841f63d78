"""Payment providers. The sandbox is the one built in: its page asks no card, and its webhooks are signed like a real one's.

A webhook carries `Twip-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]`: HMAC-SHA256 over `<seconds>.<body>`, in Stripe's manner.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from chalicelib.domain.errors import FieldError, InvalidInput, Unauthenticated
from chalicelib.domain.topups import Notification, Outcome, TopUp

SIGNATURE = "twip-signature"
TOLERANCE_S = 300
"""A signature may be this much older, or younger, than our clock."""
LABEL = "payments/sandbox"
"""What the sandbox's signing key is derived for (gateways.secrets)."""


class SandboxPayments:
    """Money that is none. `keys` answers the keys in force at an instant, so that a rotation breaks no webhook under way."""

    name = "sandbox"

    def __init__(self, origin: str, keys: Callable[[int], tuple[bytes, ...]]) -> None:
        self._origin = origin
        self._keys = keys

    def start(self, top_up: TopUp) -> str:
        """The local page that plays the provider. It keeps nothing: what is to be paid stands in its address."""
        asked = urlencode({"amount_minor": top_up.amount_minor, "currency": top_up.currency})
        return f"{self._origin}/local/pay/{top_up.id}?{asked}"

    def verify(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> Notification:
        """See services.topups.Payments."""
        at_s, given = _parts(headers.get(SIGNATURE, ""))
        known = [_hex(key, at_s, body) for key in self._keys(now_ms)]
        if not any(hmac.compare_digest(one, other) for one in given for other in known):
            raise Unauthenticated(reason="invalid")
        if abs(now_ms // 1000 - at_s) > TOLERANCE_S:
            raise Unauthenticated(reason="expired")
        return _notification(body)


def signature(key: bytes, body: bytes, at_s: int) -> str:
    """The header's value for a body signed at that second."""
    return f"t={at_s},v1={_hex(key, at_s, body)}"


def notification(told: Notification) -> bytes:
    """The body of a webhook."""
    payment = {
        "topup_id": told.top_up_id,
        "outcome": told.outcome,
        "amount_minor": told.amount_minor,
        "currency": told.currency,
    }
    return json.dumps({"id": told.event_id, "payment": payment}).encode()


def _hex(key: bytes, at_s: int, body: bytes) -> str:
    return hmac.new(key, f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()


def _parts(header: str) -> tuple[int, list[str]]:
    """The second and the signatures in a header. Raises Unauthenticated when there are none."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [
        value for name, _, value in pairs if name == "t" and value.isascii() and value.isdigit() and len(value) < 12
    ]
    given = [value for name, _, value in pairs if name == "v1" and value.isascii()]
    if len(times) != 1 or not given:
        raise Unauthenticated(reason="invalid")
    return int(times[0]), given


def _notification(body: bytes) -> Notification:
    """Raises InvalidInput: the provider signed something that we do not understand."""
    try:
        event = json.loads(body)
        payment: dict[str, Any] = event["payment"]
        told = Notification(
            event["id"], payment["topup_id"], Outcome(payment["outcome"]), payment["amount_minor"], payment["currency"]
        )
    except (ValueError, KeyError, TypeError):
        raise InvalidInput((FieldError("", "not_a_notification"),)) from None
    texts = (told.event_id, told.top_up_id, told.currency)
    if not all(isinstance(text, str) and 0 < len(text) <= 64 for text in texts) or type(told.amount_minor) is not int:
        raise InvalidInput((FieldError("", "not_a_notification"),))
    return told
