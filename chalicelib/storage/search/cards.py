"""What the index keeps of a twip to show it: its card, and a digest by which a face that has not changed is known again."""

import hashlib
import json
from dataclasses import replace
from functools import cache

from pydantic import TypeAdapter
from tantivy import DocAddress, Searcher

from chalicelib.services.catalogue.search import Face

EXCERPT = 240
"""Code points of a description on a card."""
DIGEST_BYTES = 16


@cache
def _faces() -> TypeAdapter[Face]:
    """Made by the first who asks: it takes some 30 ms."""
    return TypeAdapter(Face)


def card_of(face: Face) -> bytes:
    """The digest of a face and what is shown of it."""
    content = face.content
    texts = dict(sorted(content.texts.items()))
    cut = {lang: replace(text, description=excerpt(text.description), bring="") for lang, text in texts.items()}
    shown = replace(face, content=replace(content, texts=cut, prices=dict(sorted(content.prices.items()))))
    card = _faces().dump_json(shown)
    # What is cut off the card tells faces apart as well.
    whole = json.dumps([(text.description, text.bring) for text in texts.values()], ensure_ascii=False)
    return hashlib.sha256(card + whole.encode()).digest()[:DIGEST_BYTES] + card


def card_at(searcher: Searcher, address: DocAddress) -> bytes:
    """The card of a twip that was found."""
    return bytes(searcher.doc(address).get_first("card") or b"")


def digest_in(card: bytes) -> bytes:
    """The digest of the whole face that a card was made of."""
    return card[:DIGEST_BYTES]


def face_in(card: bytes) -> Face:
    """The face on a card: descriptions are cut short, and what one must bring is left out."""
    return _faces().validate_json(card[DIGEST_BYTES:])


def excerpt(description: str) -> str:
    """The beginning of a description, in one line, cut between words."""
    line = " ".join(description[: 2 * EXCERPT].split())
    if len(line) <= EXCERPT:
        line = " ".join(description.split())
    if len(line) <= EXCERPT:
        return line
    return f"{line[: EXCERPT - 1].rpartition(' ')[0] or line[: EXCERPT - 1]}…"
