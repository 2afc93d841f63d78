"""A search index by its two ports over a market that a test fills: what the ports' contract is held against."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.search import Query
from chalicelib.services.catalogue.search import Face, Hits, SearchIndex, SearchWriter

STRANGE = [
    "lease " * 2_000,
    "x" * 10_000,
    " ".join(f"word{n}" for n in range(1_500)),
    "AND OR NOT",
    '+ - && || ! ( ) { } [ ] ^ " ~ * ? : \\ /',
    "title:lease",
    "l",
    "ж",
    "租约检查",
    "עורך דין",
    "\x00",
    "\ud800",
    "___",
    ".*",
    "🎸",
]
"""What somebody may type."""


@dataclass
class Faces:
    """The market (services.search.Market): what is on sale by id, in the order in which it came."""

    on_sale: dict[str, Face] = field(default_factory=dict)

    def faces(self, twip_ids: Iterable[str]) -> Mapping[str, Face | None]:
        """As they are now."""
        return {twip_id: self.on_sale.get(twip_id) for twip_id in twip_ids}

    def everything(self) -> Iterable[Face]:
        """As it is now."""
        return list(self.on_sale.values())


@dataclass
class Engine:
    """An adapter of both ports. A write is found at once: `index` is as patient as its own tests say."""

    index: SearchIndex
    writer: SearchWriter
    market: Faces = field(default_factory=Faces)

    def put(self, *faces: Face) -> None:
        """These come on sale, or change, in one batch."""
        self.market.on_sale |= {one.twip_id: one for one in faces}
        self.writer.write([one.twip_id for one in faces], self.market)

    def withdraw(self, *twip_ids: str) -> None:
        """These are on sale no more."""
        for twip_id in twip_ids:
            self.market.on_sale.pop(twip_id, None)
        self.writer.write(twip_ids, self.market)

    def find(self, query: Query | str = "", *, cursor: str | None = None, limit: int = 100, **more: Any) -> Hits:
        """What is found."""
        asked = query if isinstance(query, Query) else Query(query, **more)
        return self.index.find(asked, cursor=cursor, limit=limit)

    def ids(self, query: Query | str = "", **more: Any) -> list[str]:
        """The same, by ids."""
        return [hit.face.twip_id for hit in self.find(query, **more).hits]
