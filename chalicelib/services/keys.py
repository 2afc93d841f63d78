"""Ids that are derived, not invented: the same client request always names the same thing (D12)."""

import hashlib
import json
from typing import Any

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def derive(kind: str, *parts: str) -> str:
    """An id of 26 characters (lower-case Crockford base32, 130 bits) that these parts, and no others, have."""
    text = json.dumps([kind, *parts])
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:17], "big") >> 6
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def bought_id(customer_id: str, twip_id: str, number: int) -> str:
    """The id of a customer's order of the files of a twip (D9): the first, and the next where access to all before it has ended."""
    return derive("files", customer_id, twip_id, str(number))


def fingerprint(request: dict[str, Any]) -> str:
    """Of a request's body: a repeat of its Idempotency-Key with another body has another one."""
    return hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()[:32]


def digest(secret: str) -> str:
    """What is stored of a secret of 256 random bits: such a one needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
