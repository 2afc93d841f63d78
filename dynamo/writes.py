"""One write on its way: whether its condition holds, what it makes of the item, what it costs, what it answers."""

from dataclasses import dataclass
from typing import Any

from dynamo.conditions import Values
from dynamo.errors import NO_REASON, Invalid, Reason, Refused
from dynamo.plans import WritePlan, shown
from dynamo.requests import NOTHING
from dynamo.tables import EmptyKey, TableStore, write_units
from dynamo.values import MAX_ITEM_BYTES, Item, Row, copied_item, item_size, text_size, value_size


@dataclass(slots=True)
class Write:
    """One write on its way: `row` is what a Put brings, `old` what is stored, `new` what will be."""

    act: str
    table: TableStore
    pk: str
    sk: str
    row: Row | None
    plan: WritePlan
    values: Values
    shows_old: bool
    old: Row | None
    new: Row | None = None

    def holds(self) -> bool:
        holds = self.plan.holds
        return holds is None or holds(NOTHING if self.old is None else self.old[0], self.values)

    def settle(self) -> None:
        """Work out `new`; `Invalid` if the update cannot be made of what is stored."""
        if self.act == "Put":
            self.new = self.row
        elif self.act == "Update":
            self.new = self.updated()
        elif self.act == "ConditionCheck":
            self.new = self.old
        if self.new is not None and self.new is not self.old and self.table.index_keys:
            self.check_index_keys(self.new[0])

    def updated(self) -> Row:
        plan, table = self.plan, self.table
        if self.old is None:
            base: Item = {table.hash_name: {"S": self.pk}, table.sort_name: {"S": self.sk}}
            size = item_size(base)
        else:
            base, size = self.old
        if plan.change is None:
            return base, size
        item = plan.change(base, self.values)
        for name in plan.touched:
            before, after = base.get(name), item.get(name)
            if before is after:
                continue
            if before is not None:
                size -= text_size(name) + value_size(before)
            if after is not None:
                size += text_size(name) + value_size(after)
        if size > MAX_ITEM_BYTES:
            raise Invalid("Item size to update has exceeded the maximum allowed size")
        return item, size

    def check_index_keys(self, item: Item) -> None:
        if self.act == "Update" and self.plan.touched.isdisjoint(self.table.index_keys):
            return
        self.table.refuse_empty_index_keys(item)
        self.table.refuse_wrong_index_keys(item)

    def units(self) -> int:
        """Write units of the table, undoubled: by the larger of the old and the new item."""
        old = 0 if self.old is None else self.old[1]
        new = 0 if self.new is None else self.new[1]
        return write_units(max(old, new))

    def commit(self) -> int:
        """Store it; the write units of the indexes."""
        if self.act == "ConditionCheck":
            return 0
        touched = self.plan.touched if self.act == "Update" and self.old is not None else None
        return self.table.write(self.pk, self.sk, self.old, self.new, touched)


def verdict(write: Write) -> Reason:
    """What stands against one write of a transaction; `NO_REASON` itself if nothing does."""
    if not write.holds():
        reason = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
        return {**reason, **old_item(write)}
    try:
        write.settle()
    except EmptyKey:
        raise
    except Invalid as fault:
        return {"Code": "ValidationError", "Message": str(fault)}
    return NO_REASON


def refused(write: Write) -> Refused:
    return Refused("ConditionalCheckFailedException", "The conditional request failed", **old_item(write))


def old_item(write: Write) -> dict[str, Item]:
    if write.shows_old and write.old is not None:
        return {"Item": copied_item(write.old[0])}
    return {}


def returned(write: Write, wanted: str) -> dict[str, Any]:
    row = write.old if wanted.endswith("_OLD") else write.new
    if wanted == "NONE" or row is None:
        return {}
    item = row[0]
    if wanted.startswith("UPDATED"):
        item = shown(item, write.plan.targets) if write.plan.targets else NOTHING
    return {"Attributes": copied_item(item)} if item else {}
