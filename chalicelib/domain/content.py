"""What a twip says and costs, and what is refused in it (R5 to R8, R25, D1, D3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from chalicelib.domain.errors import FieldError
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.text import fault, refuse, shortness, tidy_line, tidy_prose

TITLE_AT_LEAST, TITLE_AT_MOST = 3, 120
DESCRIPTION_AT_LEAST, DESCRIPTION_AT_MOST = 20, 5000
PRICE_AT_MOST_MINOR = 10_000_000
DAYS_AT_MOST = 365


@dataclass(frozen=True)
class Text:
    """Title and description in one language; in a draft either may be empty (D1)."""

    title: str = ""
    description: str = ""


@dataclass(frozen=True)
class Content:
    """What a twip says and costs. With two languages, a text in at least one of them (R7, D3)."""

    languages: tuple[Lang, ...] = ()
    texts: dict[Lang, Text] = field(default_factory=dict)
    prices: dict[Mode, int] = field(default_factory=dict)
    """Consultations: minor units per block and mode; either mode may be absent, not both (R25)."""
    price_minor: int | None = None
    """Work and files: the full price (R31)."""
    days: int | None = None
    """Work: days to delivery (D22)."""

    @property
    def all_prices(self) -> tuple[int, ...]:
        """Every price that it can be bought at, in minor units."""
        return (*self.prices.values(), *(() if self.price_minor is None else (self.price_minor,)))


@dataclass(frozen=True)
class Amendment:
    """An edit: what is given replaces the whole of that part, None leaves it."""

    languages: tuple[Lang, ...] | None = None
    texts: dict[Lang, Text] | None = None
    prices: dict[Mode, int] | None = None
    price_minor: int | None = None
    days: int | None = None


def amended(content: Content, by: Amendment) -> Content:
    """The content after an edit, its texts tidied. Raises InvalidInput; it may still be incomplete (D1)."""
    texts = content.texts if by.texts is None else _tidied(by.texts)
    edited = Content(
        languages=content.languages if by.languages is None else by.languages,
        texts=texts,
        prices=content.prices if by.prices is None else by.prices,
        price_minor=content.price_minor if by.price_minor is None else by.price_minor,
        days=content.days if by.days is None else by.days,
    )
    refuse(*_faults(edited))
    return edited


def _tidied(texts: dict[Lang, Text]) -> dict[Lang, Text]:
    """A text with nothing in it is none."""
    tidied = {lang: Text(tidy_line(text.title), tidy_prose(text.description)) for lang, text in texts.items()}
    return {lang: text for lang, text in tidied.items() if text != Text()}


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
    for mode, price_minor in content.prices.items():
        yield _number_fault(f"prices.{mode}", price_minor, PRICE_AT_MOST_MINOR)
    yield _number_fault("price", content.price_minor, PRICE_AT_MOST_MINOR)
    yield _number_fault("days", content.days, DAYS_AT_MOST)


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
            yield from _strangers(price=content.price_minor, days=content.days)
        case TwipKind.WORK:
            yield FieldError("price", "required") if content.price_minor is None else None
            yield FieldError("days", "required") if content.days is None else None
            yield from _strangers(prices=content.prices or None)
        case TwipKind.FILES:
            yield FieldError("price", "required") if content.price_minor is None else None
            yield from _strangers(prices=content.prices or None, days=content.days)
        case _:
            assert_never(kind)


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
