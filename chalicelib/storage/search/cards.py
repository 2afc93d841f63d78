"""What the index keeps of a twip to show it: its card, and a digest by which a face that has not changed is known again."""

import hashlib
import json
from dataclasses import replace
from functools import cache

from pydantic import TypeAdapter
from tantivy import DocAddress, Searcher

from chalicelib.domain.content import on_card
from chalicelib.services.catalogue.search import Face

DIGEST_BYTES = 16


@cache
def _faces() -> TypeAdapter[Face]:
    """Made by the first who asks: it takes some 30 ms."""
    return TypeAdapter(Face)


def card_of(face: Face) -> bytes:
    """The digest of a face and what is shown of it."""
    content = replace(face.content, texts=dict(sorted(face.content.texts.items())))
    card = _faces().dump_json(
        replace(face, content=replace(on_card(content), prices=dict(sorted(content.prices.items()))))
    )
    # What is cut off the card tells faces apart as well.
    whole = json.dumps([(text.description, text.bring) for text in content.texts.values()], ensure_ascii=False)
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
