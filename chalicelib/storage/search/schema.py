"""How a twip lies in the index: its fields, and the numbers that it is ordered by."""

from collections.abc import Iterator
from pathlib import Path

from tantivy import Document, Index, SchemaBuilder, TextAnalyzerBuilder, Tokenizer, tantivy

from chalicelib.domain.kinds import Lang
from chalicelib.domain.search import PRICE_BANDS, RATING_STEPS, PriceBand
from chalicelib.domain.tags import key_of
from chalicelib.domain.words import indexed, indexed_name, scheme
from chalicelib.services.catalogue.search import Face
from chalicelib.storage.search.cards import card_of

LAYOUT = 8
"""Of what this file lays down. Another one is another index, made of everything when the first message comes."""
READERS: tuple[Lang | None, ...] = (None, *Lang)
EPOCH_S = 1_577_836_800
"""2020: novelty counts from here."""
SECONDS_BITS, HOURS_BITS = 31, 17
OWN = 1 << SECONDS_BITS
"""In a number to order by, above any novelty: that a twip is in its reader's language."""
VALUE_SHIFT = SECONDS_BITS + 1
"""Above that lies what is ordered by: a price or a rating."""
OWN_WEIGHT, LEAST_WEIGHT = 1 << HOURS_BITS, 1 << (HOURS_BITS + 1)
"""A score is multiplied by log2 of 2 and a weight. From the least to the greatest weight that is 5 %: so much a twip in another language
or of another decade must fit better. A step of an hour is just enough to be told apart in the engine's 24 bits."""
TITLES = tuple(f"title_{lang}" for lang in Lang)
WEIGHTS = {
    **dict.fromkeys(TITLES, 5.0),
    **{f"description_{lang}": 1.0 for lang in Lang},
    "name": 5.0,
    "tags": 3.0,
}
"""The fields of texts: a word in the title weighs so many times one in the description. Each language has its own, for a text that is
short weighs more, and who says the same in two languages says no more than others."""
BEGINNINGS = {"title_begins": 5.0, "description_begins": 1.0, "name_begins": 5.0, "tags_begins": 3.0}
"""The fields of words' first three letters. Who types so many looks for one word here, and not for the thousands that begin so."""
_CHOICES = ("kind", "lang", "band", "stars", "category")


def index_name() -> str:
    """The name of an index of this layout, these words and this engine."""
    engine = tantivy.__version__.replace("tantivy v", "").replace(", index_format v", ".")
    return f"twips-{LAYOUT}-{scheme()}-{engine}"


def created(folder: Path) -> Index:
    """An empty index, the folder's first."""
    build = SchemaBuilder()
    build.add_text_field("id", tokenizer_name="raw", index_option="basic")
    for text in WEIGHTS:
        build.add_text_field(text, tokenizer_name="tokens", index_option="freq")
    for text in BEGINNINGS:
        build.add_text_field(text, tokenizer_name="tokens", index_option="basic")
    for choice in _CHOICES:
        build.add_text_field(choice, tokenizer_name="raw", index_option="basic", fast=True)
    build.add_text_field("tag", tokenizer_name="raw", index_option="basic")
    for number in ("prices", "newest"):
        build.add_unsigned_field(number, fast=True)
    for reader in READERS:
        for key in ("cheapest", "dearest", "rated", "weight"):
            build.add_unsigned_field(keyed(key, reader), fast=True)
    build.add_bytes_field("card", stored=True)
    return _ready(Index(build.build(), path=str(folder)))


def opened(folder: Path) -> Index:
    """The index in a folder. Raises ValueError where this engine finds none that it can read."""
    return _ready(Index.open(str(folder)))


def _ready(index: Index) -> Index:
    # What it is given is cut and folded already.
    index.register_tokenizer("tokens", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    # Nobody else writes into the folder: no thread need watch it.
    index.config_reader("manual")
    return index


def keyed(key: str, reader: Lang | None) -> str:
    """The field of a number that twips are ordered by, for one reader."""
    return f"{key}_{reader or 'any'}"


def document(face: Face) -> Document:
    """A twip as the index takes it."""
    made = Document()
    made.add_text("id", face.twip_id)
    for field, text in _texts(face):
        made.add_text(field, text)
    made.add_text("kind", face.kind.value)
    for lang in face.content.languages:
        made.add_text("lang", lang.value)
    prices = face.content.all_prices
    for price_minor in prices:
        made.add_unsigned("prices", price_minor)
    for band in dict.fromkeys(band_of(price_minor) for price_minor in prices):
        made.add_text("band", band.value)
    for stars in RATING_STEPS:
        if face.rating_tenths >= 10 * stars:
            made.add_text("stars", str(stars))
    made.add_text("category", face.content.category)
    for tag in face.content.tags:
        made.add_text("tag", key_of(tag))
    made.add_unsigned("newest", face.published_ms)
    for field, number in _numbers(face):
        made.add_unsigned(field, number)
    made.add_bytes("card", card_of(face))
    return made


def band_of(price_minor: int) -> PriceBand:
    """The band in which a price lies."""
    return next(band for band, (_, most) in PRICE_BANDS.items() if most is None or price_minor <= most)


def _texts(face: Face) -> Iterator[tuple[str, str]]:
    for lang, text in face.content.texts.items():
        for part, written in (("title", text.title), ("description", text.description)):
            said = indexed(written)
            yield f"{part}_{lang}", said.tokens
            yield f"{part}_begins", said.beginnings
    named = indexed_name(face.name)
    yield "name", named.tokens
    yield "name_begins", named.beginnings
    for tag in face.content.tags:
        said = indexed(tag)
        yield "tags", said.tokens
        yield "tags_begins", said.beginnings


def _numbers(face: Face) -> Iterator[tuple[str, int]]:
    """Each with the novelty below it, and between the two whether a twip is in the reader's language."""
    seconds = min(max(face.published_ms // 1000 - EPOCH_S, 0), OWN - 1)
    lowest = min(face.content.all_prices, default=0)
    for reader in READERS:
        own = OWN if reader in face.content.languages else 0
        first = own + seconds
        yield keyed("dearest", reader), (lowest << VALUE_SHIFT) + first
        # In a listing that goes up, what comes first is the least.
        yield keyed("cheapest", reader), (lowest << VALUE_SHIFT) + (2 * OWN - 1 - first)
        yield keyed("rated", reader), (face.rating_tenths << VALUE_SHIFT) + first
        hours = min(seconds // 3600, OWN_WEIGHT - 1)
        yield keyed("weight", reader), LEAST_WEIGHT + (OWN_WEIGHT if own else 0) + hours
