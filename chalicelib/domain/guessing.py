"""How soon a password is guessed by somebody who knows which are common, how a keyboard is laid out, and whose it is (E16).

It is the model of zxcvbn (Wheeler, USENIX Security 2016) in small: a text is as many guesses as its cheapest cut into known pieces. That
library takes seconds for some texts of thirty characters, and knows no keyboard with Cyrillic letters."""

import re
import unicodedata
from functools import cache
from importlib import resources
from math import inf, log10

from chalicelib.domain.text import drawn

LONGEST = 24
"""No known piece has more characters, but what is made of address and name; longer runs are cut."""
_CYRILLIC_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`")
"""What the same keys give in Latin letters: Russian words are common passwords in that spelling."""
_LATIN = str.maketrans(
    "авгекмнорстухёипшьѕіјԁһԛԝӏɑɡαβγεηικνορτυχω@$!013457", "abrekmhopctyxeunwbsijdhqwlagabyenikvoptuxwasioieast"
)
_CYRILLIC = str.maketrans("abcehkmoptxy034", "авсенкмортхуозч")
"""Letters and digits that look like another alphabet's, in one case of the two, and what people write for a letter."""
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
_SEPARATOR = r"[\W_]"
_YEAR = re.compile(r"(19|20)\d\d")
_DATE = re.compile(r"\d{1,2}([./-]?)\d{1,2}\1(19|20)?\d\d|(19|20)\d\d([./-]?)\d\d\4\d\d")
# Common logarithms of how many there are to try.
_DIGIT, _CHARACTER, _RUN, _ROW, _WHOSE, _ANY_YEAR, _ANY_DATE = 1.0, 1.5, 1.5, 2.0, 1.0, 2.0, 4.5


def guesses_log10(password: str, email: str, name: str) -> float:
    """The common logarithm of how many guesses it takes, about, by who knows address and name, whatever the letter case. A disguise that
    costs nothing to see through adds nothing: wide or ringed letters, what is drawn as nothing, look-alikes."""
    plain = _plain(password)
    whose = frozenset((*_OURS, *_pieces_of(email), *_pieces_of(email.partition("@")[0]), *_pieces_of(name)))
    # What stands between the letters is guessed once, and not again at each gap.
    gaps = set(re.findall(f"{_SEPARATOR}+", plain))
    closed_up = sum(_cheapest(part, whose) for part in (re.sub(_SEPARATOR, "", plain), *gaps))
    return min(closed_up, *(_cheapest(text, whose) for text in {password.casefold(), plain}))


def _plain(text: str) -> str:
    """As most people would type it: plain letters in lower case, digits of any script as European ones, nothing that is not drawn."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", drawn(text)).casefold())
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)


def _spellings(text: str) -> tuple[str, ...]:
    """What a text may stand for, each as long as the text."""
    bare = "".join(map(_without_accent, text))
    looks, sounds = bare.translate(_LATIN), bare.replace("с", "s").translate(_LATIN)
    return text, text.translate(_CYRILLIC_KEYS), looks, sounds, text.translate(_CYRILLIC)


def _without_accent(character: str) -> str:
    parts = unicodedata.normalize("NFD", character)
    return parts[0] if unicodedata.combining(parts[-1]) else character


def _pieces_of(own: str) -> set[str]:
    plain = _plain(own)
    turned = " ".join(reversed(plain.split()))
    closed_up = (re.sub(_SEPARATOR, "", way) for way in (plain, turned))
    pieces = (plain, turned, *re.split(f"{_SEPARATOR}+", plain), *closed_up)
    return {spelling for piece in pieces if len(piece) > 2 for spelling in _spellings(piece)}


def _cheapest(text: str, whose: frozenset[str]) -> float:
    unit = _repeated(text)
    spellings = _spellings(unit)
    lengths = {*range(1, LONGEST + 1), *map(len, whose)}
    costs = [0.0]
    for end in range(1, len(unit) + 1):
        starts = [end - length for length in lengths if length <= end]
        pieces = ((start, piece) for start in starts for piece in {spelling[start:end] for spelling in spellings})
        costs.append(min(costs[start] + _cost(piece, whose) for start, piece in pieces))
    return costs[-1] + (log10(len(text) / len(unit)) if unit else 0.0)


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
        _RUN if piece == piece[0] * len(piece) else inf,
        _ROW if piece in _parts_of_rows() else inf,
        _ANY_YEAR if piece[0] in "12" and _YEAR.fullmatch(piece) else inf,
        _ANY_DATE if piece[0].isdecimal() and _DATE.fullmatch(piece) else inf,
    )
    return min(known)


@cache
def _parts_of_rows() -> frozenset[str]:
    ways = [way for row in _ROWS for way in (row, row[::-1])]
    return frozenset(way[at : at + n] for way in ways for n in range(3, LONGEST + 1) for at in range(len(way) - n + 1))


@cache
def _ranks() -> dict[str, int]:
    """Common passwords by their rank, the first at 1. Read when somebody chooses a password, which is seldom: no start waits for it."""
    listed = resources.files("chalicelib.domain") / "common_passwords.txt"
    return {word: rank for rank, word in enumerate(listed.read_text(encoding="utf-8").splitlines(), 1)}
