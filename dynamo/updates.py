"""Update expressions made ready to run: every action reads the item as it was before any of them."""

from collections.abc import Callable, Iterable
from typing import TypeAlias, assert_never

from dynamo.conditions import SET_KINDS, Demand, Getter, Values, getter, kinds_demanded
from dynamo.errors import Invalid
from dynamo.trees import Action, Add, Append, Assign, Drop, IfAbsent, Path, Ref, SetValue, Subtract, Sum
from dynamo.values import Item, Value, ordered_set, total

Change: TypeAlias = Callable[[Item, Values], Item]

INVALID_PATH = "The document path provided in the update expression is invalid for update"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"


def changed_by(actions: tuple[Action, ...]) -> Change:
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
