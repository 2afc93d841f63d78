"""What the index keeps of a twip to show it: its card, and a digest by which a face that has not changed is known again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tantivy import DocAddress, Searcher

from chalicelib.domain.attachments import File
from chalicelib.domain.content import Content, FilesOffer, Text, WorkOffer
from chalicelib.domain.goods import Good, Goods
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.services.catalogue.search import Face

EXCERPT = 240
"""Code points of a description on a card."""
DIGEST_BYTES = 16


def digest_of(face: Face) -> bytes:
    """Another one for another face."""
    return _digest(asdict(face))


def card_of(face: Face) -> bytes:
    """The digest of a face and what is shown of it."""
    said = asdict(face)
    digest = _digest(said)
    for text in said["content"]["texts"].values():
        text |= {"description": excerpt(text["description"]), "bring": ""}
    return digest + json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _digest(said: dict[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()[:DIGEST_BYTES]


def card_at(searcher: Searcher, address: DocAddress) -> bytes:
    """The card of a twip that was found."""
    return bytes(searcher.doc(address).get_first("card") or b"")


def digest_in(card: bytes) -> bytes:
    """The digest of the whole face that a card was made of."""
    return card[:DIGEST_BYTES]


def face_in(card: bytes) -> Face:
    """The face on a card: descriptions are cut short, and what one must bring is left out."""
    # Cards of earlier builds lack what came later, and have parts that are gone.
    fields = json.loads(card[DIGEST_BYTES:])
    return Face(kind=TwipKind(fields.pop("kind")), content=_content(fields.pop("content")), **fields)


def _content(said: Mapping[str, Any]) -> Content:
    return Content(
        languages=tuple(Lang(lang) for lang in said["languages"]),
        texts={Lang(lang): Text(**text) for lang, text in said["texts"].items()},
        prices={Mode(mode): price_minor for mode, price_minor in said["prices"].items()},
        work=WorkOffer(**said["work"]) if said.get("work") else None,
        files=_files(**said["files"]) if said.get("files") else None,
    )


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
