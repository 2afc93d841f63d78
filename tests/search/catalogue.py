"""The made-up market: its twips published by the use cases themselves, and indexed."""

import tomllib
from pathlib import Path
from typing import Any

from chalicelib.domain.content import Amendment, FilesEdit, Text, WorkOffer
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.people import User
from chalicelib.domain.search import Query
from chalicelib.services.catalogue.search import Results
from tests.support.goods import LINK
from tests.support.market import Market
from tests.support.people import settle

HERE = Path(__file__).parent


class Catalogue:
    """All twips of catalogue.toml on sale, by the names they have there: `names` knows them by id."""

    def __init__(self) -> None:
        self.market = Market()
        self.people: dict[str, User] = {}
        self.twips: dict[str, dict[str, Any]] = tomllib.loads((HERE / "catalogue.toml").read_text())
        self.names = {self._publish(twip): name for name, twip in self.twips.items()}
        self.market.index()

    def find(self, query: str, limit: int = 10) -> Results:
        """The first hits by relevance."""
        return self.market.house.search.find(Query(query), callable_only=False, cursor=None, limit=limit)

    def found(self, query: str, limit: int = 10) -> list[str]:
        """Their names."""
        return [self.names[one.face.twip_id] for one in self.find(query, limit).items]

    def _publish(self, twip: dict[str, Any]) -> str:
        kind = TwipKind(twip.get("kind", "consultation"))
        texts = {lang: Text(*twip[lang.value]) for lang in Lang if lang.value in twip}
        said = Amendment(
            languages=tuple(texts), texts=texts, category=twip.get("category"), tags=_tags(twip), **_offer(kind)
        )
        return self.market.published(said, author=self._performer(twip["by"]), kind=kind).id

    def _performer(self, name: str) -> User:
        if name not in self.people:
            email = f"performer{len(self.people)}@example.org"
            self.people[name] = settle(self.market.house, email, name=name)
        return self.people[name]


def _tags(twip: dict[str, Any]) -> tuple[str, ...]:
    return tuple(twip.get("tags", ()))


def _offer(kind: TwipKind) -> dict[str, Any]:
    match kind:
        case TwipKind.CONSULTATION:
            return {"prices": {Mode.VIDEO: 90_000}}
        case TwipKind.WORK:
            return {"work": WorkOffer(500_000, 7)}
        case TwipKind.FILES:
            return {"files": FilesEdit(50_000, None, (LINK,))}
