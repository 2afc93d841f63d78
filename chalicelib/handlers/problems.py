"""Refusals as problem documents (RFC 9457): a status, a stable code, and the facts."""

import json
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from chalicelib.domain import errors
from chalicelib.domain.errors import Refusal
from chalicelib.handlers.models import iso

STATUS: dict[type[Refusal], int] = {
    errors.InvalidInput: 422,
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.WrongState: 409,
    errors.Stale: 409,
    errors.InsufficientFunds: 402,
    errors.PriceChanged: 409,
    errors.DaysChanged: 409,
    errors.EditionChanged: 409,
    errors.OwnTwip: 409,
    errors.AlreadyOrdered: 409,
    errors.CallLive: 409,
    errors.AlreadyDisputed: 409,
    errors.WindowClosed: 409,
    errors.NotCovered: 409,
    errors.NotCallable: 409,
    errors.FreeLimit: 429,
    errors.LimitReached: 409,
    errors.LimitTooLow: 409,
    errors.NotUploaded: 409,
    errors.TooManyAttempts: 429,
    errors.WrongAmount: 409,
    errors.KeyMissing: 400,
    errors.KeyInvalid: 400,
    errors.KeyReused: 422,
    errors.InvalidCursor: 400,
    errors.StatusNeedsConsultation: 409,
    errors.BeingChecked: 409,
    errors.Infected: 409,
    errors.SessionOver: 409,
    errors.SessionMoved: 409,
    errors.Unavailable: 503,
}
"""Every refusal has its status here; a test proves that none is missing."""

Problem = dict[str, Any]
EDGE_CODES = {404: "not_found", 405: "method_not_allowed", 415: "unsupported_media_type"}
"""Codes of what is refused before any use case is asked."""


def problem(refusal: Refusal, *, currency: str, request_id: str) -> Problem:
    """The document of a refusal. Facts in minor units become money, facts in ms become times."""
    facts = [_fact(name, value, currency) for name, value in refusal.facts.items()]
    return {**_plain(STATUS[type(refusal)], refusal.code, request_id), **dict(facts)}


def failure(status: int, *, request_id: str) -> Problem:
    """The document of an answer that no use case gave: unknown method, media type, a fault of ours."""
    return _plain(status, EDGE_CODES.get(status, "internal" if status >= 500 else "bad_request"), request_id)


def headers(status: int, refusal: Refusal | None = None) -> dict[str, str]:
    """What HTTP wants beside the document."""
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(refusal, errors.TooManyAttempts):
        return {"Retry-After": str(refusal.retry_after_s)}
    return {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}


def _plain(status: int, code: str, request_id: str) -> Problem:
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "code": code, "request_id": request_id}


def _fact(name: str, value: Any, currency: str) -> tuple[str, Any]:
    if name.endswith("_minor"):
        amount = None if value is None else {"amount_minor": value, "currency": currency}
        return name.removesuffix("_minor"), amount
    if name.endswith("_ms"):
        return f"{name.removesuffix('_ms')}_at", iso(value)
    if name == "errors":
        return name, [{k: v for k, v in asdict(part).items() if v is not None} for part in value]
    return name, value


def to_json(document: Problem) -> str:
    """The document as it is sent."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
