"""docs/lifecycles.md: the lifecycles drawn from their tables, and the state machines from their files, as Mermaid state diagrams."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from chalicelib.domain import sessions, topups, twips
from chalicelib.domain.disputes import dispute
from chalicelib.domain.lifecycle import Effect, Lifecycle, Transition
from chalicelib.domain.orders.order import BODIES
from infra.statemachines import DEFINITIONS, Definition

PAGE = Path(__file__).parent.parent / "docs" / "lifecycles.md"


def page() -> str:
    """The page's text."""
    parts = [
        "# Lifecycles",
        "",
        "Drawn by `make generate` from the tables in `chalicelib/domain`: what is not here is not possible. The state machines at the end",
        "wake what waits for days, and decide nothing; they are drawn from their files in `statemachines`. What stands in a box below its",
        "name leaves the state as it is.",
        *_diagram("A session (R36 to R58)", sessions.NEXT, sessions.State.RINGING, {sessions.State.ENDED}),
        *(line for kind, body in BODIES.items() for line in _lifecycle(f"An order: {kind}", body.lifecycle)),
        *_lifecycle("A dispute (R71 to R73, D27, D31)", dispute.LIFECYCLE),
        *_diagram("The review of a twip's draft (R9, R10, D2)", twips.NEXT_REVIEW, twips.Review.DRAFT, ()),
        *_diagram("The sale of a twip (D2)", twips.NEXT_SALE, twips.Sale.UNPUBLISHED, ()),
        *_diagram("A top-up (R28)", topups.NEXT, topups.TopUpState.PENDING, {topups.TopUpState.PAID}),
        *(line for definition in DEFINITIONS for line in _machine(definition)),
    ]
    return "\n".join(parts) + "\n"


def _lifecycle(title: str, table: Lifecycle[Any, Any]) -> list[str]:
    rows = [(row.source, row.target, _label(row)) for row in table.rows]
    drawn = _drawing(title, rows, table.first, table.ends)
    if not table.at_once:
        return drawn
    return [f"{line}: paid out at once" if line == f"    [*] --> {table.first}" else line for line in drawn]


def _label(row: Transition[Any, Any]) -> str:
    """The act, whose it is, what happens to the money, and which term starts."""
    effect = "" if row.effect is Effect.NONE else f", {row.effect}"
    term = "" if row.starts is None else f", starts {row.starts}"
    return f"{row.act} by {' or '.join(sorted(row.by))}{effect}{term}"


def _machine(definition: Definition) -> list[str]:
    """A state machine, whose names may have signs that a drawing's may not."""
    states = definition.document["States"]
    rows = [
        (_plain(name), _plain(target), label) for name, state in states.items() for target, label in _ways_out(state)
    ]
    ends = [_plain(name) for name, state in states.items() if state["Type"] in ("Succeed", "Fail")]
    return _drawing(f"The state machine of {definition.file.name}", rows, _plain(definition.document["StartAt"]), ends)


def _ways_out(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for caught in state.get("Catch", ()):
        yield caught["Next"], " or ".join(caught["ErrorEquals"])
    for choice in state.get("Choices", ()):
        yield choice["Next"], f"{choice['Variable'].removeprefix('$.')} is {choice['StringEquals']}"
    if "Default" in state:
        yield state["Default"], "anything else"
    if "Next" in state:
        yield state["Next"], "signalled" if "waitForTaskToken" in state.get("Resource", "") else "answered"


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name))


def _diagram(title: str, table: Mapping[Any, StrEnum], first: StrEnum, last: Iterable[StrEnum]) -> list[str]:
    return _drawing(title, [(state, target, event) for (state, event), target in table.items()], first, last)


def _drawing(title: str, rows: Iterable[tuple[str, str, str]], first: str, last: Iterable[str]) -> list[str]:
    """One arrow from a state to another, however many acts lead there, and what leaves a state as it is stands in its box: Mermaid draws
    the labels of parallel arrows over each other, and of several loops only one."""
    between: dict[tuple[str, str], list[str]] = {}
    for source, target, label in rows:
        between.setdefault((source, target), []).append(label)
    boxes = [
        f"    {source}: {line}"
        for (source, target), labels in between.items()
        if source == target
        for line in (source, *labels)
    ]
    arrows = [
        f"    {source} --> {target}: {'<br>'.join(labels)}"
        for (source, target), labels in between.items()
        if source != target
    ]
    ends = [f"    {state} --> [*]" for state in sorted(last)]
    lines = [f"    [*] --> {first}", *boxes, *arrows, *ends]
    return ["", f"## {title}", "", "```mermaid", "stateDiagram-v2", *lines, "```"]
