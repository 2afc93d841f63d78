"""Conditions made ready to run: trees turned into functions of an item and the request's values."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, assert_never

from dynamo.errors import Invalid
from dynamo.trees import (
    Absent,
    Among,
    And,
    BeginsWith,
    Between,
    Compare,
    Condition,
    Contains,
    Exists,
    Not,
    OfType,
    Operand,
    Or,
    Path,
    Ref,
    Size,
)
from dynamo.values import Item, Value, number

Values: TypeAlias = Mapping[str, Value]
Predicate: TypeAlias = Callable[[Item, Values], bool]
Getter: TypeAlias = Callable[[Item, Values], Value | None]
Demand: TypeAlias = Callable[[Values], None]

ORDERED_KINDS = frozenset({"S", "N", "B"})
SET_KINDS = frozenset({"SS", "NS", "BS"})
ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


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


def kinds_demanded(operands: Iterable[object], operator_name: str, kinds: frozenset[str], slot: str) -> list[Demand]:
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
