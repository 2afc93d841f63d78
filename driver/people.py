"""People and what they do before they talk: join, offer, pay, order. Plain HTTP, as a browser would."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx

from driver.api import Api, Json
from driver.client import Page, Silence, Watcher

PASSWORD = "a long walk on the beach"  # noqa: S105  # of people who are made up
MAIL_PATIENCE_S = 20.0
MEMBER_S = 300
"""Half of an access token's life."""
STAFF = {role: (f"{role}@example.org", PASSWORD) for role in ("moderator", "arbiter", "admin")}


@dataclass
class Person:
    """Somebody who is signed in."""

    origin: str
    api: Api
    name: str
    email: str
    user_id: str = ""
    offers: bool = False
    """Whether this person has a twip on sale, and so can be called."""
    watch: Watcher | None = None
    tabs: list[Page] = field(default_factory=list)

    async def ticket(self) -> str:
        """A ticket for one connection."""
        return str((await self.api.post("/me/ws-ticket"))["ticket"])

    async def page(self, *, manners: bool = True) -> Page:
        """Opens a tab."""
        page = await Page(self.origin, self.ticket, manners=manners, can_be_called=self.offers, watch=self.watch).open()
        self.tabs.append(page)
        return page

    async def available(self) -> int:
        """What this person can spend, in minor units."""
        return int((await self.api.get("/account"))["available"]["amount_minor"])

    async def postings(self) -> list[Json]:
        """The whole statement, newest first."""
        return await self.api.pages("/account/postings", limit=100)

    async def upload(self, name: str, body: bytes, media_type: str = "application/octet-stream") -> str:
        """Sends a file straight to the storage, as a page does; answers the id that a message names it by."""
        described = {"name": name, "type": media_type, "size": len(body), "sha256": sha256(body).hexdigest()}
        begun = await self.api.post("/uploads", described)
        sent = await self.api.http.put(begun["url"], content=body, headers=begun["headers"])
        sent.raise_for_status()
        return str(begun["id"])

    async def sell(self, twip_id: str, name: str, body: bytes, media_type: str = "application/octet-stream") -> str:
        """Sends a file for a twip of files, whole or in parts, as a page does; answers the id that an edit names it by."""
        described = {"name": name, "type": media_type, "size": len(body), "sha256": sha256(body).hexdigest()}
        begun = await self.api.post(f"/twips/{twip_id}/uploads", described)
        if begun["part_bytes"] is None:
            sent = await self.api.http.put(begun["link"]["url"], content=body, headers=begun["link"]["headers"])
            sent.raise_for_status()
        else:
            await self.send_parts(begun, body)
        await self.api.post(f"/uploads/{begun['id']}/complete")
        return str(begun["id"])

    async def send_parts(self, begun: Json, body: bytes, only: Collection[int] | None = None) -> None:
        """Sends what has not arrived yet of an upload in parts, one after the other; `only` some of them, by their numbers."""
        size = begun["part_bytes"]
        parts = {str(n): body[start : start + size] for n, start in enumerate(range(0, len(body), size), 1)}
        digests = {n: sha256(part).hexdigest() for n, part in parts.items()}
        lacking = {n: it for n, it in digests.items() if begun["arrived"].get(n) != it and (not only or int(n) in only)}
        links = (await self.api.post(f"/uploads/{begun['id']}/parts", {"parts": lacking}))["parts"]
        for number, link in links.items():
            sent = await self.api.http.put(link["url"], content=parts[number], headers=link["headers"], timeout=60)
            sent.raise_for_status()

    async def leave(self) -> None:
        """Closes every tab."""
        await asyncio.gather(*(tab.close() for tab in self.tabs))
        self.tabs.clear()


class Town:
    """The product at an origin, and the people in it."""

    def __init__(
        self, origin: str, staff: dict[str, tuple[str, str]] | None = None, watch: Watcher | None = None
    ) -> None:
        self.origin = origin.rstrip("/")
        self.staff = staff or dict(STAFF)
        self._watch = watch
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
        self.http = httpx.AsyncClient(base_url=self.origin, timeout=30, limits=limits)
        self._people: list[Person] = []
        self._members: dict[str, tuple[Person, float]] = {}
        self._lock = asyncio.Lock()

    async def close(self) -> None:
        """Everybody leaves."""
        await self.leave()
        await self.http.aclose()

    @asynccontextmanager
    async def visit(self) -> AsyncIterator["Town"]:
        """The same town and staff; who joins in it leaves at its end."""
        await self.moderator()
        town = copy(self)
        town._people = []
        try:
            yield town
        finally:
            await town.leave()

    async def leave(self) -> None:
        """Everybody closes their tabs."""
        await asyncio.gather(*(person.leave() for person in self._people))

    async def mail(self, to: str, holds: str) -> str:
        """The text of the newest mail to an address that holds a word. Raises Silence."""
        until = time.monotonic() + MAIL_PATIENCE_S
        while time.monotonic() < until:
            for text in await self.mails(to):
                if holds in text:
                    return text
            await asyncio.sleep(0.2)
        raise Silence(f"no mail to {to}")

    async def mails(self, to: str) -> list[str]:
        """The texts of all mails to an address, newest first."""
        found = (await self.http.get("/local/mail.json", params={"to": to})).json()
        return [str(mail["text"]) for mail in found]

    async def block_ms(self) -> int | None:
        """How long a block lasts here; None when nothing answers."""
        try:
            health = (await self.http.get("/api/health")).raise_for_status().json()
        except httpx.HTTPError:
            return None
        return int(health["block_seconds"]) * 1000

    async def sign_in(self, name: str, email: str, password: str) -> Person:
        """Somebody who has an account."""
        api = Api(self.http)
        api.token = (await api.post("/auth/login", {"email": email, "password": password}))["access_token"]
        person = Person(self.origin, api, name, email, watch=self._watch)
        person.user_id = (await api.get("/me"))["id"]
        self._people.append(person)
        return person

    def anonymous(self) -> Api:
        """The product as somebody sees it who is not signed in."""
        return Api(self.http)

    async def join(self, name: str) -> Person:
        """Somebody new: registers, opens the link in the mail, signs in."""
        email = f"{uuid4().hex[:12]}@example.org"
        anonymous = self.anonymous()
        form: Json = {"email": email, "password": PASSWORD, "display_name": name, "lang": "en"}
        await anonymous.post("/auth/register", form)
        link = re.search(r"token=([\w-]+)", await self.mail(email, "token="))
        assert link, "the mail has a link"
        await anonymous.post("/auth/confirm", {"token": link[1]})
        return await self.sign_in(name, email, PASSWORD)

    async def moderator(self) -> Person:
        """See `member`."""
        return await self.member("moderator")

    async def member(self, role: str) -> Person:
        """Whoever has a role among the staff, signed in anew before the access token ends."""
        async with self._lock:
            found, until = self._members.get(role, (None, 0.0))
            if found is None or time.monotonic() > until:
                found = await self.sign_in(role.title(), *self.staff[role])
                self._members[role] = found, time.monotonic() + MEMBER_S
        return found

    def consultation(self, **prices: int) -> Json:
        """A draft in both languages. `video=`, `text=`: minor units per block."""
        return {
            "kind": "consultation",
            "languages": ["en", "ru"],
            "texts": {
                "en": {
                    "title": "Chess openings",
                    "description": "Sharp lines for the club player, with all the traps.",
                },
                "ru": {
                    "title": "Шахматные дебюты",
                    "description": "Острые варианты для клубного игрока, со всеми ловушками.",
                },
            },
            "prices": {mode: rub(price) for mode, price in prices.items()},
        }

    def work(self, price_minor: int, days: int) -> Json:
        """A draft of a work in both languages, for a price of the whole."""
        return {
            "kind": "work",
            "languages": ["en", "ru"],
            "texts": {
                "en": {
                    "title": "Opening repertoire",
                    "description": "A repertoire for White and Black, written for the way you play.",
                    "bring": "Ten of your games, won and lost.",
                },
                "ru": {
                    "title": "Дебютный репертуар",
                    "description": "Репертуар за белых и чёрных, составленный под ваш стиль.",
                    "bring": "Десять ваших партий, выигранных и проигранных.",
                },
            },
            "work": {"price": rub(price_minor), "days": days},
        }

    def files(self, price_minor: int, links: Sequence[str] = ()) -> Json:
        """A draft of files in both languages, for a price of them all; files come later."""
        return {
            "kind": "files",
            "languages": ["en", "ru"],
            "texts": {
                "en": {
                    "title": "Opening cards",
                    "description": "Cards with the moves of a hundred openings, to print.",
                },
                "ru": {
                    "title": "Карточки дебютов",
                    "description": "Карточки с ходами ста дебютов: распечатать и учить.",
                },
            },
            "files": {"price": rub(price_minor), "links": [*links]},
        }

    async def publish(self, author: Person, **prices: int) -> str:
        """A consultation twip, written, submitted and approved."""
        twip_id = await self.publish_as(author, self.consultation(**prices))
        author.offers = True
        return twip_id

    async def publish_as(self, author: Person, draft: Json) -> str:
        """A twip of any kind, written, submitted and approved."""
        made = await author.api.post("/twips", draft)
        await self.approve(await author.api.post(f"/twips/{made['id']}/submit"))
        return str(made["id"])

    async def approve(self, submitted: Json) -> None:
        """The moderator lets a twip through."""
        moderator = await self.moderator()
        await moderator.api.post(f"/admin/twips/{submitted['id']}/approve", {"version": submitted["version"]})

    async def top_up(self, person: Person, minor: int) -> Json:
        """Money through the sandbox provider: asked for, paid on its page, credited by its signed webhook."""
        started: Json = await person.api.post("/account/topups", {"amount": rub(minor)})
        await self.pay(started)
        return started

    async def pay(self, started: Json, outcome: str = "succeeded", mood: str = "plain") -> list[int]:
        """Decides on the provider's page; answers what the service answered to its webhooks. `mood`: see the page."""
        form = {"outcome": outcome, "mood": mood}
        page = await self.http.post(started["pay_url"], data=form, headers={"Accept": "application/json"})
        answers: list[int] = page.raise_for_status().json()["answers"]
        return answers

    async def order(self, customer: Person, twip_id: str, mode: str, price_minor: int, key: str | None = None) -> Json:
        """An order, at the price that the customer saw."""
        body = {"twip_id": twip_id, "mode": mode, "price": rub(price_minor)}
        found: Json = await customer.api.post("/orders", body, key=key)
        return found

    async def order_work(self, customer: Person, twip_id: str, price_minor: int) -> Json:
        """An order of a work, at the price that the customer saw, and with the days that its page promises."""
        days = (await customer.api.get(f"/twips/{twip_id}"))["content"]["work"]["days"]
        body = {"twip_id": twip_id, "kind": "work", "days": days, "price": rub(price_minor)}
        found: Json = await customer.api.post("/orders", body)
        return found

    async def order_files(self, customer: Person, twip_id: str, price_minor: int, key: str | None = None) -> Json:
        """An order of files, at the price that the customer saw, and of what its page sells."""
        edition = (await customer.api.get(f"/twips/{twip_id}"))["edition"]
        body = {"twip_id": twip_id, "kind": "files", "edition": edition, "price": rub(price_minor)}
        found: Json = await customer.api.post("/orders", body, key=key)
        return found

    async def cancel(self, customer: Person, order_id: str) -> Json:
        """Cancels an order whose prepaid block is unused."""
        found: Json = await customer.api.post(f"/orders/{order_id}/cancel")
        return found

    async def transcript(self, reader: Person, session_id: str) -> list[Json]:
        """What was said in a session."""
        return await reader.api.pages(f"/sessions/{session_id}/transcript")

    async def until(self, what: str, there: Callable[[], Any], within_s: float = 20) -> Any:
        """Asks again and again until the answer is not empty. Raises Silence."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            if found := await there():
                return found
            await asyncio.sleep(0.25)
        raise Silence(f"{what} did not come within {within_s:g} s")


def rub(minor: int) -> Json:
    """An amount."""
    return {"amount_minor": minor, "currency": "RUB"}
