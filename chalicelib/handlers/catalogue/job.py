"""The search index's writer: a batch of its queue is one new version of the index."""

import json
import logging
from typing import Any, NamedTuple

from chalicelib.wiring import Wiring

log = logging.getLogger(__name__)
NAMING = ("twip_id", "performer_id")
WHOLE = ("rebuild", "tidy", "mend")


class _Asked(NamedTuple):
    """What a message is about: a twip, a performer, or everything."""

    what: str
    ident: str


def update(w: Wiring, event: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """A batch: `{"twip_id": "..."}` brings a twip up to date, `{"performer_id": "..."}` all that a performer has on sale, whose rating has
    changed, or their name, or whether they are blocked; `{"rebuild": true}`, from an operator, makes the index anew, and so does
    `{"tidy": true}`, of a night, if it is worth it, and `{"mend": true}`, of a reader that has found none, if there is none.

    A batch that fails comes again; it writes what is true then. A message that says none of them is given back alone."""
    asked = {record["messageId"]: _asked(record["body"]) for record in event["Records"]}
    wanted = [one for one in asked.values() if one is not None]
    try:
        if any(one.what == "rebuild" for one in wanted):
            w.indexing.rebuild()
        elif wanted:
            w.indexing.update(*([one.ident for one in wanted if one.what == what] for what in NAMING))
            if any(one.what == "tidy" for one in wanted):
                w.indexing.tidy()
            if any(one.what == "mend" for one in wanted):
                w.indexing.mend()
    except Exception:
        # The queue's redelivery is the retry, its dead-letter queue the alarm.
        log.exception("the search index was not brought up to date")
        return _failures(list(asked))
    return _failures([ident for ident, one in asked.items() if one is None])


def _asked(body: str) -> _Asked | None:
    try:
        said = json.loads(body)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    named = (_Asked(what, said[what]) for what in NAMING if isinstance(said.get(what), str))
    return next(named, next((_Asked(what, "") for what in WHOLE if said.get(what) is True), None))


def _failures(message_ids: list[str]) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": [{"itemIdentifier": ident} for ident in message_ids]}
