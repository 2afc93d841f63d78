"""What handlers print goes to one file as it is said, for the terminal and for a look back.

The emulator would keep a log stream in memory for each invocation: with a tick a second that is a leak, and reading it is slow."""

import json
import os
import threading
from pathlib import Path
from typing import Any

from ministack.services import lambda_svc

_lock = threading.Lock()


def patch() -> None:
    """Replaces the emulator's log streams."""
    lambda_svc._emit_lambda_logs = _emit


def _emit(func: dict[str, Any], _request: str, text: str, error: bool, _duration_ms: int, **_: Any) -> None:
    if not text:
        return
    config = func.get("config") or func
    write(config, text, error)


def write(config: dict[str, Any], text: str, error: bool = False) -> None:
    """Appends a function's words to the file."""
    line = json.dumps({"function": config.get("FunctionName", "?"), "error": error, "text": text}, ensure_ascii=False)
    with _lock, Path(os.environ["TWIP_LOG"]).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
