"""Attribute values as DynamoDB keeps them: checked, canonical, measured.

A canonical value has its numbers in shortest decimal form and its sets sorted, so two equal values are equal Python
objects. Stored values are never changed in place, therefore they may be shared between versions of an item.
"""

from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import lru_cache
from typing import Any, TypeAlias

from botocore.exceptions import ParamValidationError

from dynamo.errors import Invalid

Value: TypeAlias = dict[str, Any]
Item: TypeAlias = dict[str, Value]
Row: TypeAlias = tuple[Item, int]  # an item and its size in bytes

MAX_ITEM_BYTES = 400 * 1024
MAX_NESTING = 32
EXACT = Context(prec=38, Emax=999_999, Emin=-999_999, traps=[Inexact, InvalidOperation, Overflow])


def admitted_row(item: Mapping[str, Any]) -> Row:
    """A canonical copy of an item and its size, names included."""
    copy: Item = {}
    size = 0
    for name, value in item.items():
        if not name:
            raise Invalid("Empty attribute name")
        if type(value) is dict and len(value) == 1 and name.isascii():
            # What most attributes are.
            if "S" in value:
                text = value["S"]
                if type(text) is str and text.isascii():
                    copy[name] = {"S": text}
                    size += len(name) + len(text)
                    continue
            elif "N" in value and type(value["N"]) is str:
                copy[name], number_bytes = measured_number(value["N"])
                size += len(name) + number_bytes
                continue
        copy[name] = held = admitted(value)
        size += (len(name) if name.isascii() else text_size(name)) + value_size(held)
    return copy, size


def admitted(value: Any, depth: int = 1) -> Value:
    """A canonical copy of one attribute value. A wrong Python type is what botocore's own validation refuses."""
    if type(value) is not dict:
        raise ParamValidationError(report=f"Invalid type for an attribute value: {value!r}")
    if len(value) != 1:
        fault = "has more than one datatypes set" if value else "is empty"
        raise Invalid(f"Supplied AttributeValue {fault}, must contain exactly one of the supported datatypes")
    for kind, held in value.items():
        if kind == "S":
            if type(held) is str:
                return {"S": held}
        elif kind == "N":
            if type(held) is str:
                return {"N": canonical_number(held)}
        elif kind == "BOOL":
            if type(held) is bool:
                return {"BOOL": held}
        elif kind == "NULL":
            if held is True:
                return {"NULL": True}
            raise Invalid("One or more parameter values were invalid: Null attribute value types must be true")
        elif kind == "B":
            if isinstance(held, (bytes, bytearray)):
                return {"B": bytes(held)}
        else:
            return admitted_collection(kind, held, depth)
    raise ParamValidationError(report=f"Invalid type for an attribute value: {value!r}")


def admitted_collection(kind: str, held: Any, depth: int) -> Value:
    if kind in ("M", "L") and depth > MAX_NESTING:
        raise Invalid("Nesting Levels have exceeded supported limits")
    if kind == "M" and isinstance(held, dict):
        return {"M": {name: admitted(value, depth + 1) for name, value in held.items()}}
    if kind == "L" and isinstance(held, (list, tuple)):
        return {"L": [admitted(value, depth + 1) for value in held]}
    if kind in ("SS", "NS", "BS") and isinstance(held, (list, tuple, set, frozenset)):
        return {kind: admitted_set(kind, list(held))}
    raise ParamValidationError(report=f"Invalid attribute value: {kind} {held!r}")


def admitted_set(kind: str, members: list[Any]) -> list[Any]:
    if not members:
        raise Invalid("One or more parameter values were invalid: a set may not be empty")
    scalar = kind[0]
    distinct = {admitted({scalar: member})[scalar] for member in members}
    if len(distinct) != len(members):
        raise Invalid("One or more parameter values were invalid: Input collection contains duplicates")
    return ordered_set(kind, distinct)


def ordered_set(kind: str, members: set[Any]) -> list[Any]:
    return sorted(members, key=number) if kind == "NS" else sorted(members)


@lru_cache(65_536)
def canonical_number(text: str) -> str:
    """`007` is `7`, `1E2` is `100`, `1.50` is `1.5`; at most 38 digits, 1E-130 to 9.9E+125."""
    if text != text.strip() or "_" in text or not text.isascii():
        raise Invalid(f"The parameter cannot be converted to a numeric value: {text}")
    try:
        value = Decimal(text)
    except InvalidOperation as fault:
        raise Invalid(f"The parameter cannot be converted to a numeric value: {text}") from fault
    return number_text(value)


@lru_cache(65_536)
def measured_number(text: str) -> tuple[Value, int]:
    """The canonical value of a number, which all who store it share, and its size. Most are whole, and canonical as they are."""
    if text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= EXACT.prec:
        zeros = len(text) - len(text.rstrip("0"))
        return {"N": text}, 1 + (len(text) + 1) // 2 - zeros // 2
    canonical = canonical_number(text)
    return {"N": canonical}, number_size(canonical)


def number_text(value: int | Decimal) -> str:
    if isinstance(value, int) and -(10**38) < value < 10**38:
        return str(value)
    value = Decimal(value)
    if not value.is_finite():
        raise Invalid(f"The parameter cannot be converted to a numeric value: {value}")
    if value == 0:
        return "0"
    if value.adjusted() > 125:
        raise Invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
    if value.adjusted() < -130:
        raise Invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
    try:
        return f"{value.normalize(EXACT):f}"
    except Inexact as fault:
        raise Invalid("Attempting to store more than 38 significant digits in a Number") from fault


def number(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def total(left: str, right: str, sign: int) -> str:
    """`left + sign * right`, exactly."""
    a, b = number(left), number(right)
    if isinstance(a, int) and isinstance(b, int):
        return number_text(a + sign * b)
    try:
        return number_text(EXACT.add(Decimal(a), Decimal(sign) * Decimal(b)))
    except Inexact as fault:
        raise Invalid("Attempting to store more than 38 significant digits in a Number") from fault


def copied(value: Value) -> Value:
    """A deep copy for the caller, who may do with it what he likes."""
    for kind, held in value.items():
        if kind == "M":
            return {"M": copied_item(held)}
        if kind == "L":
            return {"L": [copied(inner) for inner in held]}
        if type(held) is list:
            return {kind: held.copy()}
    return value.copy()


def copied_item(item: Item) -> Item:
    """A deep copy for the caller; most values are texts and numbers."""
    return {name: value.copy() if "S" in value or "N" in value else copied(value) for name, value in item.items()}


def text_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def item_size(item: Item) -> int:
    return sum(text_size(name) + value_size(value) for name, value in item.items())


def value_size(value: Value) -> int:
    """Bytes as DynamoDB counts them: numbers by pairs of digits, 3 for a list or map and 1 more for each entry."""
    for kind, held in value.items():
        if kind == "S":
            return len(held) if held.isascii() else len(held.encode())
        if kind == "N":
            return number_size(held)
        if kind in ("BOOL", "NULL"):
            return 1
        if kind == "M":
            return 3 + sum(1 + text_size(name) + value_size(inner) for name, inner in held.items())
        if kind == "L":
            return 3 + sum(1 + value_size(inner) for inner in held)
        if kind == "B":
            return len(held)
        return sum(value_size({kind[0]: member}) for member in held)
    raise AssertionError("an attribute value has exactly one type")


@lru_cache(65_536)
def number_size(text: str) -> int:
    """One byte, one more for a sign, and one for each pair of significant digits aligned on the decimal point."""
    whole, _, fraction = text.lstrip("-").partition(".")
    if len(whole) % 2:
        whole = "0" + whole
    if len(fraction) % 2:
        fraction += "0"
    digits = whole + fraction
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    while pairs and pairs[-1] == "00":
        pairs.pop()
    while pairs and pairs[0] == "00":
        pairs.pop(0)
    return 1 + text.startswith("-") + len(pairs)
