"""DEBUG=1: REST handlers run in this process, so that `breakpoint()` works. All else runs as ever."""

import base64
import os
import threading
from typing import Any

from infra.local.aws import REGION, client
from infra.local.front.rest import InProcess
from infra.local.places import ROOT


def in_process(endpoint: str, function: str) -> InProcess:
    """Answers requests as the function `function` would, with its environment."""
    configured = client("lambda", endpoint).get_function_configuration(FunctionName=function)
    os.environ.update(configured["Environment"]["Variables"])
    os.environ.update(AWS_ENDPOINT_URL=endpoint, AWS_DEFAULT_REGION=REGION)
    os.environ.update(dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "test"))
    from chalice.cli.factory import CLIFactory
    from chalice.local import CustomLocalChalice, LocalChalice, LocalGateway, LocalGatewayException

    from app import app

    # As `chalice local` does: each thread has a current request of its own.
    CustomLocalChalice.__bases__ = (LocalChalice, app.__class__)
    app.__class__ = CustomLocalChalice
    gateway = LocalGateway(app, CLIFactory(str(ROOT)).create_config_obj("dev"))
    one_at_a_time = threading.Lock()

    def answer(
        method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        # Two debuggers on one terminal are none.
        with one_at_a_time:
            try:
                answered = gateway.handle_request(method, path, headers, body or None)
            except LocalGatewayException as refused:
                return refused.CODE, list(refused.headers.items()), _bytes(refused.body)
        return answered["statusCode"], _headers(answered), _body(answered)

    return answer


def _headers(answered: dict[str, Any]) -> list[tuple[str, str]]:
    single = list((answered.get("headers") or {}).items())
    return single + [
        (name, value) for name, values in (answered.get("multiValueHeaders") or {}).items() for value in values
    ]


def _body(answered: dict[str, Any]) -> bytes:
    body = answered.get("body")
    return base64.b64decode(body) if body and answered.get("isBase64Encoded") else _bytes(body)


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""
