"""Tables and their global secondary indexes in memory: rows sorted within partitions, cheap to snapshot."""

import operator
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeAlias, cast

from dynamo.errors import Invalid
from dynamo.values import Item, Row, Value, item_size, number

Part: TypeAlias = str | int | Decimal  # the value of one key attribute
Sort: TypeAlias = Any  # a table's sort key, or for an index entry (sort key, table's hash key, table's sort key)
Projection: TypeAlias = Literal["ALL", "KEYS_ONLY"] | tuple[str, ...]

BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "begins_with": str.startswith,
}
MAX_HASH_BYTES = 2048
MAX_SORT_BYTES = 1024
SHORT = MAX_SORT_BYTES // 4
"""No text of so few characters is too long for a key."""


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index on (hash, sort); a tuple as `projection` is INCLUDE of these attributes.

    The table's own keys are always projected. An item without both key attributes is not in the index.
    """

    keys: tuple[str, str]
    projection: Projection = "ALL"


@dataclass(frozen=True, slots=True)
class Table:
    """Keys are strings, but for the keys of indexes that are listed in `numbers`."""

    keys: tuple[str, str] = ("pk", "sk")
    indexes: Mapping[str, Index] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()


def twip_tables(market: str = "market", journal: str = "journal", live: str = "live") -> dict[str, Table]:
    """The three tables of the product, as the stack declares them."""
    return {
        market: Table(
            indexes={
                "phase": Index(("ph", "pk"), projection=("wake_ms", "customer_id", "performer_id")),
                "by_owner": Index(("owner", "owner_at"), projection="KEYS_ONLY"),
                "by_other": Index(("other", "other_at"), projection="KEYS_ONLY"),
                "by_due": Index(("due", "due_at"), projection="KEYS_ONLY"),
            }
        ),
        journal: Table(indexes={"payee": Index(("payee", "sk"), projection="ALL")}),
        live: Table(),
    }


class Partition:
    """The rows of one hash key: by sort key, and the sort keys in order."""

    __slots__ = ("epoch", "order", "rows")

    def __init__(self, epoch: int, rows: dict[Sort, Row], order: list[Sort]) -> None:
        self.epoch = epoch
        self.rows = rows
        self.order = order


class Publishing:
    """Rows by (hash, sort). A partition older than the last snapshot is copied before its first change."""

    __slots__ = ("epoch", "lead", "partitions")

    def __init__(self, lead: Callable[[Sort], Part]) -> None:
        """`lead` takes the value of the sort key attribute out of a sort key."""
        self.lead = lead
        self.epoch = 0
        self.partitions: dict[Part, Partition] = {}

    def get(self, hash_part: Part, sort: Sort) -> Row | None:
        partition = self.partitions.get(hash_part)
        return None if partition is None else partition.rows.get(sort)

    def put(self, hash_part: Part, sort: Sort, row: Row) -> None:
        partition = self.own(hash_part)
        if sort not in partition.rows:
            insort(partition.order, sort)
        partition.rows[sort] = row

    def remove(self, hash_part: Part, sort: Sort) -> None:
        if self.get(hash_part, sort) is None:
            return
        partition = self.own(hash_part)
        del partition.rows[sort]
        del partition.order[bisect_left(partition.order, sort)]
        if not partition.order:
            del self.partitions[hash_part]

    def own(self, hash_part: Part) -> Partition:
        partition = self.partitions.get(hash_part)
        if partition is None:
            partition = self.partitions[hash_part] = Partition(self.epoch, {}, [])
        elif partition.epoch != self.epoch:
            partition = Partition(self.epoch, partition.rows.copy(), partition.order.copy())
            self.partitions[hash_part] = partition
        return partition

    def between(
        self, hash_part: Part, bounds: list[tuple[str, Part]], forward: bool, start: Sort | None
    ) -> Iterator[tuple[Sort, Row]]:
        """Rows of a partition within the bounds, in either direction, from behind `start`."""
        partition = self.partitions.get(hash_part)
        if partition is None:
            return
        order, lead = partition.order, self.lead
        low, high = 0, len(order)
        for comparator, part in bounds:
            if comparator in ("=", ">="):
                low = max(low, bisect_left(order, part, key=lead))
            if comparator == ">":
                low = max(low, bisect_right(order, part, key=lead))
            if comparator in ("=", "<="):
                high = min(high, bisect_right(order, part, key=lead))
            if comparator == "<":
                high = min(high, bisect_left(order, part, key=lead))
            if comparator == "begins_with":
                low = max(low, bisect_left(order, part, key=lead))
                high = min(high, bisect_right(order, part, key=beginning(str(part), lead)))
        if start is not None and forward:
            low = max(low, bisect_right(order, start))
        if start is not None and not forward:
            high = min(high, bisect_left(order, start))
        for at in range(low, high) if forward else range(high - 1, low - 1, -1):
            yield order[at], partition.rows[order[at]]

    def snapshot(self) -> dict[Part, Partition]:
        self.epoch += 1
        return self.partitions.copy()

    def restore(self, partitions: dict[Part, Partition]) -> None:
        self.epoch += 1
        self.partitions = partitions.copy()


def within(part: Part, bounds: list[tuple[str, Part]]) -> bool:
    """Whether a sort key's value meets a query's bounds."""
    return all(BOUNDS[comparator](part, bound) for comparator, bound in bounds)


def itself(sort: Sort) -> Part:
    return cast(Part, sort)


def beginning(prefix: str, lead: Callable[[Sort], Part]) -> Callable[[Sort], str]:
    length = len(prefix)
    return lambda sort: str(lead(sort))[:length]


class IndexStore:
    """One index: its entries hold the whole row, and show what they project."""

    def __init__(self, name: str, index: Index, table: Table) -> None:
        self.name = name
        self.keys = index.keys
        self.table = table
        self.publishing = Publishing(lead=operator.itemgetter(0))
        self.shown: tuple[str, ...] | None = None
        if index.projection != "ALL":
            extra = () if index.projection == "KEYS_ONLY" else index.projection
            self.shown = tuple(dict.fromkeys((*table.keys, *index.keys, *extra)))
        self.watched = None if self.shown is None else frozenset(self.shown)

    def place(self, item: Item, pk: str, sk: str) -> tuple[Part, Sort] | None:
        hash_name, sort_name = self.keys
        hash_value = item.get(hash_name)
        sort_value = item.get(sort_name)
        if hash_value is None or sort_value is None:
            return None
        return part_of(hash_value), (part_of(sort_value), pk, sk)

    def view(self, item: Item) -> Item:
        """What an entry shows of its item."""
        if self.shown is None:
            return item
        return {name: item[name] for name in self.shown if name in item}

    def units(self, row: Row) -> int:
        return write_units(row[1] if self.shown is None else item_size(self.view(row[0])))


IndexWrite: TypeAlias = tuple[Publishing, Part, Sort, Row | None]


class TableStore:
    """One table with its indexes. Writes of indexes queue in `pending`: a query may be shown a lagging index."""

    def __init__(self, name: str, table: Table, pending: list[IndexWrite]) -> None:
        self.name = name
        self.table = table
        self.hash_name, self.sort_name = table.keys
        self.key_names = frozenset(table.keys)
        self.rows = Publishing(lead=itself)
        self.pending = pending
        self.indexes = {index: IndexStore(index, spec, table) for index, spec in table.indexes.items()}
        self.index_keys = {key: index for index, spec in table.indexes.items() for key in spec.keys}
        for key in table.keys:
            self.index_keys.pop(key, None)

    def key(self, given: Mapping[str, Any]) -> tuple[str, str]:
        """The key of a request's `Key`, which has the two key attributes and nothing else."""
        if len(given) != 2:
            raise Invalid("The provided key element does not match the schema")
        return self.key_of(given)

    def key_of(self, item: Mapping[str, Any]) -> tuple[str, str]:
        """The key of a whole item: that of most is two short texts."""
        hash_value, sort_value = item.get(self.hash_name), item.get(self.sort_name)
        if hash_value and sort_value and len(hash_value) == len(sort_value) == 1:
            pk, sk = hash_value.get("S"), sort_value.get("S")
            if type(pk) is str and type(sk) is str and 0 < len(pk) <= SHORT and 0 < len(sk) <= SHORT:
                return pk, sk
        pk = self.key_part(item, self.hash_name, MAX_HASH_BYTES)
        return pk, self.key_part(item, self.sort_name, MAX_SORT_BYTES)

    def key_part(self, given: Mapping[str, Any], name: str, limit: int) -> str:
        value = given.get(name)
        if value is None:
            raise Invalid("The provided key element does not match the schema")
        text = value.get("S") if len(value) == 1 else None
        if type(text) is not str:
            raise Invalid("The provided key element does not match the schema")
        if not text:
            raise EmptyKey(name)
        if len(text) * 4 > limit and len(text.encode()) > limit:
            raise Invalid(f"One or more parameter values were invalid: Size of the key {name} exceeds {limit} bytes")
        return text

    def refuse_empty_index_keys(self, item: Item) -> None:
        if self.index_keys.keys().isdisjoint(item):
            return
        for name, index in self.index_keys.items():
            if item.get(name) == {"S": ""}:
                raise EmptyKey(name, index)

    def refuse_wrong_index_keys(self, item: Item) -> None:
        if self.index_keys.keys().isdisjoint(item):
            return
        for name, index in self.index_keys.items():
            value = item.get(name)
            wanted = "N" if name in self.table.numbers else "S"
            if value is not None and wanted not in value:
                raise Invalid(
                    f"One or more parameter values were invalid: Type mismatch for Index Key {name} "
                    f"Expected: {wanted} Actual: {', '.join(value)} IndexName: {index}"
                )

    def write(self, pk: str, sk: str, old: Row | None, new: Row | None, touched: frozenset[str] | None) -> int:
        """Store or remove a row; the write units its indexes take. `touched` None: any attribute may differ."""
        if new is not None:
            self.rows.put(pk, sk, new)
        elif old is not None:
            self.rows.remove(pk, sk)
        units = 0
        for index in self.indexes.values():
            if touched is not None and index.watched is not None and touched.isdisjoint(index.watched):
                continue
            hash_name = index.keys[0]
            if (old is None or hash_name not in old[0]) and (new is None or hash_name not in new[0]):
                continue
            units += self.write_index(index, pk, sk, old, new)
        return units

    def write_index(self, index: IndexStore, pk: str, sk: str, old: Row | None, new: Row | None) -> int:
        was = None if old is None else index.place(old[0], pk, sk)
        now = None if new is None else index.place(new[0], pk, sk)
        if was is not None and was == now:
            assert old is not None
            assert new is not None
            if index.view(old[0]) == index.view(new[0]):
                return 0
            self.pending.append((index.publishing, *was, new))
            return max(index.units(old), index.units(new))
        units = 0
        if was is not None:
            assert old is not None
            self.pending.append((index.publishing, *was, None))
            units += index.units(old)
        if now is not None:
            assert new is not None
            self.pending.append((index.publishing, *now, new))
            units += index.units(new)
        return units


class EmptyKey(Invalid):
    """An empty string as a key: refuses the whole request, also a transaction, instead of cancelling it."""

    def __init__(self, name: str, index: str | None = None) -> None:
        where = f"Key: {name}" if index is None else f"IndexName: {index}, IndexKey: {name}"
        super().__init__(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            f"empty string value. {where}"
        )


def part_of(value: Value) -> Part:
    for kind, held in value.items():
        if kind == "N":
            return number(held)
        return str(held)
    raise AssertionError("an attribute value has exactly one type")


def write_units(size: int) -> int:
    """One for each started KB, at least one."""
    return -(-size // 1024) or 1
