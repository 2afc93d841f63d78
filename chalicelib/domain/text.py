"""Text that people write: how it is kept, and what is refused in it. Lengths are code points after tidying."""

import unicodedata

from chalicelib.domain.errors import FieldError, InvalidInput

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_HARMFUL = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates: they make a text read as another one."""


def tidy(text: str) -> str:
    """The text as it is kept: composed (NFC), one kind of line break, no blanks around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def line_fault(field: str, tidied: str, *, at_most: int, at_least: int = 1) -> FieldError | None:
    """What is wrong with a single line (a name, a title): nothing invisible may be in it."""
    if any(unicodedata.category(c) in _INVISIBLE for c in tidied):
        return FieldError(field, "control_characters")
    return _length_fault(field, tidied, at_least, at_most)


def prose_fault(field: str, tidied: str, *, at_most: int, at_least: int = 1) -> FieldError | None:
    """What is wrong with a longer text (a description, a message): line breaks are its only control characters."""
    if any(c in _BIDI or (unicodedata.category(c) in _HARMFUL and c != "\n") for c in tidied):
        return FieldError(field, "control_characters")
    return _length_fault(field, tidied, at_least, at_most)


def refuse(*faults: FieldError | None) -> None:
    """Raises InvalidInput that names every fault (R8); nothing when there is none."""
    found = tuple(fault for fault in faults if fault is not None)
    if found:
        raise InvalidInput(found)


def line(field: str, text: str, *, at_most: int, at_least: int = 1) -> str:
    """A single line, tidied. Raises InvalidInput."""
    tidied = tidy(text)
    refuse(line_fault(field, tidied, at_most=at_most, at_least=at_least))
    return tidied


def prose(field: str, text: str, *, at_most: int, at_least: int = 1) -> str:
    """A longer text, tidied. Raises InvalidInput."""
    tidied = tidy(text)
    refuse(prose_fault(field, tidied, at_most=at_most, at_least=at_least))
    return tidied


def _length_fault(field: str, tidied: str, at_least: int, at_most: int) -> FieldError | None:
    if not tidied and at_least > 0:
        return FieldError(field, "required")
    if len(tidied) < at_least:
        return FieldError(field, "too_short", at_least)
    return FieldError(field, "too_long", at_most) if len(tidied) > at_most else None
