"""Text that people write: how it is kept, and what is refused in it (R8, D20).

Text that nobody can see is no text. What renders as nothing and does nothing is dropped without a word, for nobody could see it to mend
it, and names that look alike by it are kept alike; joiners that a script or an emoji needs stay. So are marks beyond what any script
piles on one letter, which are drawn over the lines around. What makes a text read as another one is
refused. Of what is kept, the least length counts visible characters and the greatest code points.
"""

import re
import unicodedata

from chalicelib.domain.errors import FieldError, InvalidInput

# Insides of character classes. They are compiled where they are used: that takes longer than the rest of a cold start here.
_BIDI = "\u202a-\u202e\u2066-\u2069"
"""Embeddings, overrides and isolates. They reorder what stands around them, and so would dropping them. Isolates are no better than the
others (CVE-2021-42574), and nobody types them: the marks are what a text that runs both ways is written with."""
_MARKS = "\u061c\u200e\u200f"
_JOINERS = "\u180e\u200c\u200d"
_SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_TAGS = "\U000e0020-\U000e007f"
_IGNORABLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
"""With the five above: Default_Ignorable_Code_Point of Unicode 18.0 (DerivedCoreProperties.txt)."""
_EMPTY = "\ufff9-\ufffc\U0001d159\U00016fe4\U00013430-\U0001343f\U00013441\U00013442"
"""Not in that list, and drawn as nothing as well: annotations, the place of an object, a note without its head, hieroglyphs' layout."""
_NOBODYS = (
    "\ue000-\uf8ff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0xF0000, 0x10000))
    + "\U000f0000-\U0010ffff"
)
"""Private use, and what is no character. Each reader sees something else: it is mostly the bullets of a text processor, copied along."""
_USELESS = _IGNORABLE + _EMPTY + _NOBODYS
_BLANKS = "\t \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u2800\u3000"
"""What parts words, and the pattern of Braille without a dot."""
_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"
_UNSEEN = _BIDI + _MARKS + _JOINERS + _SELECTORS + _TAGS + _USELESS
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cs", "Me", "Mn", "Zl", "Zp"})
"""A combining mark shows only on what it is written over."""

_RIGHT_TO_LEFT = (
    "\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
)
_PICTURES = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_SIGNS = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u24c2\u25aa-\u25fe\u2934\u2935\u3030\u303d\u3297\u3299"
"""Emoji too, but never joined ones."""
_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_MONGOLIAN = "\u1820-\u18aa"
_CURSIVE = "\u0700-\u074f\u07c0-\u085f\u1807-\u18aa"
"""Syriac to Mandaic, and Mongolian: whose letters are joined is not looked at."""
# Arabic letters by Joining_Type of Unicode 18.0 (DerivedJoiningType.txt): joined to both neighbours, and to the one before only.
_JOINED_TWICE = (
    "\u0620\u0626\u0628\u062a-\u062e\u0633-\u0647\u0649\u064a\u066e\u066f\u0678-\u0687\u069a-\u06bf\u06c1\u06c2\u06cc\u06ce\u06d0\u06d1"
    "\u06fa-\u06fc\u06ff\u0750-\u0758\u075c-\u076a\u076d-\u0770\u0772\u0775-\u0777\u077a-\u077f\u0883-\u0886\u0889-\u088d\u088f"
    "\u08a0-\u08a9\u08af\u08b0\u08b3-\u08b8\u08ba-\u08c8"
)
_JOINED_ONCE = (
    "\u0622-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0673\u0675-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2\u06d3"
    "\u06d5\u06ee\u06ef\u0759-\u075b\u076b\u076c\u0771\u0773\u0774\u0778\u0779\u0870-\u0882\u088e\u08aa-\u08ac\u08ae\u08b1\u08b2\u08b9"
)
_VIRAMA = 9
"""Canonical_Combining_Class of the signs that bind a consonant to the next."""
_PILE = 8
"""Marks on one base. No script that is written needs more: so many has the tallest syllable of Tibetan (HAKSHMALAWARAYAM, a mantra); a
Hebrew letter with points, accent and meteg has five."""
_FLAGS = (
    "\U0001f3f4\U000e0067\U000e0062"
    "(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
"""England, Scotland, Wales: the emoji that are made of tags (emoji-sequences.txt)."""


def tidy_line(text: str) -> str:
    """A single line (a name, a title) as it is kept: composed (NFC), one space for any blanks and line breaks, none at its rim.
    Empty when there is nothing in it to see, or to refuse."""
    return _tidied(re.sub(f"[{_BLANKS}{_BREAKS}]+", " ", _settled(_useful(text, _MARKS))))


def tidy_prose(text: str) -> str:
    """A longer text (a description, a message) as it is kept: composed (NFC), LF for every line break, no blanks around it. Empty when
    there is nothing in it to see, or to refuse."""
    kept = _settled(_useful(text, ""))
    settled = kept if re.search(f"[{_RIGHT_TO_LEFT}]", kept) else _settled(_useful(text, _MARKS))
    return _tidied(re.sub(f"\r\n|[{_BREAKS}]", "\n", settled))


def visible(text: str) -> int:
    """How many code points of a text can be seen. Blanks between two of them are one, however many they are."""
    counts = [_seen(part) for part in re.split(f"[{_BLANKS}{_BREAKS}]+", text)]
    return sum(counts) + max(sum(count > 0 for count in counts) - 1, 0)


def drawn(text: str) -> str:
    """A text without any character that is drawn as nothing, needed or not. Blanks and combining marks stay."""
    return re.sub(f"[{_UNSEEN}]", "", text)


def unambiguous(text: str) -> str:
    """A text without what makes it read as another one, which `fault` refuses: for names that nobody has typed, and nobody could mend."""
    kept = (c for c in text if c in _BLANKS + _BREAKS or unicodedata.category(c) not in ("Cc", "Cs"))
    return re.sub(f"[{_BIDI}]", "", "".join(kept))


def fault(field: str, tidied: str, *, at_most: int, at_least: int = 1) -> FieldError | None:
    """What is wrong with a tidied text."""
    short = shortness(field, tidied, at_least)
    if short is not None and not visible(tidied):
        return short
    if _reads_as_another(tidied):
        return FieldError(field, "control_characters")
    too_long = FieldError(field, "too_long", at_most) if len(tidied) > at_most else None
    return short or too_long


def shortness(field: str, tidied: str, at_least: int) -> FieldError | None:
    """What a tidied text lacks of its least length."""
    seen = visible(tidied)
    if seen >= at_least:
        return None
    return FieldError(field, "too_short", at_least) if seen else FieldError(field, "required")


def refuse(*faults: FieldError | None) -> None:
    """Raises InvalidInput that names every fault (R8); nothing when there is none."""
    found = tuple(fault for fault in faults if fault is not None)
    if found:
        raise InvalidInput(found)


def line(field: str, text: str, *, at_most: int, at_least: int = 1) -> str:
    """A single line, tidied. Raises InvalidInput."""
    tidied = tidy_line(text)
    refuse(fault(field, tidied, at_most=at_most, at_least=at_least))
    return tidied


def prose(field: str, text: str, *, at_most: int, at_least: int = 1) -> str:
    """A longer text, tidied. Raises InvalidInput."""
    tidied = tidy_prose(text)
    refuse(fault(field, tidied, at_most=at_most, at_least=at_least))
    return tidied


def _seen(word: str) -> int:
    return sum(unicodedata.category(c) not in _UNSEEN_CATEGORIES for c in drawn(word))


def _reads_as_another(text: str) -> bool:
    return re.search(f"[{_BIDI}]", text) is not None or any(
        unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n" for c in text
    )


def _tidied(text: str) -> str:
    trimmed = text.strip(_BLANKS + "\n")
    return trimmed if visible(trimmed) or _reads_as_another(trimmed) else ""


def _useful(text: str, marks: str) -> str:
    return re.sub(f"({_FLAGS})|[{_USELESS}{_TAGS}{marks}]", r"\1", text)


def _settled(text: str) -> str:
    """Without joiners and selectors that do nothing. What one of them parted may compose and leave the next with nothing to do: no text
    that people write does so, and such a one is left none."""
    once = _joined(text)
    if _joined(once) == once:
        return once
    return _within_pile(unicodedata.normalize("NFC", re.sub(f"[{_JOINERS}{_SELECTORS}]", "", once)))


def _joined(text: str) -> str:
    chosen = re.sub(
        f"(?<![{_PICTURES}{_SIGNS}])(?!(?<=[0-9#*])\ufe0f\u20e3)[\ufe0e\ufe0f]|(?<![{_IDEOGRAPHS}])[\ufe00-\ufe02\U000e0100-\U000e01ef]"
        f"|(?<![{_MONGOLIAN}])[\u180b-\u180d\u180f]|[\ufe03-\ufe0d]",
        "",
        unicodedata.normalize("NFC", text),
    )
    return _within_pile(unicodedata.normalize("NFC", re.sub(f"[{_JOINERS}]+", _needed, chosen)))


def _within_pile(text: str) -> str:
    """Without the marks that one base has too many. Joiners and marks of direction between them are no new base."""
    if text.isascii():
        return text
    kept, height = [], 0
    for c in text:
        height = height + 1 if c in _JOINERS + _MARKS or unicodedata.category(c) in ("Mn", "Me") else 0
        if height <= _PILE:
            kept.append(c)
    return "".join(kept)


def _needed(found: re.Match[str]) -> str:
    """The first of some joiners, if it can be seen to do something: between emoji, at a virama, or among letters of a cursive script."""
    text, joiner = found.string, found[0][0]
    start, end = found.span()
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    left, right = _base(text, start - 1, -1), _base(text, end, 1)
    if _all_in(_CURSIVE, left, right):
        return joiner
    on, back = _all_in(_JOINED_TWICE, left), _all_in(_JOINED_TWICE + _JOINED_ONCE, right)
    if joiner == "\u200c":
        # It parts letters that would join, and bares a virama that would bind.
        return joiner if (on and back) or (_binds(before) and after.isalpha()) else ""
    if joiner == "\u200d":
        # It joins a letter that has nobody to join.
        pictures = _all_in(_PICTURES + "\ufe0f", before) and _all_in(_PICTURES, after)
        return joiner if on != back or _binds(before) or (_binds(after) and before.isalpha()) or pictures else ""
    return ""


def _base(text: str, at: int, step: int) -> str:
    """The nearest character that is no combining mark; none at the rim."""
    while 0 <= at < len(text) and unicodedata.category(text[at]) in ("Mn", "Me"):
        at += step
    return text[at] if 0 <= at < len(text) else ""


def _all_in(inside: str, *characters: str) -> bool:
    return all(c and re.match(f"[{inside}]", c) is not None for c in characters)


def _binds(character: str) -> bool:
    return character != "" and unicodedata.combining(character) == _VIRAMA
