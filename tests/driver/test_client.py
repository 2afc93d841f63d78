"""The console client lives through what a gateway, or somebody in between, says in the service's place."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx
import pytest
from websockets.asyncio.server import ServerConnection, serve

from chalicelib.services.frames import Pong, Welcome
from chalicelib.ws.push import encode
from driver.api import Api, Refused
from driver.client import Page, frame_in

GATEWAY = '{"message": "Internal server error", "connectionId": "c=", "requestId": "r="}'
NO_FRAMES = ("Task timed out after 29.00 seconds", GATEWAY, "", "null", "[]", "5", '{"type": 5}', "{", "[" * 100_000)
WELCOME = Welcome("vera", now_ms=1, keepalive_ms=40_000, report_ms=(50_000, 30_000), waiting_report_ms=10_000)


async def on_line(act: Callable[[Page], Awaitable[None]]) -> None:
    """A page on a line whose other end says a number of things before each answer."""

    async def answers(connection: ServerConnection) -> None:
        async for text in connection:
            frame = json.loads(text)
            for no_frame in NO_FRAMES:
                await connection.send(no_frame)
            answer = WELCOME if frame["type"] == "hello" else Pong(now_ms=2)
            await connection.send(encode(replace(answer, re=frame["id"])).decode())

    async def ticket() -> str:
        return "once"

    async with serve(answers, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        page = await Page(f"http://127.0.0.1:{port}", ticket).open()
        await act(page)
        await page.close()


def test_a_line_lives_through_what_is_no_frame() -> None:
    async def act(page: Page) -> None:
        assert (await page.ask("ping"))["type"] == "pong"
        assert [it.frame["type"] for it in page.received] == ["welcome", "pong"]
        assert page.unread == [*NO_FRAMES] * 2
        assert not page.closed.is_set()

    asyncio.run(on_line(act))


@pytest.mark.parametrize("text", NO_FRAMES)
def test_what_has_no_type_is_no_frame(text: str) -> None:
    assert frame_in(text) is None


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (200, "<html>", "unreadable"),
        (502, "<html>", "unreadable"),
        (500, "[]", "unreadable"),
        (404, '{"code": "x"}', "x"),
    ],
)
def test_an_answer_that_is_none_of_the_services_is_a_refusal(status: int, text: str, code: str) -> None:
    async def act() -> None:
        transport = httpx.MockTransport(lambda _: httpx.Response(status, text=text))
        async with httpx.AsyncClient(transport=transport, base_url="http://twip.example") as http:
            with pytest.raises(Refused) as refused:
                await Api(http).get("/health")
        assert (refused.value.status, refused.value.code) == (status, code)

    asyncio.run(act())
