"""What stored items say, each read once: the store's fake shares what it keeps and never changes it in place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chalicelib.storage.codec import Item, decode

T = TypeVar("T")


@dataclass(frozen=True)
class Readings:
    """Decodes as the store does. The very item that was decoded last at its key is not decoded again: whoever reads it gets the same
    entity. So nobody may change an entity; `changed` finds whoever did, unless what they changed was written again since."""

    known: dict[tuple[str, str], tuple[Item, type[Any], Any]] = field(default_factory=dict)

    def decode(self, kind: type[T], item: Item) -> T:
        """The entity in an item."""
        key = item["pk"]["S"], item["sk"]["S"]
        known = self.known.get(key)
        if known is not None and known[0] is item and known[1] is kind:
            entity: T = known[2]
            return entity
        entity = decode(kind, item)
        self.known[key] = item, kind, entity
        return entity

    def changed(self) -> Iterator[Any]:
        """The entities that are not what their items say any more."""
        for item, kind, entity in self.known.values():
            if decode(kind, item) != entity:
                yield entity
