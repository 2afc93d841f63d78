"""The search index as one SQLite file: how it is laid out, written and asked. Every value is a parameter."""

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, assert_never

from chalicelib.domain.attachments import File
from chalicelib.domain.content import Content, FilesOffer, Text, WorkOffer
from chalicelib.domain.errors import InvalidCursor
from chalicelib.domain.goods import Good, Goods
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.search import Query, Sort
from chalicelib.services.catalogue.search import Face, Hit
from chalicelib.storage.cursors import from_cursor, to_cursor
from chalicelib.storage.search_words import expression, indexed
from chalicelib.storage.sqlite import Database

SCHEME = 3
"""Of layout, words and stems. Another one is another index, made of everything when the first message comes."""
EXCERPT = 240
"""Code points of a description on a card."""
RATING_STEP = 10**14
"""A rating and a time are one number, to order by both: no time of ours has as many milliseconds."""
TITLE_WEIGHT, DESCRIPTION_WEIGHT = 5.0, 1.0

_LAYOUT = (
    # `n` ties the three together. What is filtered and sorted stands apart from what is shown, so that many matches are few pages.
    "CREATE TABLE twips (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, languages TEXT NOT NULL, video INTEGER, "
    "text INTEGER, whole INTEGER, lowest INTEGER NOT NULL, published_ms INTEGER NOT NULL, rated INTEGER NOT NULL) STRICT",
    "CREATE INDEX by_novelty ON twips (published_ms, id)",
    "CREATE INDEX by_rating ON twips (rated, id)",
    "CREATE INDEX by_price ON twips (lowest, id)",
    # `sent` is what the words were: an index without content forgets only what it is told again.
    "CREATE TABLE cards (n INTEGER PRIMARY KEY, card TEXT NOT NULL, digest TEXT NOT NULL, sent BLOB NOT NULL) STRICT",
    "CREATE VIRTUAL TABLE words USING fts5(title, description, content = '', tokenize = 'ascii')",
)


def lay_out(database: Database) -> None:
    """Makes an empty index."""
    for statement in _LAYOUT:
        _do(database, statement)


def settle(database: Database, changes: Iterable[tuple[str, Face | None]]) -> bool:
    """Writes faces and takes out those that are None, in one transaction. Answers whether anything has changed."""
    _do(database, "BEGIN")
    changed = [_settle(database, twip_id, face) for twip_id, face in changes]
    _do(database, "COMMIT")
    return any(changed)


def _settle(database: Database, twip_id: str, face: Face | None) -> bool:
    known = _one(database, "SELECT n, digest, sent FROM twips JOIN cards USING (n) WHERE id = :id", {"id": twip_id})
    digest = _digest(face)
    if (known[1] if known else None) == digest:
        return False
    if known is not None:
        _forget(database, known[0], known[2])
    if face is not None and digest is not None:
        _keep(database, face, digest)
    return True


def _digest(face: Face | None) -> str | None:
    return None if face is None else hashlib.sha256(json.dumps(asdict(face), sort_keys=True).encode()).hexdigest()


def _forget(database: Database, n: int, sent: bytes) -> None:
    title, description = json.loads(zlib.decompress(sent))
    _do(
        database,
        "INSERT INTO words (words, rowid, title, description) VALUES ('delete', :n, :title, :description)",
        {"n": n, "title": title, "description": description},
    )
    _do(database, "DELETE FROM cards WHERE n = :n", {"n": n})
    _do(database, "DELETE FROM twips WHERE n = :n", {"n": n})


def _keep(database: Database, face: Face, digest: str) -> None:
    content = face.content
    title = " ".join(indexed(text.title) for text in content.texts.values())
    description = " ".join(indexed(text.description) for text in content.texts.values())
    row = {
        "id": face.twip_id,
        "kind": face.kind.value,
        "languages": " ".join(sorted(content.languages)),
        "video": content.prices.get(Mode.VIDEO),
        "text": content.prices.get(Mode.TEXT),
        "whole": content.whole_minor,
        "lowest": min(content.all_prices, default=0),
        "published_ms": face.published_ms,
        "rated": face.rating_tenths * RATING_STEP + face.published_ms,
    }
    sent = zlib.compress(json.dumps([title, description], ensure_ascii=False).encode())
    shown = {"id": face.twip_id, "card": _card(face), "digest": digest, "sent": sent}
    _do(
        database,
        "INSERT INTO twips (id, kind, languages, video, text, whole, lowest, published_ms, rated) VALUES "
        "(:id, :kind, :languages, :video, :text, :whole, :lowest, :published_ms, :rated)",
        row,
    )
    _do(
        database,
        "INSERT INTO cards (n, card, digest, sent) SELECT n, :card, :digest, :sent FROM twips WHERE id = :id",
        shown,
    )
    _do(
        database,
        "INSERT INTO words (rowid, title, description) SELECT n, :title, :description FROM twips WHERE id = :id",
        {"id": face.twip_id, "title": title, "description": description},
    )


def _card(face: Face) -> str:
    texts = {
        lang: replace(text, description=excerpt(text.description), bring="")
        for lang, text in face.content.texts.items()
    }
    return json.dumps(asdict(replace(face, content=replace(face.content, texts=texts))), ensure_ascii=False)


def _face(card: str) -> Face:
    # Cards of earlier builds lack what came later, and have parts that are gone.
    fields = json.loads(card)
    said = fields.pop("content")
    content = Content(
        languages=tuple(Lang(lang) for lang in said["languages"]),
        texts={Lang(lang): Text(**text) for lang, text in said["texts"].items()},
        prices={Mode(mode): price_minor for mode, price_minor in said["prices"].items()},
        work=WorkOffer(**said["work"]) if said.get("work") else None,
        files=_files(**said["files"]) if said.get("files") else None,
    )
    return Face(kind=TwipKind(fields.pop("kind")), content=content, **fields)


def _files(price_minor: int | None, goods: dict[str, Any] | None = None) -> FilesOffer:
    if goods is None:
        return FilesOffer(price_minor)
    files = (Good(one["id"], File(**one["file"]), one["place"]) for one in goods["files"])
    return FilesOffer(price_minor, Goods(tuple(files), tuple(goods["links"])))


def excerpt(description: str) -> str:
    """The beginning of a description, in one line, cut between words."""
    line = " ".join(description.split())
    if len(line) <= EXCERPT:
        return line
    return f"{line[: EXCERPT - 1].rpartition(' ')[0] or line[: EXCERPT - 1]}…"


@dataclass(frozen=True)
class _Order:
    """How a listing is ordered: by a key and then by id, both in one direction; `after` is what comes behind a place in it."""

    key: str
    descending: bool
    kind: type[int] | type[float]
    matches: bool = False

    @property
    def way(self) -> str:
        """The direction."""
        return "DESC" if self.descending else "ASC"

    @property
    def by(self) -> str:
        """The clause that orders."""
        return f"{self.key} {self.way}, t.id {self.way}"

    @property
    def after(self) -> str:
        """The condition that goes on behind the place (:value, :after)."""
        than = "<" if self.descending else ">"
        if not self.matches:
            return f"({self.key}, t.id) {than} (:value, :after)"
        # Scores shift a little with every version of the index: where the twip still is, its present score is the place.
        place = "coalesce((SELECT h.score FROM hits h JOIN twips a ON a.n = h.n WHERE a.id = :after), :value)"
        return f"({self.key}, t.id) {than} ({place}, :after)"


def _order(query: Query, match: str | None) -> _Order:
    match query.sort:
        case Sort.RELEVANCE if match is not None:
            return _Order("hits.score", descending=False, kind=float, matches=True)
        case Sort.RELEVANCE | Sort.NEWEST:
            return _Order("t.published_ms", descending=True, kind=int)
        case Sort.PRICE_ASC:
            return _Order("t.lowest", descending=False, kind=int)
        case Sort.PRICE_DESC:
            return _Order("t.lowest", descending=True, kind=int)
        case Sort.RATING:
            return _Order("t.rated", descending=True, kind=int)
        case _:
            assert_never(query.sort)


_SCORED = "rowid AS n, bm25(words, :title_weight, :description_weight) AS score"
"""Weighing costs more than finding: it is left out where another order is asked for."""
_MATCHED = (
    "WITH hits AS MATERIALIZED (SELECT {hit} FROM words WHERE words MATCH :match), "
    "page AS (SELECT t.n, t.id, {key} AS key FROM hits JOIN twips t ON t.n = hits.n"
)
_ALL = "WITH page AS (SELECT t.n, t.id, {key} AS key FROM twips t"
_SHOWN = ") SELECT id, card, key FROM page JOIN cards USING (n) ORDER BY key {way}, id {way}"


def find(database: Database, query: Query, *, cursor: str | None, limit: int) -> Sequence[Hit]:
    """The hits behind the cursor, in the query's order. Raises InvalidCursor."""
    match = expression(query.words)
    order, scope = _order(query, match), _scope(query)
    conditions = [condition for condition, asked in _conditions(query) if asked]
    values: dict[str, Any] = {
        "kind": query.kind.value if query.kind else None,
        "lang": query.lang.value if query.lang else None,
        "price_min": query.price_min_minor if query.price_min_minor is not None else 0,
        "price_max": query.price_max_minor if query.price_max_minor is not None else _ANY_PRICE,
        "rating_min": (query.rating_min_tenths or 0) * RATING_STEP,
        "match": match,
        "title_weight": TITLE_WEIGHT,
        "description_weight": DESCRIPTION_WEIGHT,
        "limit": limit,
    }
    if cursor is not None:
        values |= _place(scope, cursor, order)
        conditions.append(order.after)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    source = (_ALL if match is None else _MATCHED).format(key=order.key, hit=_SCORED if order.matches else "rowid AS n")
    shown = _SHOWN.format(way=order.way)
    rows = database.execute(f"{source}{where} ORDER BY {order.by} LIMIT :limit{shown}", values)
    return [Hit(_face(card), _cursor(scope, twip_id, value), repr(value)) for twip_id, card, value in rows]


_ANY_PRICE = 2**62
_ID = re.compile(r"[0-9a-z]{1,40}")
_PRICED = "(t.{0} BETWEEN :price_min AND :price_max)"


def _conditions(query: Query) -> tuple[tuple[str, bool], ...]:
    priced = " OR ".join(_PRICED.format(column) for column in ("video", "text", "whole"))
    return (
        ("t.kind = :kind", query.kind is not None),
        ("instr(t.languages, :lang) > 0", query.lang is not None),
        ("t.rated >= :rating_min", query.rating_min_tenths is not None),
        (f"({priced})", query.price_min_minor is not None or query.price_max_minor is not None),
    )


def _scope(query: Query) -> str:
    """A cursor is good for the query that gave it, and for no other."""
    return "search#" + hashlib.sha256(json.dumps(asdict(query), sort_keys=True).encode()).hexdigest()[:16]


def _cursor(scope: str, twip_id: str, value: float) -> str:
    return to_cursor(scope, {"after": {"S": twip_id}, "value": {"S": repr(value)}}) or ""


def _place(scope: str, cursor: str, order: _Order) -> dict[str, Any]:
    key = from_cursor(scope, cursor, frozenset({"after", "value"})) or {}
    try:
        after, value = key["after"]["S"], order.kind(key["value"]["S"])
    except ValueError:
        raise InvalidCursor from None
    if not _ID.fullmatch(after) or not abs(value) < _ANY_PRICE:
        raise InvalidCursor
    return {"after": after, "value": value}


def _do(database: Database, sql: str, values: Mapping[str, Any] | None = None) -> None:
    for _ in database.execute(sql, values or {}):
        pass


def _one(database: Database, sql: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    return next(iter(database.execute(sql, values)), None)
