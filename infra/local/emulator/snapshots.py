"""The state is written down every two seconds: the emulator saves when it is stopped in good order only, and a power cut is not that."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import persistence

EVERY_S = 2.0
KEPT = frozenset(
    {
        "apigateway",
        "apigateway_v1",
        "cloudformation",
        "dynamodb",
        "eventbridge",
        "iam",
        "lambda",
        "s3",
        "secretsmanager",
        "ses",
        "ses_v2",
        "sqs",
        "ssm",
        "stepfunctions",
    }
)
_tasks: list[asyncio.Task[None]] = []


def patch() -> None:
    """The emulator runs its start-up scripts once it serves: that is when the saving begins."""
    ready = app._run_ready_scripts

    async def then_save() -> None:
        _tasks.append(asyncio.create_task(_save_for_ever()))
        await ready()

    app._run_ready_scripts = then_save
    logging.getLogger("persistence").setLevel(logging.WARNING)


async def _save_for_ever() -> None:
    written: dict[str, Any] = {}
    while True:
        await asyncio.sleep(EVERY_S)
        # Taken on the event loop, where the tables are written too: no transaction is ever split. Written beside it.
        changed = {name: state for name, state in _states().items() if written.get(name) != state}
        await asyncio.to_thread(persistence.save_all, {name: _given(state) for name, state in changed.items()})
        written |= changed


def _states() -> dict[str, Any]:
    states = {}
    for name, state in app._build_persistence_save_dict().items():
        if name not in KEPT:
            continue
        try:
            states[name] = state()
        except RuntimeError:  # changed by another thread while it was copied: the next round has it
            continue
    return states


def _given(state: Any) -> Callable[[], Any]:
    return lambda: state
