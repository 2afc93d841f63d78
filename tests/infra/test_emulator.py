"""What is patched in the emulator, without starting it."""

import asyncio
import json
from typing import Any

import pytest
from ministack.services import apigateway

from infra.local.emulator import failures

ABOUT: tuple[Any, ...] = ("api", "account", "region", {}, "ws", "line=")


@pytest.mark.parametrize(
    ("kind", "answer", "body"),
    [
        ("MESSAGE", {"statusCode": 500, "body": "Task timed out after 30.00 seconds"}, "Internal server error"),
        ("MESSAGE", {"statusCode": 504, "body": {"errorMessage": "x"}}, "Internal server error"),
        ("MESSAGE", {"statusCode": 200}, None),
        ("MESSAGE", {}, None),
        ("MESSAGE", None, None),
        ("CONNECT", {"statusCode": 500, "body": "boom"}, "boom"),
    ],
)
def test_a_function_that_fails_over_a_frame_is_told_of_as_in_the_cloud(
    monkeypatch: pytest.MonkeyPatch, kind: str, answer: Any, body: str | None
) -> None:
    async def invoke(*_: Any, **__: Any) -> Any:
        return answer

    monkeypatch.setattr(apigateway, "_invoke_ws_lambda", invoke)
    failures.patch()
    told = asyncio.run(apigateway._invoke_ws_lambda(*ABOUT, kind, "request-1", "{}", "127.0.0.1", {}))
    said: Any = (told or {}).get("body")
    if body != "Internal server error":
        assert said == body
        return
    assert json.loads(said) == {"message": body, "connectionId": "line=", "requestId": "request-1"}
