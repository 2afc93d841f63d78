"""Passwords: the one form in which they are counted, hashed and compared, and which are refused (E16)."""

import unicodedata

from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.guessing import guesses_log10
from chalicelib.domain.text import visible

PASSWORD_AT_LEAST, PASSWORD_AT_MOST = 10, 128
GUESSES_AT_LEAST_LOG10 = 6
"""A million: what can be tried through the limits of sign-in before somebody notices."""


def normal_form(password: str) -> str:
    """The same for a password however a keyboard makes its letters and blanks (RFC 8265, OpaqueString): NFC, every blank of Unicode (Zs)
    a space; case and rim as typed. Nothing else of that profile: no character is forbidden."""
    spaced = "".join(" " if unicodedata.category(c) == "Zs" else c for c in password)
    return unicodedata.normalize("NFC", spaced)


def forms_of(password: str) -> tuple[str, ...]:
    """What a kept hash may be of: first the normal form, then those that it was made of before there was one. How many there are depends
    on what was typed only."""
    normal = normal_form(password)
    return tuple(dict.fromkeys((normal, password, unicodedata.normalize("NFD", normal))))


def clean_password(password: str, email: str, name: str) -> str:
    """The normal form of a new password: of 10 to 128 code points, not the address, and not guessed within a million tries by
    who knows address and display name. Raises InvalidInput."""
    normal = normal_form(password)
    if len(normal) < PASSWORD_AT_LEAST:
        raise InvalidInput((FieldError("password", "too_short", PASSWORD_AT_LEAST),))
    if len(normal) > PASSWORD_AT_MOST:
        raise InvalidInput((FieldError("password", "too_long", PASSWORD_AT_MOST),))
    if normal.strip().casefold() == email.casefold():
        raise InvalidInput((FieldError("password", "is_email"),))
    if visible(normal) == 0 or guesses_log10(normal, email, name) < GUESSES_AT_LEAST_LOG10:
        raise InvalidInput((FieldError("password", "too_common"),))
    return normal
