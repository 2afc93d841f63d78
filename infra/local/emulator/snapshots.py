"""The state is written down every two seconds: the emulator saves when it is stopped in good order only, and a power cut is not that.

A snapshot is taken on the event loop, where the tables are written too, so that no transaction is ever split; everything else waits
meanwhile. So it is pickled there (10 ms for 2,000 items, a tenth of what the emulator's own copying takes) and written elsewhere. It is
spelled as JSON in one go: `json.dump`, which writes piece by piece, is in Python and takes four times as long."""

import asyncio
import json
import logging
import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TextIO

from ministack import app
from ministack.core import persistence
from ministack.services import cloudformation, dynamodb

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
UNCOPIED = {"cloudformation": cloudformation, "dynamodb": dynamodb}
"""Those with much to keep, whose `get_state` copies it and does nothing else."""
_tasks: list[asyncio.Task[None]] = []


def patch() -> None:
    """The emulator runs its start-up scripts once it serves: that is when the saving begins."""
    ready = app._run_ready_scripts

    async def then_save() -> None:
        _tasks.append(asyncio.create_task(_save_for_ever()))
        await ready()

    app._run_ready_scripts = then_save
    persistence.json = SimpleNamespace(**{**vars(json), "dump": _dump})
    logging.getLogger("persistence").setLevel(logging.WARNING)


def _dump(value: Any, file: TextIO, default: Callable[[Any], Any]) -> None:
    file.write(json.dumps(value, default=default))


async def _save_for_ever() -> None:
    written: dict[str, bytes] = {}
    while True:
        await asyncio.sleep(EVERY_S)
        changed = {name: state for name, state in _states().items() if written.get(name) != state}
        await asyncio.to_thread(persistence.save_all, {name: _unpickled(state) for name, state in changed.items()})
        written |= changed


def _states() -> dict[str, bytes]:
    states = {}
    for name, state in app._build_persistence_save_dict().items():
        if name not in KEPT:
            continue
        try:
            states[name] = _pickled(name, state)
        except RuntimeError:  # changed by another thread meanwhile: the next round has it
            continue
    return states


def _pickled(name: str, state: Callable[[], Any]) -> bytes:
    """Without the deep copy that `state` would make first, where there is much."""
    service = UNCOPIED.get(name)
    if service is None:
        return pickle.dumps(state())
    module, service.copy = service.copy, SimpleNamespace(deepcopy=lambda value: value)
    try:
        return pickle.dumps(state())
    finally:
        service.copy = module


def _unpickled(state: bytes) -> Callable[[], Any]:
    return lambda: pickle.loads(state)  # noqa: S301  # our own, of a moment ago
