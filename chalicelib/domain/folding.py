"""The one form in which a text's letters are compared, however they were typed (E1)."""

import re
import unicodedata

_BREVE, _MARKS = "\u0306", "\u0300-\u036f"
_MARKED = re.compile(f"(.)([{_MARKS}]+)", re.DOTALL)
_PLAIN = re.compile("[\t-~\u00a0«»–—‘’“”„А-Яа-яЁё]*")
"""What nearly all texts are written with: there is little to fold in it."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""Drawn as nothing: soft hyphens, joiners, marks of direction, selectors. They part no words."""
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ð": "d", "þ": "th", "ё": "е"})
_CYRILLIC, _LATIN = re.compile(r"[\u0400-\u052f]"), re.compile(r"[a-z]")
_TO_CYRILLIC = str.maketrans("abcehkmoptxy", "авсенкмортху")
_TO_LATIN = str.maketrans("авсенкмортхуіѕј", "abcehkmoptxyisj")
_OF_CYRILLIC, _OF_LATIN = frozenset("авсенкмортхуіѕј"), frozenset("abcehkmoptxy")


def folded(text: str) -> str:
    """The text in one letter case and one form of each letter: without what is drawn as nothing, without stress marks and accents, ё as
    е; й stays, for it is a letter of its own. Folding it again changes nothing."""
    if _PLAIN.fullmatch(text):
        return text.lower().replace("ё", "е")
    cased = unicodedata.normalize("NFKD", _UNSEEN.sub("", text)).casefold()
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKD", cased))
    return unicodedata.normalize("NFC", _MARKED.sub(_unmarked, plain)).translate(_LETTERS)


def _unmarked(match: re.Match[str]) -> str:
    letter, marks = match[1], match[2]
    return "й" if letter == "и" and _BREVE in marks else letter


def in_one_script(word: str) -> str:
    """A folded word without letters of another script that only look like its own: `Kонсультация` with a Latin K is a Russian word, and
    `1С` is Latin with whatever keyboard it was typed. What has letters of both that are no look-alikes stays as it is."""
    cyrillic, latin = set(_CYRILLIC.findall(word)), set(_LATIN.findall(word))
    numbered = any(map(str.isdigit, word))
    if not cyrillic or not (latin or numbered):
        return word
    is_cyrillic = bool(latin) and latin <= _OF_LATIN
    if cyrillic <= _OF_CYRILLIC and (numbered or not is_cyrillic):
        return word.translate(_TO_LATIN)
    return word.translate(_TO_CYRILLIC) if is_cyrillic else word
