"""Frozen dataclasses to DynamoDB attribute values and back, by their type hints. Numbers are integers only: money knows no float."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, partial
from operator import attrgetter, itemgetter
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from chalicelib.storage.upgrades import upgraded

T = TypeVar("T")
Value = dict[str, Any]
"""A DynamoDB attribute value, e.g. {"S": "text"}."""
Item = dict[str, Value]
Write = Callable[[Any], Any] | None
"""What makes of a field what its value holds; None: nothing."""
Read = Callable[[Any], Any] | None
"""The other way round."""
Codec = tuple[Write, str, Read]
"""How a field is written and read, and between the two the type of its value (S, N, M...)."""
ATTRIBUTES = {
    "Session": {"clock_started_ms": "t0_ms", "blocks_paid": "blk"},
    "Watermark": {
        "dispatched_to": "handed",
        "dispatched_page": "handed_page",
        "verified_to": "audited",
        "verified_page": "audited_page",
    },
}
"""Fields, by their class, whose attributes have other names: those under which they were stored from the beginning."""
TAG = "kind"
"""The attribute that says which class of several was written: `Annotated[Body, BODIES]` gives their tags, which never change."""


def encode(entity: Any) -> Item:
    """The attributes of an entity; fields that are None are left out, and sets that are empty, which DynamoDB has not."""
    return {
        attribute: {stored_as: write(value) if write else value}
        for name, attribute, stored_as, write in _plan(type(entity)).writers
        if (value := getattr(entity, name)) is not None and (value or stored_as != "SS")
    }


def decode(kind: type[T], item: Item) -> T:
    """The entity in an item. Attributes that are no fields are passed over; absent fields take their defaults."""
    plan = _plan(kind)
    readers, values = plan.readers, plan.absent.copy()
    for attribute, value in upgraded(kind, item).items():
        if attribute in readers:
            name, stored_as, read = readers[attribute]
            held = value[stored_as]
            values[name] = read(held) if read else held
    if plan.number != len(values) or not plan.is_plain:
        return kind(**values)
    entity = object.__new__(kind)
    vars(entity).update(values)
    return entity


@dataclass(frozen=True)
class _Plan:
    """How entities of one class are written and read."""

    writers: tuple[tuple[str, str, str, Write], ...]
    """Per field: its name, its attribute's, the type of its value, and what writes it."""
    readers: dict[str, tuple[str, str, Read]]
    """Per attribute: the field's name, the type of its value, and what reads it."""
    absent: dict[str, Any]
    """What fields are whose attributes are absent."""
    number: int
    """Of fields."""
    is_plain: bool
    """Whether an entity is its fields and nothing else. A frozen class sets each of them by a call, which takes longer than reading it."""


def _plan_of(kind: Any) -> _Plan:
    hints, tagged = get_type_hints(kind), get_type_hints(kind, include_extras=True)
    attributes = ATTRIBUTES.get(kind.__name__, {})
    codecs = [(f.name, attributes.get(f.name, f.name), *_codec_of(tagged[f.name])) for f in fields(kind)]
    optional = {f.name: None for f in fields(kind) if NoneType in get_args(hints[f.name])}
    defaults = {f.name: f.default for f in fields(kind) if f.default is not MISSING}
    return _Plan(
        tuple((name, attribute, stored_as, write) for name, attribute, write, stored_as, _ in codecs),
        {attribute: (name, stored_as, read) for name, attribute, _, stored_as, read in codecs},
        {**optional, **defaults},
        len(codecs),
        not hasattr(kind, "__post_init__") and not hasattr(kind, "__slots__"),
    )


_plan: Callable[[Any], _Plan] = cache(_plan_of)
"""Of any class: to a type checker a class is not hashable, and so no argument of what is cached."""


def _codec_of(hint: Any) -> Codec:
    if get_origin(hint) is Annotated:
        return _tagged(hint.__metadata__[0])
    return _codec(hint)


def _tagged(classes: Mapping[str, type[Any]]) -> Codec:
    """Any of several classes, by tag. The mapping is asked anew each time: it is theirs who registered them."""

    def write(value: Any) -> Item:
        tag = next((tag for tag, kind in classes.items() if kind is type(value)), None)
        if tag is None:
            raise TypeError(f"no tag for {type(value)}")
        written = encode(value)
        if TAG in written:
            raise TypeError(f"{type(value)} has a field named {TAG}")
        return {TAG: {"S": str(tag)}, **written}

    return (write, "M", lambda held: decode(classes[held[TAG]["S"]], held))


@cache
def _codec(hint: Any) -> Codec:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        kinds = [a for a in args if a is not NoneType]
        if len(kinds) > 1:
            raise TypeError(f"no codec for {hint}: several classes need tags")
        return _codec(kinds[0])
    if isinstance(hint, type) and issubclass(hint, tuple):
        return _row(hint)
    if origin is tuple:
        write, stored_as, read = _codec(args[0])
        whole, part = _whole(write, stored_as), _part(stored_as, read)
        return (lambda v: [whole(x) for x in v], "L", lambda held: tuple(part(x) for x in held))
    if origin is frozenset:
        return (sorted, "SS", frozenset)
    if origin is dict:
        return _mapping(args[0], *_codec(args[1]))
    if is_dataclass(hint):
        return (encode, "M", partial(decode, cast(type[Any], hint)))
    if hint is bool:
        return (None, "BOOL", None)
    if hint is int:
        return (str, "N", int)
    if issubclass(hint, Enum):
        return (attrgetter("value"), "S", {member.value: member for member in hint}.__getitem__)
    if hint is str:
        return (None, "S", None)
    raise TypeError(f"no codec for {hint}")


def _whole(write: Write, stored_as: str) -> Callable[[Any], Value]:
    """Makes one value of a list or a map."""
    return lambda part: {stored_as: write(part) if write else part}


def _part(stored_as: str, read: Read) -> Callable[[Value], Any]:
    """Reads one value of a list or a map."""
    return (lambda value: read(value[stored_as])) if read else itemgetter(stored_as)


def _mapping(key: Any, write: Write, stored_as: str, read: Read) -> Codec:
    whole, part = _whole(write, stored_as), _part(stored_as, read)
    return (
        lambda v: {str(k): whole(x) for k, x in v.items()},
        "M",
        lambda held: {key(k): part(x) for k, x in held.items()},
    )


def _row(kind: Any) -> Codec:
    """A named tuple of integers and truths is one text, in the order of its fields: a list of them does not repeat their names."""
    optional = {name for name, hint in get_type_hints(kind).items() if NoneType in get_args(hint)}
    truths = {name for name, hint in get_type_hints(kind).items() if hint is bool}

    def one(name: str, text: str) -> int | bool | None:
        if text == "" and name in optional:
            return None
        return text == "1" if name in truths else int(text)

    def read(text: str) -> Any:
        return kind(**{name: one(name, part) for name, part in zip(kind._fields, text.split(","), strict=False)})

    return (lambda row: ",".join("" if v is None else str(int(v)) for v in row), "S", read)
