"""Expressions made ready to run: trees turned into functions of an item and the request's values.

Making a plan is slow, running one is fast; plans are cached by the text of the expressions and the `#names`.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias, assert_never

from .errors import Invalid
from .expressions import (
    Absent,
    Action,
    Add,
    Among,
    And,
    Append,
    Assign,
    BeginsWith,
    Between,
    Compare,
    Condition,
    Contains,
    Drop,
    Exists,
    IfAbsent,
    Not,
    OfType,
    Operand,
    Or,
    Parser,
    Path,
    Ref,
    SetValue,
    Size,
    Subtract,
    Sum,
)
from .values import Item, Value, number, ordered_set, total

Values: TypeAlias = Mapping[str, Value]
Names: TypeAlias = tuple[tuple[str, str], ...]
Predicate: TypeAlias = Callable[[Item, Values], bool]
Getter: TypeAlias = Callable[[Item, Values], Value | None]
Change: TypeAlias = Callable[[Item, Values], Item]
Demand: TypeAlias = Callable[[Values], None]
Picks: TypeAlias = dict[str | int, Any]  # a tree of the paths to show; an empty dict shows the whole

INVALID_PATH = "The document path provided in the update expression is invalid for update"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"

ORDERED_KINDS = frozenset({"S", "N", "B"})
SET_KINDS = frozenset({"SS", "NS", "BS"})
ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


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


# Conditions


def predicate(tree: Condition) -> Predicate:
    match tree:
        case And(left, right):
            first, second = predicate(left), predicate(right)
            return lambda item, values: first(item, values) and second(item, values)
        case Or(left, right):
            first, second = predicate(left), predicate(right)
            return lambda item, values: first(item, values) or second(item, values)
        case Not(condition):
            inner = predicate(condition)
            return lambda item, values: not inner(item, values)
        case Exists(path):
            there = getter(path)
            return lambda item, values: there(item, values) is not None
        case Absent(path):
            there = getter(path)
            return lambda item, values: there(item, values) is None
        case OfType(path, kind):
            there = getter(path)
            ref = kind.name
            return lambda item, values: values[ref]["S"] in (there(item, values) or ())
        case Compare(comparator, left, right):
            return comparison(comparator, getter(left), getter(right))
        case Between(value, low, high):
            least = comparison(">=", getter(value), getter(low))
            most = comparison("<=", getter(value), getter(high))
            return lambda item, values: least(item, values) and most(item, values)
        case Among(value, choices):
            equal = [comparison("=", getter(value), getter(choice)) for choice in choices]
            return lambda item, values: any(same(item, values) for same in equal)
        case BeginsWith(value, prefix):
            return both(getter(value), getter(prefix), begins_with)
        case Contains(value, part):
            return both(getter(value), getter(part), contains)
    assert_never(tree)


def getter(operand: Operand) -> Getter:
    match operand:
        case Ref(name):
            return lambda item, values: values[name]
        case Path((str() as name,)):
            return lambda item, values: item.get(name)
        case Path(parts):
            return lambda item, values: looked_up(item, parts)
        case Size(path):
            inner = getter(path)
            return lambda item, values: size_of(inner(item, values))
    assert_never(operand)


def looked_up(item: Item, parts: tuple[str | int, ...]) -> Value | None:
    value = item.get(str(parts[0]))
    for part in parts[1:]:
        match part, value:
            case str(), {"M": entries}:
                value = entries.get(part)
            case int(), {"L": entries} if part < len(entries):
                value = entries[part]
            case _:
                return None
    return value


def size_of(value: Value | None) -> Value | None:
    """What `size()` says; nothing for numbers, booleans and nulls, which have no size."""
    for kind, held in (value or {}).items():
        if kind == "S":
            return {"N": str(len(held.encode("utf-16-le")) // 2)}
        if kind in ("B", "M", "L") or kind in SET_KINDS:
            return {"N": str(len(held))}
    return None


def comparison(comparator: str, left: Getter, right: Getter) -> Predicate:
    """An absent attribute is unequal to everything and neither less nor greater than anything."""
    if comparator == "=":
        return lambda item, values: (value := left(item, values)) is not None and value == right(item, values)
    if comparator == "<>":
        return lambda item, values: (value := left(item, values)) is None or value != right(item, values)
    ordering = ORDERINGS[comparator]

    def ordered(one: Value, other: Value) -> bool:
        for kind, held in one.items():
            if kind not in other or kind not in ORDERED_KINDS:
                return False
            if kind == "N":
                return ordering(number(held), number(other[kind]))
            return ordering(held, other[kind])
        return False

    return both(left, right, ordered)


def both(left: Getter, right: Getter, relation: Callable[[Value, Value], bool]) -> Predicate:
    def related(item: Item, values: Values) -> bool:
        one = left(item, values)
        other = right(item, values)
        return one is not None and other is not None and relation(one, other)

    return related


def begins_with(value: Value, prefix: Value) -> bool:
    for kind in ("S", "B"):
        if kind in value and kind in prefix:
            return bool(value[kind].startswith(prefix[kind]))
    return False


def contains(value: Value, part: Value) -> bool:
    for kind, held in value.items():
        if kind in ("S", "B"):
            return kind in part and part[kind] in held
        if kind in SET_KINDS:
            return part.get(kind[0]) in held
        if kind == "L":
            return part in held
    return False


# Updates


def changed_by(actions: tuple[Action, ...]) -> Change:
    """Every action reads the item as it was before any of them."""
    top: list[tuple[str, Getter]] = []
    deep: list[tuple[tuple[str | int, ...], Getter]] = []
    gone: list[str] = []
    deep_gone: list[tuple[str | int, ...]] = []
    for action in actions:
        parts = action.path.parts
        match action:
            case Assign(_, value) if len(parts) == 1:
                top.append((action.path.root, set_getter(value)))
            case Assign(_, value):
                deep.append((parts, set_getter(value)))
            case Add(path, amount):
                top.append((path.root, added(path.root, amount.name)))
            case Subtract(path, members):
                top.append((path.root, subtracted(path.root, members.name)))
            case Drop() if len(parts) == 1:
                gone.append(action.path.root)
            case Drop():
                deep_gone.append(parts)
            case _:
                assert_never(action)
    deep.sort(key=lambda entry: by_index(entry[0]))
    deep_gone.sort(key=by_index, reverse=True)

    def change(item: Item, values: Values) -> Item:
        new = item.copy()
        for name, value_of in top:
            value = value_of(item, values)
            if value is None:
                new.pop(name, None)
            else:
                new[name] = value
        for parts, value_of in deep:
            replace_within(new, parts, value_of(item, values))
        for parts in deep_gone:
            replace_within(new, parts, None)
        for name in gone:
            new.pop(name, None)
        return new

    return change


def by_index(parts: tuple[str | int, ...]) -> list[tuple[int, str]]:
    """Sorts list positions by number, so that removing from the back leaves the earlier ones in place."""
    return [(part, "") if isinstance(part, int) else (-1, part) for part in parts]


def replace_within(item: Item, parts: tuple[str | int, ...], value: Value | None) -> None:
    root = item.get(str(parts[0]))
    if root is None:
        raise Invalid(INVALID_PATH)
    item[str(parts[0])] = replaced(root, parts[1:], value)


def replaced(holder: Value, parts: tuple[str | int, ...], value: Value | None) -> Value:
    """A copy of `holder` with `value` at the path, or without what is there if `value` is None."""
    step, rest = parts[0], parts[1:]
    match step, holder:
        case str(), {"M": entries}:
            if rest and step not in entries:
                raise Invalid(INVALID_PATH)
            new_value = replaced(entries[step], rest, value) if rest else value
            kept = {name: entry for name, entry in entries.items() if name != step or new_value is not None}
            return {"M": kept if new_value is None else {**kept, step: new_value}}
        case int(), {"L": entries}:
            if rest and step >= len(entries):
                raise Invalid(INVALID_PATH)
            new_value = replaced(entries[step], rest, value) if rest else value
            placed = [] if new_value is None else [new_value]
            return {"L": entries[:step] + placed + entries[step + 1 :]}
    raise Invalid(INVALID_PATH)


def set_getter(tree: SetValue) -> Getter:
    match tree:
        case Ref():
            return getter(tree)
        case Path():
            return required(getter(tree))
        case IfAbsent(path, default):
            present, otherwise = getter(path), set_getter(default)
            return lambda item, values: present(item, values) or otherwise(item, values)
        case Sum(left, right, sign):
            return summed(set_getter(left), set_getter(right), sign)
        case Append(left, right):
            return appended(set_getter(left), set_getter(right))
    assert_never(tree)


def required(found: Getter) -> Getter:
    def get(item: Item, values: Values) -> Value:
        value = found(item, values)
        if value is None:
            raise Invalid(NO_ATTRIBUTE)
        return value

    return get


def summed(left: Getter, right: Getter, sign: int) -> Getter:
    def get(item: Item, values: Values) -> Value:
        match left(item, values), right(item, values):
            case {"N": a}, {"N": b}:
                return {"N": total(a, b, sign)}
        raise Invalid(WRONG_TYPE)

    return get


def appended(left: Getter, right: Getter) -> Getter:
    def get(item: Item, values: Values) -> Value:
        match left(item, values), right(item, values):
            case {"L": a}, {"L": b}:
                return {"L": a + b}
        raise Invalid(WRONG_TYPE)

    return get


def added(name: str, ref: str) -> Getter:
    def get(item: Item, values: Values) -> Value:
        amount = values[ref]
        held = item.get(name)
        if held is None:
            return amount
        for kind, extra in amount.items():
            if kind not in held:
                raise Invalid(WRONG_TYPE)
            if kind == "N":
                return {"N": total(held["N"], extra, 1)}
            return {kind: ordered_set(kind, {*held[kind], *extra})}
        raise Invalid(WRONG_TYPE)

    return get


def subtracted(name: str, ref: str) -> Getter:
    def get(item: Item, values: Values) -> Value | None:
        held = item.get(name)
        if held is None:
            return None
        for kind, members in values[ref].items():
            if kind not in held:
                raise Invalid(WRONG_TYPE)
            left = [member for member in held[kind] if member not in members]
            return {kind: left} if left else None
        raise Invalid(WRONG_TYPE)

    return get


# What the type of a :value must be, whatever the item holds


def condition_demands(tree: Condition, slot: str) -> list[Demand]:
    match tree:
        case And(left, right) | Or(left, right):
            return condition_demands(left, slot) + condition_demands(right, slot)
        case Not(condition):
            return condition_demands(condition, slot)
        case Compare(comparator, left, right) if comparator in ORDERINGS:
            return kinds_demanded((left, right), comparator, ORDERED_KINDS, slot)
        case Between(value, low, high):
            demands = kinds_demanded((value, low, high), "BETWEEN", ORDERED_KINDS, slot)
            if isinstance(low, Ref) and isinstance(high, Ref):
                demands.append(bounds_demanded(low.name, high.name, slot))
            return demands
        case BeginsWith(value, prefix):
            return kinds_demanded((value, prefix), "begins_with", frozenset({"S", "B"}), slot)
        case OfType(_, kind):
            return kinds_demanded((kind,), "attribute_type", frozenset({"S"}), slot)
    return []


def update_demands(actions: Iterable[Action]) -> list[Demand]:
    demands: list[Demand] = []
    for action in actions:
        match action:
            case Assign(_, value):
                demands += value_demands(value)
            case Add(_, amount):
                demands += kinds_demanded((amount,), "ADD", SET_KINDS | {"N"}, "UpdateExpression")
            case Subtract(_, members):
                demands += kinds_demanded((members,), "DELETE", SET_KINDS, "UpdateExpression")
    return demands


def value_demands(tree: SetValue) -> list[Demand]:
    match tree:
        case Sum(left, right, sign):
            mark = "+" if sign == 1 else "-"
            mine = kinds_demanded((left, right), mark, frozenset({"N"}), "UpdateExpression")
            return mine + value_demands(left) + value_demands(right)
        case Append(left, right):
            mine = kinds_demanded((left, right), "list_append", frozenset({"L"}), "UpdateExpression")
            return mine + value_demands(left) + value_demands(right)
        case IfAbsent(_, default):
            return value_demands(default)
    return []


def kinds_demanded(
    operands: Iterable[Operand | SetValue], operator_name: str, kinds: frozenset[str], slot: str
) -> list[Demand]:
    def demanded(ref: str) -> Demand:
        def check(values: Values) -> None:
            if kinds.isdisjoint(values[ref]):
                raise Invalid(
                    f"Invalid {slot}: Incorrect operand type for operator or function; "
                    f"operator or function: {operator_name}, operand type: {', '.join(values[ref])}"
                )

        return check

    return [demanded(operand.name) for operand in operands if isinstance(operand, Ref)]


def bounds_demanded(low: str, high: str, slot: str) -> Demand:
    rising = comparison("<=", getter(Ref(low)), getter(Ref(high)))

    def check(values: Values) -> None:
        if not rising({}, values):
            raise Invalid(
                f"Invalid {slot}: The BETWEEN operator requires upper bound to be greater than or equal to lower bound "
                "of the same type"
            )

    return check


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
