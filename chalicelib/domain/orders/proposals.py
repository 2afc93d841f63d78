"""What one side of an order offers the other: a split of what lies in escrow, or more days (D21, D31)."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.errors import FieldError, InvalidInput, Stale
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.parties import Party


@dataclass(frozen=True)
class Proposal:
    """One of `to_performer_minor` and `days` is None."""

    number: int
    """From 1, in an order: whoever answers names the one that they have read."""
    by: Party
    until_ms: int
    """When it lapses, and nothing has changed."""
    to_performer_minor: int | None = None
    """Before commission; the rest goes back to the customer."""
    days: int | None = None

    def stands(self, facts: Facts) -> bool:
        """Whether it can be answered now."""
        return facts.now_ms < self.until_ms

    def named(self, number: int) -> "Proposal":
        """This one. Raises Stale when another was read."""
        if number != self.number:
            raise Stale(what="proposal", version=self.number)
        return self


def split_of(number: int, to_performer_minor: int, facts: Facts) -> Proposal:
    """That the performer gets so much of what lies in escrow. Raises InvalidInput."""
    _refuse(_bounds("to_performer.amount_minor", to_performer_minor, 0, facts.held_minor))
    return Proposal(number, facts.by, facts.until_ms("proposal"), to_performer_minor=to_performer_minor)


def more_days(number: int, days: int, facts: Facts) -> Proposal:
    """That the delivery is waited for so many days longer. Raises InvalidInput."""
    _refuse(_bounds("days", days, 1, facts.lasts_ms["extension"] // facts.lasts_ms["day"]))
    return Proposal(number, facts.by, facts.until_ms("proposal"), days=days)


def _bounds(field: str, number: int, at_least: int, at_most: int) -> Iterator[FieldError]:
    if number < at_least:
        yield FieldError(field, "too_small", at_least)
    if number > at_most:
        yield FieldError(field, "too_large", at_most)


def _refuse(faults: Iterator[FieldError]) -> None:
    found = tuple(faults)
    if found:
        raise InvalidInput(found)
