"""What a twip says and costs, and what is refused in it (R5 to R8, R25, D1, D3, E2)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar, assert_never

from chalicelib.domain import goods
from chalicelib.domain.errors import FieldError
from chalicelib.domain.goods import NO_GOODS, Good, Goods
from chalicelib.domain.kinds import OTHER, Lang, Mode, TwipKind
from chalicelib.domain.text import fault, refuse, shortness, tidy_line, tidy_prose

TITLE_AT_LEAST, TITLE_AT_MOST = 3, 120
DESCRIPTION_AT_LEAST, DESCRIPTION_AT_MOST = 20, 5000
BRING_AT_MOST = 2000
PRICE_AT_MOST_MINOR = 10_000_000
EXCERPT = 240
"""Code points of a description on a card."""
TAGS_AT_MOST, TAG_AT_LEAST, TAG_AT_MOST = 5, 2, 30
"""Tags, and of each its visible characters and its code points."""
DAYS_AT_MOST = 90
"""To the delivery of a work (D31)."""


@dataclass(frozen=True)
class Text:
    """What is said in one language; in a draft each part may be empty (D1)."""

    title: str = ""
    description: str = ""
    bring: str = ""
    """Work: what the customer must bring to it. Nothing is said of that when it is empty."""


@dataclass(frozen=True)
class WorkOffer:
    """A work: the price of the whole in minor units (R31), and the days from its start to its delivery (D22). A draft may lack either."""

    price_minor: int | None = None
    days: int | None = None


@dataclass(frozen=True)
class FilesOffer:
    """Files: the price of them all in minor units (R31), and what is sold. A draft may lack either."""

    price_minor: int | None = None
    goods: Goods = NO_GOODS


@dataclass(frozen=True)
class Content:
    """What a twip says and costs. With two languages, a text in at least one of them (R7, D3). Of prices, work and files it has
    the one of its kind."""

    languages: tuple[Lang, ...] = ()
    texts: dict[Lang, Text] = field(default_factory=dict)
    prices: dict[Mode, int] = field(default_factory=dict)
    """Consultations: minor units per block and mode; either mode may be absent, not both (R25)."""
    work: WorkOffer | None = None
    files: FilesOffer | None = None
    category: str = OTHER
    """The id of one of the list; one that is gone from it counts as `OTHER`, whoever reads it."""
    tags: tuple[str, ...] = ()

    @property
    def whole_minor(self) -> int | None:
        """The price of the whole, of a work or of files."""
        offer = self.work or self.files
        return None if offer is None else offer.price_minor

    @property
    def goods(self) -> Goods:
        """What is sold of files; none of another kind."""
        return NO_GOODS if self.files is None else self.files.goods

    @property
    def shown(self) -> "Content":
        """As everybody may know it: without what is sold itself (R77)."""
        return self if self.files is None else replace(self, files=replace(self.files, goods=self.goods.shown))

    @property
    def all_prices(self) -> tuple[int, ...]:
        """Every price that it can be bought at, in minor units."""
        return (*self.prices.values(), *(() if self.whole_minor is None else (self.whole_minor,)))


def on_card(content: Content) -> Content:
    """As everybody may know it, with descriptions cut short and without what one must bring."""
    texts = {
        lang: replace(text, description=excerpt(text.description), bring="") for lang, text in content.texts.items()
    }
    return replace(content.shown, texts=texts)


def excerpt(description: str) -> str:
    """The beginning of a description, in one line, cut between words."""
    line = " ".join(description[: 2 * EXCERPT].split())
    if len(line) <= EXCERPT:
        line = " ".join(description.split())
    if len(line) <= EXCERPT:
        return line
    return f"{line[: EXCERPT - 1].rpartition(' ')[0] or line[: EXCERPT - 1]}…"


Offer = TypeVar("Offer", WorkOffer, FilesOffer)


@dataclass(frozen=True)
class FilesEdit:
    """An edit of files: their price, None takes it back; and what is sold, the files by their ids, None leaves it."""

    price_minor: int | None = None
    file_ids: tuple[str, ...] | None = None
    links: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Amendment:
    """An edit: what is given replaces the whole of that part, None leaves it."""

    languages: tuple[Lang, ...] | None = None
    texts: dict[Lang, Text] | None = None
    prices: dict[Mode, int] | None = None
    work: WorkOffer | None = None
    files: FilesEdit | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None


def amended(content: Content, by: Amendment, known: tuple[Good, ...] = ()) -> Content:
    """The content after an edit, its texts tidied. `known`: files that the edit may name. Raises InvalidInput; it may still be
    incomplete (D1)."""
    texts = content.texts if by.texts is None else _tidied(by.texts)
    edited = Content(
        languages=content.languages if by.languages is None else by.languages,
        texts=texts,
        prices=content.prices if by.prices is None else by.prices,
        work=content.work if by.work is None else _something(by.work),
        files=content.files if by.files is None else _something(_sold(content.goods, by.files, known)),
        category=content.category if by.category is None else by.category,
        tags=content.tags if by.tags is None else _tags(by.tags),
    )
    refuse(*_faults(edited), *_choice_faults(by))
    return edited


def _tidied(texts: dict[Lang, Text]) -> dict[Lang, Text]:
    """A text with nothing in it is none."""
    tidied = {
        lang: Text(tidy_line(text.title), tidy_prose(text.description), tidy_prose(text.bring))
        for lang, text in texts.items()
    }
    return {lang: text for lang, text in tidied.items() if text != Text()}


def _sold(sold: Goods, by: FilesEdit, known: tuple[Good, ...]) -> FilesOffer:
    """Raises InvalidInput."""
    from chalicelib.domain import links  # a domain's rules that only such an edit needs

    found = {good.id: good for good in (*known, *sold.files)}
    ids = tuple(good.id for good in sold.files) if by.file_ids is None else by.file_ids
    kept, faults = (sold.links, ()) if by.links is None else links.checked("files.links", by.links)
    refuse(*goods.file_faults("files.files", ids, found.values()), *faults)
    return FilesOffer(by.price_minor, Goods(tuple(found[ident] for ident in ids), kept))


def _something(offer: Offer) -> Offer | None:
    """An offer with nothing in it is none."""
    return None if offer == type(offer)() else offer


def check_complete(kind: TwipKind, content: Content) -> None:
    """Whether it may go to moderation (R8, D1). Raises InvalidInput that names everything missing or wrong."""
    refuse(*_faults(content), *_gaps(kind, content))


def _faults(content: Content) -> Iterator[FieldError | None]:
    """What is wrong even in a draft."""
    if len(set(content.languages)) < len(content.languages):
        yield FieldError("languages", "repeated")
    for lang, text in content.texts.items():
        if lang not in content.languages:
            yield FieldError(f"texts.{lang}", "not_declared")
        yield fault(f"texts.{lang}.title", text.title, at_least=0, at_most=TITLE_AT_MOST)
        yield fault(f"texts.{lang}.description", text.description, at_least=0, at_most=DESCRIPTION_AT_MOST)
        yield fault(f"texts.{lang}.bring", text.bring, at_least=0, at_most=BRING_AT_MOST)
    for mode, price_minor in content.prices.items():
        yield _number_fault(f"prices.{mode}", price_minor, PRICE_AT_MOST_MINOR)
    if content.work is not None:
        yield _number_fault("work.price", content.work.price_minor, PRICE_AT_MOST_MINOR)
        yield _number_fault("work.days", content.work.days, DAYS_AT_MOST)
    if content.files is not None:
        yield _number_fault("files.price", content.files.price_minor, PRICE_AT_MOST_MINOR)
        if len(content.goods.links) > goods.LINKS_AT_MOST:
            yield FieldError("files.links", "too_long", goods.LINKS_AT_MOST)


def _tags(written: tuple[str, ...]) -> tuple[str, ...]:
    from chalicelib.domain.tags import tidied  # a domain's rules that only an edit needs

    return tuple(map(tidied, written))


def _choice_faults(by: Amendment) -> Iterator[FieldError | None]:
    """A category that is chosen must be on the list; one that was on it when it was chosen may be gone."""
    from chalicelib.domain.categories import categories
    from chalicelib.domain.tags import faults_of

    if by.category is not None and by.category not in categories():
        yield FieldError("category", "not_allowed")
    yield from faults_of(_tags(by.tags or ()))


def _number_fault(name: str, number: int | None, at_most: int) -> FieldError | None:
    if number is None or 1 <= number <= at_most:
        return None
    return FieldError(name, "too_small", 1) if number < 1 else FieldError(name, "too_large", at_most)


def _gaps(kind: TwipKind, content: Content) -> Iterator[FieldError | None]:
    """What a draft may lack and a submission may not."""
    if not content.languages:
        yield FieldError("languages", "required")
    if not content.texts:
        yield FieldError("texts", "required")
    for lang, text in content.texts.items():
        yield shortness(f"texts.{lang}.title", text.title, TITLE_AT_LEAST)
        yield shortness(f"texts.{lang}.description", text.description, DESCRIPTION_AT_LEAST)
    yield from _gaps_of_kind(kind, content)


def _gaps_of_kind(kind: TwipKind, content: Content) -> Iterator[FieldError | None]:
    match kind:
        case TwipKind.CONSULTATION:
            yield None if content.prices else FieldError("prices", "required")
            yield from _strangers(**_brought(content), work=content.work, files=content.files)
        case TwipKind.WORK:
            offer = content.work or WorkOffer()
            yield FieldError("work.price", "required") if offer.price_minor is None else None
            yield FieldError("work.days", "required") if offer.days is None else None
            yield from _strangers(prices=content.prices or None, files=content.files)
        case TwipKind.FILES:
            sold = content.files or FilesOffer()
            yield FieldError("files.price", "required") if sold.price_minor is None else None
            yield FieldError("files.files", "required") if sold.goods == NO_GOODS else None
            yield from _strangers(**_brought(content), prices=content.prices or None, work=content.work)
        case _:
            assert_never(kind)


def _brought(content: Content) -> dict[str, str | None]:
    return {f"texts.{lang}.bring": text.bring or None for lang, text in content.texts.items()}


def _strangers(**parts: object) -> Iterator[FieldError | None]:
    """Parts that belong to another kind of twip."""
    return (FieldError(name, "not_allowed") for name, value in parts.items() if value is not None)


@dataclass(frozen=True)
class Shown:
    """The language in which a reader sees a twip; `foreign` when it is not theirs, and the page marks it (D3)."""

    lang: Lang
    foreign: bool


def shown_to(content: Content, reader: Lang) -> Shown:
    """The text for a reader: in their own language if there is one, else in the twip's first that has one (D3)."""
    if reader in content.texts:
        return Shown(reader, foreign=False)
    lang = next((lang for lang in content.languages if lang in content.texts), reader)
    return Shown(lang, foreign=lang is not reader)
