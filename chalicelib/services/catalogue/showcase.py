"""What anybody may see of the market, people and search engines alike (E22). Nothing else is even read: no draft, no address, no goods."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from chalicelib.domain.content import Content
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.ratings import UNRATED, Rating

AT_ONCE = 100
PARTS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Twips' ids are digests, so that each part of the market, by their first character, is as large as any other."""


@dataclass(frozen=True)
class ShownTwip:
    """The published side of a twip; of its files the price alone."""

    id: str
    author_id: str
    kind: TwipKind
    published: Content | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class ShownPerformer:
    """A performer's name and rating."""

    user_id: str
    display_name: str
    blocked: bool = False
    rating: Rating = UNRATED


class Window(Protocol):
    """The reading side, of what may be shown and no more."""

    def twips(self, twip_ids: Iterable[str]) -> Mapping[str, ShownTwip]:
        """Up to a hundred; those that there are not are left out."""
        ...

    def performers(self, user_ids: Iterable[str]) -> Mapping[str, ShownPerformer]:
        """Up to a hundred; those that there are not are left out."""
        ...

    def on_sale(self, part: str, limit: int | None = None) -> Iterator[Sequence[str]]:
        """Ids of twips on sale that begin so, in order, a hundred at most each time; the first `limit` of them."""
        ...

    def of_author(self, user_id: str) -> Sequence[str]:
        """Ids of a performer's newest hundred twips, whatever has become of them."""
        ...


class Absent(Enum):
    """Why there is nothing to see."""

    NEVER = "never"
    """Nothing was ever published there, as far as anybody may know."""
    GONE = "gone"
    """It was, and has left the market."""


@dataclass(frozen=True)
class Offered:
    """A twip on sale, with who offers it."""

    twip: ShownTwip
    content: Content
    performer: ShownPerformer


@dataclass(frozen=True)
class Showcase:
    """The public side of the market."""

    window: Window

    def twip(self, twip_id: str) -> Offered | Absent:
        """A twip, if it is on sale."""
        twip = self.window.twips((twip_id,)).get(twip_id)
        if twip is None or twip.published is None:
            return Absent.NEVER
        performer = self.window.performers((twip.author_id,)).get(twip.author_id)
        if performer is None or performer.blocked:
            return Absent.NEVER
        return Absent.GONE if twip.withdrawn else Offered(twip, twip.published, performer)

    def performer(self, user_id: str) -> tuple[ShownPerformer, Sequence[Offered]] | Absent:
        """Somebody, with what they have on sale of their newest hundred twips. Whoever never offered anything is nobody here."""
        performer = self.window.performers((user_id,)).get(user_id)
        if performer is None or performer.blocked:
            return Absent.NEVER
        ids = self.window.of_author(user_id)
        found = self.window.twips(ids) if ids else {}
        published = [twip for ident in ids if (twip := found.get(ident)) and twip.published]
        if not published:
            return Absent.NEVER
        offered = [Offered(it, it.published, performer) for it in published if it.published and not it.withdrawn]
        return (performer, offered) if offered else Absent.GONE

    def some(self, limit: int) -> Sequence[Offered]:
        """A few of what is on sale."""
        return [offered for ids in self.window.on_sale("", limit) for offered in self._offered(ids)]

    def part(self, part: str) -> Iterator[Offered]:
        """All that is on sale in a part of the market, in the order of ids. What comes or goes meanwhile is in it or not; nothing else is
        left out, and nothing comes twice."""
        for ids in self.window.on_sale(part):
            yield from self._offered(ids)

    def _offered(self, ids: Sequence[str]) -> Iterator[Offered]:
        found = self.window.twips(ids)
        on_sale = [twip for ident in ids if (twip := found.get(ident)) and twip.published and not twip.withdrawn]
        authors = {twip.author_id for twip in on_sale}
        performers = self.window.performers(authors) if authors else {}
        for twip in on_sale:
            performer = performers.get(twip.author_id)
            if performer and not performer.blocked and twip.published:
                yield Offered(twip, twip.published, performer)
