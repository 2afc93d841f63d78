"""Items as earlier builds stored them, brought into the shape of today when they are read. The next write of one stores that shape."""

from collections.abc import Callable
from typing import Any

Item = dict[str, dict[str, Any]]
_TERMS = ("price_minor", "commission_bps", "currency", "title", "edition")
_CONSULTATION = ("mode", "state", "prepaid", "leave_right", "live", "calls")


def upgraded(kind: type[Any], item: Item) -> Item:
    """The item, in the shape of today."""
    upgrade = UPGRADES.get(kind.__name__)
    return upgrade(item) if upgrade else item


def _order(item: Item) -> Item:
    """Until there were kinds of order, each was of a consultation, and terms and body lay flat."""
    if "body" in item:
        return item
    terms = {name: item[name] for name in _TERMS if name in item}
    body = {name: item[name] for name in _CONSULTATION if name in item}
    return {**item, "terms": {"M": terms}, "body": {"M": {"kind": {"S": "consultation"}, **body}}}


UPGRADES: dict[str, Callable[[Item], Item]] = {"Order": _order}
"""By the class's name."""
