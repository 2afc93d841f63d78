"""A lost race is read again and decided again, by one function: nobody else counts tries."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.domain.errors import NotFound, Unavailable
from chalicelib.services.changes import CommitRefused, Contention
from chalicelib.services.retrying import TRIES, ReadAgain, retry_on_conflict, try_each

ROOT = Path(__file__).parents[2] / "chalicelib"
RACES = {"CommitRefused", "Contention", "ReadAgain"}
LOOKS = {
    "services/money/accounts.py": "a part of the statement is read until it agrees with the account",
    "services/money/audit.py": "a suspect is looked at until it is cleared",
    "services/orders/reading.py": "a list that is narrowed is read part by part, as many as a request may cost",
    "storage/search/writer.py": "what others published while an index was made anew is taken over, so that it is not made again",
    "storage/search/scratch.py": "a folder into which the engine has just written is taken away once more",
    "storage/showcase.py": "what DynamoDB has left unprocessed is asked for again, with pauses",
    "storage/store.py": "attempts at one request to DynamoDB, with pauses",
    "gateways/aws.py": "attempts at one request to AWS, with pauses",
    "gateways/queues.py": "what SQS has not taken of a batch is sent again, with pauses",
}
"""Loops over a number of times that are no lost races: what repeats, and why."""


class Act:
    """Raises these, one a call, then answers."""

    def __init__(self, *lost: Exception) -> None:
        self.lost = list(lost)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.lost:
            raise self.lost.pop(0)
        return "done"


def test_an_act_that_loses_its_races_is_done_again_from_the_start() -> None:
    act = Act(CommitRefused(()), Contention(), ReadAgain())
    assert (retry_on_conflict(act), act.calls) == ("done", 4)


def test_an_act_that_loses_every_race_is_unavailable_or_does_otherwise() -> None:
    act = Act(*[CommitRefused(())] * 2 * TRIES)
    with pytest.raises(Unavailable):
        retry_on_conflict(act)
    assert (retry_on_conflict(act, otherwise=lambda: "left"), act.calls) == ("left", 2 * TRIES)


def test_a_refusal_is_no_lost_race() -> None:
    act = Act(NotFound(what="order"))
    with pytest.raises(NotFound):
        retry_on_conflict(act)
    assert act.calls == 1


def test_no_other_loop_tries_again() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if path.name != "retrying.py" and any(map(_tries_again, _loops(path)))
    }
    assert found == set(LOOKS)


def _loops(path: Path) -> Iterator[ast.For | ast.While]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.For | ast.While))


def _tries_again(loop: ast.For | ast.While) -> bool:
    """Whether it counts times by a constant or for nothing else, or goes on after a lost race."""
    return _counts_times(loop) or any(
        isinstance(node, ast.ExceptHandler) and node.type is not None and _goes_on(node) and RACES & _names(node.type)
        for node in ast.walk(loop)
    )


def _counts_times(loop: ast.For | ast.While) -> bool:
    if not isinstance(loop, ast.For) or not isinstance(loop.iter, ast.Call) or _names(loop.iter.func) != {"range"}:
        return False
    stepwise = len(loop.iter.args) == 3
    unused = isinstance(loop.target, ast.Name) and loop.target.id == "_"
    return not stepwise and (unused or any(_is_times(arg) for arg in loop.iter.args))


def _is_times(arg: ast.expr) -> bool:
    """`TRIES`, `TRIES + 1`, `self._attempts`; the only bounds that are not, in a loop that is a statement, are lengths and numbers kept."""
    return any(name.isupper() or name.startswith("_") for name in _names(arg))


def _goes_on(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Continue | ast.Pass)


def _names(node: ast.expr) -> set[str]:
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return names | {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def test_what_follows_a_commit_is_tried_each_by_itself_and_refuses_nothing() -> None:
    done: list[str] = []

    def away() -> None:
        done.append("away")
        raise Unavailable

    try_each(away, lambda: done.append("told"))
    assert done == ["away", "told"]
    with pytest.raises(ZeroDivisionError):
        try_each(lambda: len(done) // 0)
