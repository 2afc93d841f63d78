"""Queries and scans: one page of a partition, of an index or of a whole table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from botocore.exceptions import ParamValidationError

from dynamo.conditions import Values
from dynamo.errors import Invalid
from dynamo.plans import ReadPlan, shown
from dynamo.requests import Request, read_planned
from dynamo.tables import EmptyKey, IndexStore, Part, Sort, TableStore, part_of, within
from dynamo.values import Item, Row, admitted_row, copied, copied_item, item_size

MAX_PAGE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """What the client gets, and the bytes that were read for it (before any filter)."""

    response: dict[str, Any]
    bytes_read: int


@dataclass(frozen=True, slots=True)
class Source:
    """A table, or one of its indexes."""

    table: TableStore
    index: IndexStore | None = None
    shares: bool = False
    """See MemoryDynamo."""

    @property
    def keys(self) -> tuple[str, str]:
        return self.table.table.keys if self.index is None else self.index.keys

    @property
    def cursor_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.table.table.keys, *self.keys)))

    def query(self, request: Request) -> Page:
        plan, values = read_planned(request, self.keys)
        self.check_key_values(plan, values)
        hash_part = part_of(values[plan.hash_ref])
        bounds = [(comparator, part_of(values[ref])) for comparator, ref in plan.bounds]
        publishing = self.table.rows if self.index is None else self.index.publishing
        start = self.start(request.get("ExclusiveStartKey"), hash_part)
        if start is not None and not within(publishing.lead(start), bounds):
            raise Invalid("The provided starting key does not match the range key predicate")
        rows = publishing.between(hash_part, bounds, request.get("ScanIndexForward", True), start)
        return self.page(request, plan, values, (row for _, row in rows))

    def scan(self, request: Request) -> Page:
        plan, values = read_planned(request, None)
        given = request.get("ExclusiveStartKey")
        return self.page(request, plan, values, self.everything(None if given is None else self.table.key(given)))

    def check_key_values(self, plan: ReadPlan, values: Values) -> None:
        hash_name, sort_name = self.keys
        for name, ref in ((hash_name, plan.hash_ref), *((sort_name, ref) for _, ref in plan.bounds)):
            kind = "N" if name in self.table.table.numbers else "S"
            if kind not in values[ref]:
                raise Invalid(
                    "One or more parameter values were invalid: Condition parameter type does not match schema type"
                )
            if values[ref][kind] == "":
                raise EmptyKey(name)

    def start(self, given: Mapping[str, Any] | None, hash_part: Part) -> Sort | None:
        """The place behind which a page begins, out of the `LastEvaluatedKey` of the page before."""
        if given is None:
            return None
        if given.keys() != set(self.cursor_names):
            raise Invalid("The provided starting key is invalid")
        item, _ = admitted_row(given)
        pk, sk = self.table.key_of(item)
        place = (pk, sk) if self.index is None else self.index.place(item, pk, sk)
        if place is None or place[0] != hash_part:
            raise Invalid("The provided starting key is outside query boundaries based on provided conditions")
        return place[1]

    def everything(self, begin: tuple[str, str] | None) -> Iterator[Row]:
        """All rows, partitions in the order of a hash of their keys as on AWS, from behind `begin`."""
        first = None if begin is None else hashed(begin[0])
        for crc, pk in sorted(hashed(str(pk)) for pk in self.table.rows.partitions):
            if first is not None and (crc, pk) < first:
                continue
            start = begin[1] if begin is not None and (crc, pk) == first else None
            for _, row in self.table.rows.between(pk, [], True, start):
                yield row

    def page(self, request: Request, plan: ReadPlan, values: Values, rows: Iterator[Row]) -> Page:
        limit = request.get("Limit")
        if limit is not None and limit < 1:
            raise Invalid("1 validation error detected: Value at 'limit' must be greater than or equal to 1")
        if request.get("Select", "COUNT") != "COUNT":
            raise ParamValidationError(report=f"Select is not modelled but for COUNT: {request['Select']}")
        self.refuse_unprojected(plan)
        found: list[Item] = []
        read = bytes_read = 0
        last: Item | None = None
        for item, size in rows:
            view = item if self.index is None else self.index.view(item)
            view_size = size if view is item else item_size(view)
            if read and bytes_read + view_size > MAX_PAGE_BYTES:
                break
            read += 1
            bytes_read += view_size
            last = item
            if plan.keeps is None or plan.keeps(view, values):
                found.append(view)
            if read == limit:
                break
        else:
            last = None
        response: dict[str, Any] = {"Count": len(found), "ScannedCount": read}
        if "Select" not in request:
            items = [shown(item, plan.shows) for item in found] if plan.shows else found
            response["Items"] = items if self.shares else [copied_item(item) for item in items]
        if last is not None:
            response["LastEvaluatedKey"] = {name: copied(last[name]) for name in self.cursor_names}
        return Page(response, bytes_read)

    def refuse_unprojected(self, plan: ReadPlan) -> None:
        if self.index is None or self.index.watched is None or plan.shows.keys() <= self.index.watched:
            return
        missing = sorted(map(str, plan.shows.keys() - self.index.watched))
        raise Invalid(
            "One or more parameter values were invalid: "
            f"Global secondary index {self.index.name} does not project {missing}"
        )


def hashed(pk: str) -> tuple[int, str]:
    return crc32(pk.encode()), pk


def read_units(size: int, consistent: bool = True) -> float:
    """One for each started 4 KB, at least one; half of it if the read need not be consistent."""
    units = -(-size // 4096) or 1
    return units if consistent else units / 2
