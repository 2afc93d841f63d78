"""The processes that run the functions: how many at once, what they say, and how they give way to new code."""

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from infra.local.emulator import logs

FRAMES_AT_ONCE = int(os.environ.get("TWIP_FRAMES_AT_ONCE", "6"))
"""A process of some 60 MB each; more than a few gain nothing on a personal machine."""
LONGEST_RUN_S = 60.0
_MARK = "\x1f"
_frames = threading.BoundedSemaphore(FRAMES_AT_ONCE)


def patch() -> None:
    """All of them."""
    _name_errors()
    _wait_less_for_stderr()
    lambda_runtime.get_or_create_worker = FrameWorker
    lambda_svc.invalidate_worker = retire


def _name_errors() -> None:
    """Errors keep the name of their class: Retry and Catch of a state machine go by it."""
    said = '"error": str(e), "trace"'
    if lambda_runtime._PYTHON_WORKER_SCRIPT.count(said) != 1:
        raise RuntimeError("ministack reports errors in another way now")
    named = '"error": "\\x1f" + type(e).__name__ + "\\x1f" + str(e), "trace"'
    lambda_runtime._PYTHON_WORKER_SCRIPT = lambda_runtime._PYTHON_WORKER_SCRIPT.replace(said, named)
    execute: Callable[..., Any] = lambda_svc._execute_function_warm

    def executed(*args: Any, **kwargs: Any) -> Any:
        result = execute(*args, **kwargs)
        body = result.get("body") if isinstance(result, dict) else None
        if isinstance(body, dict) and str(body.get("errorMessage", "")).startswith(_MARK):
            _, body["errorType"], body["errorMessage"] = body["errorMessage"].split(_MARK, 2)
        return result

    lambda_svc._execute_function_warm = executed


def _wait_less_for_stderr() -> None:
    """A silent handler costs 2 ms, not 50."""
    drain = lambda_runtime.Worker._drain_stderr_bounded

    def drained(worker: Any) -> str:
        said: str = drain(worker, 0.002, 0.002, 0.25)
        return said

    lambda_runtime.Worker._drain_stderr_bounded = drained


class FrameWorker:
    """What runs one WebSocket event: a process of its own for as long as it takes (the emulator would queue every connection behind
    one process), a few at once, and its words in the log."""

    def __init__(self, name: str, config: dict[str, Any], code: bytes, qualifier: str = "$LATEST") -> None:
        self._leased = (name, config, code, qualifier)
        self._config = config

    def invoke(self, event: dict[str, Any], request_id: str) -> Any:
        """Runs the event. Waits while too many run."""
        with _frames:
            worker, _ = lambda_runtime.acquire_worker(*self._leased)
            try:
                result = worker.invoke(event, request_id)
            finally:
                lambda_runtime.release_worker(worker)
        failed = result.get("status") == "error"
        said = "\n".join(filter(None, [result.get("log", ""), result.get("trace", "") if failed else ""]))
        logs._emit({"config": self._config}, request_id, said, failed, 0)
        return result


def retire(name: str, qualifier: str | None = None, account: str | None = None, region: str | None = None) -> None:
    """Takes a function's processes out of service, letting those at work finish: new code must not cut a debit in two."""
    with lambda_runtime._lock:
        keys = [key for key in lambda_runtime._workers if _is_of(key, name, qualifier, account, region)]
        retired = [worker for key in keys for worker in lambda_runtime._workers.pop(key)]
        idle = [worker for worker in retired if not worker.in_use]
        busy = [worker for worker in retired if worker.in_use]
    lambda_runtime.kill_workers(idle)
    if busy:
        threading.Thread(target=_end_when_done, args=(busy,), daemon=True, name="retire").start()


def _is_of(key: str, name: str, qualifier: str | None, account: str | None, region: str | None) -> bool:
    parts = dict(zip(("account", "region", "name", "qualifier"), key.split(":"), strict=True))
    wanted = {"account": account, "region": region, "name": name, "qualifier": qualifier}
    return all(value is None or parts[part] == value for part, value in wanted.items())


def _end_when_done(workers: list[Any]) -> None:
    deadline = time.monotonic() + LONGEST_RUN_S
    while any(worker.in_use for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    lambda_runtime.kill_workers(workers)
