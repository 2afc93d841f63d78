"""`/local/pay/{topup_id}`: the sandbox payment provider. A person, or a test, decides whether the money comes; the service is told by a
signed webhook, as a real provider would tell it. Beside the plain outcomes it can play what real ones do on bad days."""

import asyncio
import html
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import uuid4

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from chalicelib.domain.topups import Notification, Outcome
from chalicelib.gateways.payments import LABEL, SIGNATURE, TOLERANCE_S, notification, signature
from chalicelib.gateways.secrets import Secrets

PAGE = (Path(__file__).parent / "front" / "pages" / "pay.html").read_text(encoding="utf-8")
MOODS = ("plain", "twice", "forged", "late", "short")
"""How the provider tells it: once; two times; with a wrong signature; signed too long ago; with a smaller amount than was asked for."""
_IDENT = re.compile(r"[0-9a-z]{26}")
_AMOUNT = re.compile(r"[1-9][0-9]{0,15}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class Sandbox:
    """The page and the webhook. `origin` is the product's; `key` is the one that the service checks the sandbox's signatures with."""

    def __init__(
        self, origin: Callable[[], str], key: Callable[[], bytes], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._origin, self._key, self._transport = origin, key, transport

    def routes(self) -> list[BaseRoute]:
        """One address: looked at, and decided on."""
        return [
            Route("/local/pay/{topup_id}", self.page, methods=["GET"]),
            Route("/local/pay/{topup_id}", self.decide, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """What is to be paid, and the choice."""
        asked = _asked(request)
        return _page(asked, "") if asked else _unknown()

    async def decide(self, request: Request) -> Response:
        """The choice: a form with `outcome` (`succeeded`, `failed`) and perhaps `mood`. The person comes back to where the product awaits
        them; programs are answered what the service answered, as JSON."""
        asked = _asked(request)
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        outcome, mood = form.get("outcome", ""), form.get("mood", "plain")
        if asked is None or outcome not in [*Outcome] or mood not in MOODS:
            return _unknown()
        top_up_id, amount_minor, currency = asked
        told_minor = amount_minor - 1 if mood == "short" else amount_minor
        body = notification(
            Notification(f"sandbox-{uuid4().hex[:16]}", top_up_id, Outcome(outcome), told_minor, currency)
        )
        answers = await self._tell(body, mood)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"answers": answers})
        if mood == "plain" and answers == [200]:
            # As real ones do; on a bad day it says what the service has answered.
            return RedirectResponse(f"/finances/topups/{top_up_id}", 303)
        return _page(asked, f"The service was told, and answered: {answers}")

    async def _tell(self, body: bytes, mood: str) -> list[int]:
        at_s = int(time.time()) - (TOLERANCE_S + 60 if mood == "late" else 0)
        key = b"somebody else's key" if mood == "forged" else await asyncio.to_thread(self._key)
        headers = {SIGNATURE: signature(key, body, at_s), "content-type": "application/json"}
        async with httpx.AsyncClient(timeout=30, transport=self._transport) as client:
            told = [
                await client.post(f"{self._origin()}/api/payments/sandbox/webhook", content=body, headers=headers)
                for _ in range(2 if mood == "twice" else 1)
            ]
        return [answer.status_code for answer in told]


def routes(origin: Callable[[], str], key: Callable[[], bytes]) -> list[BaseRoute]:
    """For the front door."""
    return Sandbox(origin, key).routes()


def signing_key(keys: Secrets) -> bytes:
    """The key that the API checks the sandbox's signatures with, of its signing keys."""
    return keys.signing(LABEL, int(time.time() * 1000))


def _asked(request: Request) -> tuple[str, int, str] | None:
    """Top-up, amount and currency from the address; None when it is none of ours."""
    ident, query = request.path_params["topup_id"], request.query_params
    amount, currency = query.get("amount_minor", ""), query.get("currency", "")
    if not (_IDENT.fullmatch(ident) and _AMOUNT.fullmatch(amount) and _CURRENCY.fullmatch(currency)):
        return None
    return ident, int(amount), currency


def _page(asked: tuple[str, int, str], said: str) -> Response:
    top_up_id, amount_minor, currency = asked
    amount = f"{amount_minor // 100:,}.{amount_minor % 100:02d}".replace(",", " ")
    facts = {"id": top_up_id, "amount": f"{amount} {currency}", "said": said, "decided": "decided" if said else "open"}
    page = PAGE
    for name, value in facts.items():
        page = page.replace(f"{{{{{name}}}}}", html.escape(value))
    return HTMLResponse(page)


def _unknown() -> Response:
    return HTMLResponse("<!doctype html><title>No such payment</title><p>There is no such payment.", 404)
