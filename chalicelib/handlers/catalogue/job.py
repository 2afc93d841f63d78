"""The search index's one writer: a batch of its queue is one new version of the index."""

import json
import logging
from typing import Any

from chalicelib.wiring import Wiring

log = logging.getLogger(__name__)


def update(w: Wiring, event: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """A batch: `{"twip_id": "..."}` brings a twip up to date; `{"rebuild": true}`, from an operator, makes the index anew.

    A batch that fails comes again; it writes what is true then. A message that says neither is given back alone."""
    asked = {record["messageId"]: _asked(record["body"]) for record in event["Records"]}
    wanted = [one for one in asked.values() if one is not None]
    try:
        if True in wanted:
            w.indexing.rebuild()
        elif wanted:
            w.indexing.update(twip_id for twip_id in wanted if isinstance(twip_id, str))
    except Exception:
        # The queue's redelivery is the retry, its dead-letter queue the alarm.
        log.exception("the search index was not brought up to date")
        return _failures(list(asked))
    return _failures([ident for ident, one in asked.items() if one is None])


def _asked(body: str) -> str | bool | None:
    """The twip that a message names, True for a rebuild, None for neither."""
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    twip_id = said.get("twip_id")
    return twip_id if isinstance(twip_id, str) else said.get("rebuild") is True or None


def _failures(message_ids: list[str]) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": [{"itemIdentifier": ident} for ident in message_ids]}
