"""Requests and capacity units as DynamoDB would bill them."""

from collections import Counter
from dataclasses import dataclass, field, replace


@dataclass(slots=True)
class Counts:
    """Units since the start or the last reset.

    `plain_units` and `transactional_units` are write units of tables (a transaction's already doubled), `index_units`
    write units of indexes, `read_units` are exact multiples of a half. A write refused by its condition is billed like
    one that was carried out, but for the indexes.
    """

    requests: Counter[str] = field(default_factory=Counter)
    plain_units: int = 0
    transactional_units: int = 0
    index_units: int = 0
    read_units: float = 0

    @property
    def write_units(self) -> int:
        """All write units of tables; those of indexes come on top."""
        return self.plain_units + self.transactional_units

    def mark(self) -> "Counts":
        """A copy, for `since`."""
        return replace(self, requests=Counter(self.requests))

    def since(self, mark: "Counts") -> "Counts":
        """What was added after `mark`."""
        return Counts(
            requests=self.requests - mark.requests,
            plain_units=self.plain_units - mark.plain_units,
            transactional_units=self.transactional_units - mark.transactional_units,
            index_units=self.index_units - mark.index_units,
            read_units=self.read_units - mark.read_units,
        )

    def reset(self) -> None:
        self.requests.clear()
        self.plain_units = self.transactional_units = self.index_units = 0
        self.read_units = 0
