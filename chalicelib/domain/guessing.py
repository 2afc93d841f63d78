"""How soon a password is guessed by somebody who knows which are common, how a keyboard is laid out, and whose it is (E16).

It is the model of zxcvbn (Wheeler, USENIX Security 2016) in small: a text is as many guesses as its cheapest cut into known pieces. That
library takes seconds for some texts of thirty characters, and knows no keyboard with Cyrillic letters."""

import re
from functools import cache
from importlib import resources
from math import inf, log10

LONGEST = 24
"""No known piece has more characters, but what is made of the address; longer runs are cut."""
_CYRILLIC_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`")
"""What the same keys give in Latin letters: Russian words are common passwords in that spelling."""
_ROWS = (
    "01234567890-=",
    "!@#$%^&*()_+",
    '!"№;%:?*()_+',
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qazwsxedcrfvtgbyhnujmik,ol.p;/",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
)
_OURS = ("twip", "твип")
_YEAR = re.compile(r"(19|20)\d\d")
_DATE = re.compile(r"\d{1,2}([./-]?)\d{1,2}\1(19|20)?\d\d|(19|20)\d\d([./-]?)\d\d\4\d\d")
# Common logarithms of how many there are to try.
_DIGIT, _CHARACTER, _RUN, _ROW, _WHOSE, _ANY_YEAR, _ANY_DATE = 1.0, 1.5, 1.5, 2.0, 1.0, 2.0, 4.5


def guesses_log10(password: str, email: str) -> float:
    """The common logarithm of how many guesses it takes, about, whatever the letter case."""
    folded = password.casefold()
    whose = frozenset((*_OURS, *_pieces_of(email.casefold())))
    return min(_cheapest(spelling, whose) for spelling in (folded, folded.translate(_CYRILLIC_KEYS)))


def _pieces_of(email: str) -> tuple[str, ...]:
    name = email.partition("@")[0]
    pieces = (email, name, *re.split(r"[\W_]+", email), re.sub(r"[\W_]", "", name))
    return tuple(piece for piece in pieces if len(piece) > 2)


def _cheapest(text: str, whose: frozenset[str]) -> float:
    unit = _repeated(text)
    longest = max(LONGEST, *map(len, whose))
    costs = [0.0]
    for end in range(1, len(unit) + 1):
        starts = range(max(0, end - longest), end)
        costs.append(min(costs[start] + _cost(unit[start:end], whose) for start in starts))
    return costs[-1] + log10(len(text) / len(unit))


def _repeated(text: str) -> str:
    """What a text repeats, at least twice; else the text."""
    periods = (length for length in range(1, len(text) // 2 + 1) if text[length:] == text[:-length])
    return text[: next(periods, len(text))]


def _cost(piece: str, whose: frozenset[str]) -> float:
    if len(piece) == 1:
        return _DIGIT if piece.isdecimal() else _CHARACTER
    rank = _ranks().get(piece)
    known = (
        _WHOSE if piece in whose else inf,
        inf if rank is None else log10(rank),
        _RUN if len(set(piece)) == 1 else inf,
        _ROW if len(piece) > 2 and any(piece in row or piece[::-1] in row for row in _ROWS) else inf,
        _ANY_YEAR if _YEAR.fullmatch(piece) else inf,
        _ANY_DATE if _DATE.fullmatch(piece) else inf,
    )
    return min(known)


@cache
def _ranks() -> dict[str, int]:
    """Common passwords by their rank, the first at 1. Read when somebody chooses a password, which is seldom: no start waits for it."""
    listed = resources.files("chalicelib.domain") / "common_passwords.txt"
    return {word: rank for rank, word in enumerate(listed.read_text(encoding="utf-8").splitlines(), 1)}
