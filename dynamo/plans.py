"""Plans of reads and writes: their expressions parsed and made ready to run.

Making a plan is slow, running one is fast; plans are cached by the text of the expressions and the `#names`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from dynamo.conditions import Demand, Predicate, Values, condition_demands, predicate
from dynamo.errors import Invalid
from dynamo.expressions import Parser
from dynamo.trees import Action, And, BeginsWith, Between, Compare, Condition, Path, Ref
from dynamo.updates import Change, changed_by, update_demands
from dynamo.values import Item, Value

Names: TypeAlias = tuple[tuple[str, str], ...]
Picks: TypeAlias = dict[str | int, Any]  # a tree of the paths to show; an empty dict shows the whole


@dataclass(frozen=True, slots=True)
class WritePlan:
    """What a write does once its key and values are known; `touched` are the attributes an update may change."""

    holds: Predicate | None
    change: Change | None
    touched: frozenset[str]
    targets: Picks
    refs: Mapping[str, str]
    demands: tuple[Demand, ...]


@lru_cache(4096)
def write_plan(condition: str | None, update: str | None, names: Names) -> WritePlan:
    known = dict(names)
    parsers: list[Parser] = []
    demands: list[Demand] = []
    holds = change = None
    actions: tuple[Action, ...] = ()
    if condition is not None:
        parsers.append(Parser("ConditionExpression", condition, known))
        tree = parsers[-1].condition()
        holds = predicate(tree)
        demands += condition_demands(tree, "ConditionExpression")
    if update is not None:
        parsers.append(Parser("UpdateExpression", update, known))
        actions = parsers[-1].update()
        change = changed_by(actions)
        demands += update_demands(actions)
    refuse_unused_names(parsers, known)
    paths = [action.path for action in actions]
    touched = frozenset(path.root for path in paths)
    return WritePlan(holds, change, touched, picks(paths), refs_of(parsers), tuple(demands))


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """`bounds` are the sort key's conditions (comparator or `begins_with`, with the value's name)."""

    hash_ref: str
    bounds: tuple[tuple[str, str], ...]
    keeps: Predicate | None
    shows: Picks
    refs: Mapping[str, str]
    demands: tuple[Demand, ...]


@lru_cache(1024)
def read_plan(
    key_condition: str | None, filters: str | None, projection: str | None, names: Names, keys: tuple[str, str] | None
) -> ReadPlan:
    known = dict(names)
    parsers: list[Parser] = []
    demands: list[Demand] = []
    hash_ref, bounds, keeps, shows = "", (), None, {}  # type: tuple[str, tuple[tuple[str, str], ...], Predicate | None, Picks]
    if key_condition is not None and keys is not None:
        parsers.append(Parser("KeyConditionExpression", key_condition, known))
        tree = parsers[-1].condition()
        hash_ref, bounds = key_bounds(tree, keys)
        demands += condition_demands(tree, "KeyConditionExpression")
    if filters is not None:
        parsers.append(Parser("FilterExpression", filters, known))
        tree = parsers[-1].condition()
        keeps = predicate(tree)
        demands += condition_demands(tree, "FilterExpression")
        for key in keys or ():
            if key in parsers[-1].roots:
                raise Invalid(
                    f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {key}"
                )
    if projection is not None:
        parsers.append(Parser("ProjectionExpression", projection, known))
        shows = picks(parsers[-1].projection())
    refuse_unused_names(parsers, known)
    return ReadPlan(hash_ref, bounds, keeps, shows, refs_of(parsers), tuple(demands))


def refs_of(parsers: Iterable[Parser]) -> dict[str, str]:
    return {ref: parser.slot for parser in parsers for ref in parser.refs}


def refuse_unused_names(parsers: list[Parser], names: Mapping[str, str]) -> None:
    if names and not parsers:
        raise Invalid("ExpressionAttributeNames can only be specified when using expressions")
    unused = sorted(names.keys() - {alias for parser in parsers for alias in parser.aliases})
    if unused:
        raise Invalid(
            f"Value provided in ExpressionAttributeNames unused in expressions: keys: {{{', '.join(unused)}}}"
        )


def refuse_mismatched_values(values: Values, refs: Mapping[str, str]) -> None:
    """Raise for a `:value` that an expression uses and the request lacks, or the other way round."""
    if values and not refs:
        raise Invalid("ExpressionAttributeValues unused in expressions")
    for ref in sorted(refs.keys() - values.keys()):
        raise Invalid(
            f"Invalid {refs[ref]}: An expression attribute value used in expression is not defined; "
            f"attribute value: {ref}"
        )
    unused = sorted(values.keys() - refs.keys())
    if unused:
        raise Invalid(
            f"Value provided in ExpressionAttributeValues unused in expressions: keys: {{{', '.join(unused)}}}"
        )


# Keys and projections


def key_bounds(tree: Condition, keys: tuple[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The hash key's value and the sort key's bounds out of `hash = :h [AND sort ...]`, in either order."""
    clauses = [tree.left, tree.right] if isinstance(tree, And) else [tree]
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for clause in clauses:
        match clause:
            case Compare(comparator, Path((str() as name,)), Ref(ref)) if comparator != "<>":
                bounds: tuple[tuple[str, str], ...] = ((comparator, ref),)
            case Between(Path((str() as name,)), Ref(low), Ref(high)):
                bounds = ((">=", low), ("<=", high))
            case BeginsWith(Path((str() as name,)), Ref(ref)):
                bounds = (("begins_with", ref),)
            case _:
                raise Invalid("Invalid operator used in KeyConditionExpression")
        if name in found:
            raise Invalid("Invalid KeyConditionExpression: must only contain one condition per key")
        found[name] = bounds
    hash_name, sort_name = keys
    match found.pop(hash_name, ()):
        case (("=", hash_ref),):
            pass
        case ():
            raise Invalid(f"Query condition missed key schema element: {hash_name}")
        case _:
            raise Invalid("Query key condition not supported")
    bounds = found.pop(sort_name, ())
    if found:
        raise Invalid(f"Query condition missed key schema element: {sort_name}")
    return hash_ref, bounds


def picks(paths: Iterable[Path]) -> Picks:
    tree: Picks = {}
    for path in paths:
        branch = tree
        for part in path.parts:
            branch = branch.setdefault(part, {})
    return tree


def shown(item: Item, wanted: Picks) -> Item:
    """The item cut down to the wanted paths; all of it if none is named."""
    if not wanted:
        return item
    found = {str(name): cut(item[str(name)], inner) for name, inner in wanted.items() if name in item}
    return {name: value for name, value in found.items() if value is not None}


def cut(value: Value, wanted: Picks) -> Value | None:
    if not wanted:
        return value
    match value:
        case {"M": entries}:
            below = {name: cut(entries[name], inner) for name, inner in wanted.items() if name in entries}
            kept = {name: entry for name, entry in below.items() if entry is not None}
            return {"M": kept} if kept else None
        case {"L": entries}:
            inside = sorted(at for at in wanted if isinstance(at, int) and at < len(entries))
            chosen = [entry for at in inside if (entry := cut(entries[at], wanted[at])) is not None]
            return {"L": chosen} if chosen else None
    return None
