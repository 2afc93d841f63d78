"""Items as earlier builds stored them, brought into the shape of today when they are read. The next write of one stores that shape."""

from collections.abc import Callable
from typing import Any

Item = dict[str, dict[str, Any]]
_TERMS = ("price_minor", "commission_bps", "currency", "title", "edition")
_CONSULTATION = ("mode", "state", "prepaid", "leave_right", "live", "calls")
_DAY_MS = 86_400_000
_LASTS = {"window": 14 * _DAY_MS, "review": 30 * _DAY_MS}
_REMINDS = {"review": 27 * _DAY_MS}
_CONTENTS = ("published", "draft")
_WHOLE = ("price_minor", "days")


def upgraded(kind: type[Any], item: Item) -> Item:
    """The item, in the shape of today."""
    upgrade = UPGRADES.get(kind.__name__)
    return upgrade(item) if upgrade else item


def _order(item: Item) -> Item:
    """Until there were kinds of order, each was of a consultation, and terms and body lay flat. None knew what was refunded, nor for how
    long it may be disputed and reviewed: that is as long as by default (D31)."""
    if "body" not in item:
        terms = {name: item[name] for name in _TERMS if name in item}
        body = {name: item[name] for name in _CONSULTATION if name in item}
        item = {**item, "terms": {"M": terms}, "body": {"M": {"kind": {"S": "consultation"}, **body}}}
    agreed = item["terms"]["M"]
    if "review" not in agreed.get("lasts_ms", {"M": {}})["M"]:
        more = {"lasts_ms": _with(agreed, "lasts_ms", _LASTS), "reminds_ms": _with(agreed, "reminds_ms", _REMINDS)}
        item = {**item, "terms": {"M": {**agreed, **more}}}
    if "refunded_minor" in item or item["body"]["M"].get("prepaid") != {"S": "returned"}:
        return item
    return {**item, "refunded_minor": item["terms"]["M"]["price_minor"]}


def _with(agreed: dict[str, Any], name: str, lengths: dict[str, int]) -> dict[str, Any]:
    known = {term: {"N": str(length_ms)} for term, length_ms in lengths.items()}
    return {"M": {**known, **agreed.get(name, {"M": {}})["M"]}}


def _twip(item: Item) -> Item:
    """Until works could be sold, the price of the whole and the days of a work lay flat in what a twip says."""
    return {name: _content(value, item["kind"]["S"]) if name in _CONTENTS else value for name, value in item.items()}


def _content(value: dict[str, Any], kind: str) -> dict[str, Any]:
    said = {name: part for name, part in value["M"].items() if name not in _WHOLE}
    whole = {name: part for name, part in value["M"].items() if name in _WHOLE}
    return {"M": {**said, kind: {"M": whole}} if whole else said}


UPGRADES: dict[str, Callable[[Item], Item]] = {"Order": _order, "Twip": _twip}
"""By the class's name."""
