"""Tags of a twip (E2): a few words by which people look for it, in whatever language. They are compared folded, and shown as written."""

import unicodedata
from collections.abc import Iterable, Iterator

from chalicelib.domain.content import TAG_AT_LEAST, TAG_AT_MOST, TAGS_AT_MOST
from chalicelib.domain.errors import FieldError
from chalicelib.domain.folding import folded, in_one_script
from chalicelib.domain.text import fault, tidy_line

_SIGNS = frozenset(" -‐.+#&'’/№")  # of names: C++, C#, wi-fi, R&B, д'Артаньян, 1/2
_WRITTEN = ("L", "M", "N")
"""Categories of characters: letters, the marks on them, digits."""


def tidied(tag: str) -> str:
    """A tag as it is kept and shown: one line, without the signs that some write before it."""
    return tidy_line(tag).lstrip("# ")


def key_of(tag: str) -> str:
    """What is the same for tags that are: without letter case, accents, ё, and letters of another script that only look alike."""
    return " ".join(in_one_script(word) for word in folded(tidied(tag)).split())


def faults_of(tags: tuple[str, ...]) -> Iterator[FieldError | None]:
    """What is wrong with tidied tags, by their places."""
    if len(tags) > TAGS_AT_MOST:
        yield FieldError("tags", "too_long", TAGS_AT_MOST)
    for place, (tag, is_first) in enumerate(zip(tags, _are_first(tags), strict=True)):
        name = f"tags.{place}"
        wrong = fault(name, tag, at_least=TAG_AT_LEAST, at_most=TAG_AT_MOST)
        if wrong is None and not _is_written(tag):
            wrong = FieldError(name, "not_a_tag")
        yield wrong or (None if is_first else FieldError(name, "repeated"))


def _is_written(tag: str) -> bool:
    """Of letters and digits, and a few signs that names have: nothing that marks text up, parts tags, or is not seen."""
    kinds = [unicodedata.category(character)[0] for character in tag if character not in _SIGNS]
    return all(kind in _WRITTEN for kind in kinds) and any(kind in "LN" for kind in kinds)


def _are_first(tags: Iterable[str]) -> Iterator[bool]:
    """Whether each is the first of those that are the same."""
    seen: set[str] = set()
    for tag in tags:
        key = key_of(tag)
        yield key not in seen
        seen.add(key)
