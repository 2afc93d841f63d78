"""The REST API of a house, asked as a client asks it."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, cast

from chalice import Chalice
from chalice.test import Client, HTTPResponse

from chalicelib.domain.people import User
from chalicelib.handlers.routes import Route
from tests.support.house import House
from tests.support.people import bearer

EDGE_CODES = {"internal", "method_not_allowed", "unsupported_media_type"}
"""What any request may meet."""


@dataclass(frozen=True)
class Answer:
    """An answer: `body` is its JSON, None when there is none."""

    status: int
    body: Any
    headers: dict[str, Any]

    @property
    def code(self) -> str | None:
        """The problem's code."""
        return self.body.get("code") if isinstance(self.body, dict) else None

    @property
    def cookie(self) -> str | None:
        """What a browser would send back: `name=value` of the cookie that was set."""
        found = self.headers.get("Set-Cookie")
        return str(found[0]).partition(";")[0] if found else None

    @property
    def cookies(self) -> str:
        """All of them, as a browser would send them back."""
        return "; ".join(str(cookie).partition(";")[0] for cookie in self.headers.get("Set-Cookie", ()))


@dataclass
class Web:
    """A client. `user`: who is signed in on it; None is a stranger."""

    app: Chalice
    house: House
    user: User | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def by(self, user: User | None) -> "Web":
        """The same API, asked by somebody else."""
        return Web(self.app, self.house, user)

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> Answer:
        """One request. Underscores in names of headers are hyphens."""
        sent = {name.replace("_", "-"): value for name, value in {**self.headers, **headers}.items()}
        if self.user is not None:
            sent.setdefault("authorization", f"Bearer {bearer(self.house, self.user)}")
        if key is not None:
            sent["idempotency-key"] = key
        raw = b""
        if body is not None:
            sent.setdefault("content-type", "application/json")
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        with Client(self.app) as client:
            answer = _answer(client.http.request(method, path, headers=sent, body=raw))
        self._check(method, path, answer)
        return answer

    def _check(self, method: str, path: str, answer: Answer) -> None:
        """A route answers as it promises: with its status and model, or with a refusal that it declares."""
        route = self._route(method, path)
        if route is None or answer.code in EDGE_CODES:
            return
        if answer.status >= 400:
            assert answer.code in {kind.code for kind in route.refusals}, (
                f"{method} {path} does not declare {answer.code}"
            )
            return
        assert answer.status == route.status or route.raw, (
            f"{method} {path} promises {route.status}, not {answer.status}"
        )
        if route.answer is not None and answer.body is not None:
            assert set(answer.body) == set(route.answer.model_fields), f"{method} {path}"

    def _route(self, method: str, path: str) -> Route | None:
        for pattern, by_method in self.app.routes.items():
            if method in by_method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", pattern), path.partition("?")[0]):
                found: Route = cast(Any, by_method[method].view_function).described
                return found
        return None

    def get(self, path: str, **headers: str) -> Answer:
        """Reads."""
        return self.ask("GET", path, **headers)

    def put(self, path: str, body: Any) -> Answer:
        """PUT."""
        return self.ask("PUT", path, body)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> Answer:
        """Posts JSON."""
        return self.ask("POST", path, body, key=key, **headers)


def _answer(response: HTTPResponse) -> Answer:
    return Answer(response.status_code, response.json_body, dict(response.headers))
