"""Frozen dataclasses to DynamoDB attribute values and back, by their type hints. Numbers are integers only: money knows no float."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from operator import itemgetter
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from chalicelib.storage.upgrades import upgraded

T = TypeVar("T")
Value = dict[str, Any]
"""A DynamoDB attribute value, e.g. {"S": "text"}."""
Item = dict[str, Value]
Codec = tuple[Callable[[Any], Value], Callable[[Value], Any]]
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
EMPTY: frozenset[str] = frozenset()


def encode(entity: Any) -> Item:
    """The attributes of an entity; fields that are None are left out, and sets that are empty, which DynamoDB has not."""
    return {
        attribute: to_value(value)
        for name, attribute, to_value in _plan(type(entity)).writers
        if (value := getattr(entity, name)) is not None and value != EMPTY
    }


def decode(kind: type[T], item: Item) -> T:
    """The entity in an item. Attributes that are no fields are passed over; absent fields take their defaults."""
    plan = _plan(kind)
    readers, values = plan.readers, plan.absent.copy()
    for attribute, value in upgraded(kind, item).items():
        if attribute in readers:
            name, from_value = readers[attribute]
            values[name] = from_value(value)
    if plan.number != len(values) or not plan.is_plain:
        return kind(**values)
    entity = object.__new__(kind)
    vars(entity).update(values)
    return entity


@dataclass(frozen=True)
class _Plan:
    """How entities of one class are written and read."""

    writers: tuple[tuple[str, str, Callable[[Any], Value]], ...]
    """Per field: its name, its attribute's, and what makes its value."""
    readers: dict[str, tuple[str, Callable[[Value], Any]]]
    """Per attribute: the field's name, and what reads its value."""
    absent: dict[str, Any]
    """What fields are whose attributes are absent."""
    number: int
    """Of fields."""
    is_plain: bool
    """Whether an entity is its fields and nothing else. A frozen class sets each of them by a call, which takes longer than reading it."""


def _plan(kind: Any) -> _Plan:
    # Of any class: to a type checker a class is not hashable, and so no argument of what is cached.
    return _plan_of(kind)


@cache
def _plan_of(kind: Any) -> _Plan:
    hints, tagged = get_type_hints(kind), get_type_hints(kind, include_extras=True)
    attributes = ATTRIBUTES.get(kind.__name__, {})
    codecs = [(f.name, attributes.get(f.name, f.name), *_codec_of(tagged[f.name])) for f in fields(kind)]
    optional = {f.name: None for f in fields(kind) if NoneType in get_args(hints[f.name])}
    defaults = {f.name: f.default for f in fields(kind) if f.default is not MISSING}
    return _Plan(
        tuple((name, attribute, to_value) for name, attribute, to_value, _ in codecs),
        {attribute: (name, from_value) for name, attribute, _, from_value in codecs},
        {**optional, **defaults},
        len(codecs),
        not hasattr(kind, "__post_init__") and not hasattr(kind, "__slots__"),
    )


def _codec_of(hint: Any) -> Codec:
    if get_origin(hint) is Annotated:
        return _tagged(hint.__metadata__[0])
    return _codec(hint)


def _tagged(classes: Mapping[str, type[Any]]) -> Codec:
    """Any of several classes, by tag. The mapping is asked anew each time: it is theirs who registered them."""

    def to_value(value: Any) -> Value:
        tag = next((tag for tag, kind in classes.items() if kind is type(value)), None)
        if tag is None:
            raise TypeError(f"no tag for {type(value)}")
        written = encode(value)
        if TAG in written:
            raise TypeError(f"{type(value)} has a field named {TAG}")
        return {"M": {TAG: {"S": str(tag)}, **written}}

    return (to_value, lambda v: decode(classes[v["M"][TAG]["S"]], v["M"]))


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
        to_value, from_value = _codec(args[0])
        return (lambda v: {"L": [to_value(x) for x in v]}, lambda v: tuple(from_value(x) for x in v["L"]))
    if origin is frozenset:
        return (lambda v: {"SS": sorted(v)}, lambda v: frozenset(v["SS"]))
    if origin is dict:
        return _mapping(args[0], *_codec(args[1]))
    if is_dataclass(hint):
        return (lambda v: {"M": encode(v)}, lambda v: decode(cast(type[Any], hint), v["M"]))
    if hint is bool:
        return (lambda v: {"BOOL": v}, itemgetter("BOOL"))
    if hint is int:
        return (lambda v: {"N": str(v)}, lambda v: int(v["N"]))
    if issubclass(hint, Enum):
        members = {member.value: member for member in hint}
        return (lambda v: {"S": v.value}, lambda v: members[v["S"]])
    if hint is str:
        return (lambda v: {"S": v}, itemgetter("S"))
    raise TypeError(f"no codec for {hint}")


def _mapping(key: Any, to_value: Callable[[Any], Value], from_value: Callable[[Value], Any]) -> Codec:
    return (
        lambda v: {"M": {str(k): to_value(x) for k, x in v.items()}},
        lambda v: {key(k): from_value(x) for k, x in v["M"].items()},
    )


def _row(kind: Any) -> Codec:
    """A named tuple of integers and truths is one text, in the order of its fields: a list of them does not repeat their names."""
    optional = {name for name, hint in get_type_hints(kind).items() if NoneType in get_args(hint)}
    truths = {name for name, hint in get_type_hints(kind).items() if hint is bool}

    def read(name: str, text: str) -> int | bool | None:
        if text == "" and name in optional:
            return None
        return text == "1" if name in truths else int(text)

    def from_value(value: Value) -> Any:
        texts = value["S"].split(",")
        return kind(**{name: read(name, text) for name, text in zip(kind._fields, texts, strict=False)})

    return (lambda row: {"S": ",".join("" if v is None else str(int(v)) for v in row)}, from_value)
