"""A client of the REST API: plain HTTP, which knows the service by its contract only."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

Json = dict[str, Any]


class Refused(Exception):
    """A coded refusal, of a request (with its HTTP status) or of a frame (status 0)."""

    def __init__(self, status: int, body: Json) -> None:
        self.status, self.body, self.code = status, body, str(body.get("code", ""))
        super().__init__(f"{status or 'frame'} {self.code} {body}")


@dataclass
class Api:
    """The REST API as one person sees it. `token` is the bearer token of whoever is signed in."""

    http: httpx.AsyncClient
    token: str | None = None

    async def call(self, method: str, path: str, body: Any = None, *, key: str | None = None, **query: Any) -> Any:
        """The JSON that answers. A POST gets an Idempotency-Key of its own unless one is given. Raises Refused."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if method == "POST":
            headers["Idempotency-Key"] = uuid4().hex if key is None else key
        answer = await self.http.request(method, f"/api{path}", json=body, headers=headers, params=query or None)
        found = _json(answer) if answer.content else None
        if answer.is_success and not isinstance(found, Unread):
            return found
        raise Refused(answer.status_code, _problem(found))

    async def get(self, path: str, **query: Any) -> Any:
        """GET."""
        return await self.call("GET", path, **query)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """POST."""
        return await self.call("POST", path, body, key=key)

    async def put(self, path: str, body: Any) -> Any:
        """PUT."""
        return await self.call("PUT", path, body)

    async def pages(self, path: str, **query: Any) -> list[Json]:
        """Every item of a listing, page by page."""
        items: list[Json] = []
        cursor: Json = {}
        while True:
            page = await self.get(path, **query, **cursor)
            items += page["items"]
            if not page.get("next_cursor"):
                return items
            cursor = {"cursor": page["next_cursor"]}


@dataclass(frozen=True)
class Unread:
    """The beginning of what is no JSON: somebody in between has answered."""

    text: str


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return Unread(answer.text[:200])


def _problem(found: Any) -> Json:
    if isinstance(found, Unread):
        return {"code": "unreadable", "text": found.text}
    return found if isinstance(found, dict) else {"code": "unreadable", "body": found}
