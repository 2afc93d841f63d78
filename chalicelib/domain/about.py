"""What people say of themselves to everybody, in one language or in both (E4, R6, R7).

Nobody moderates it before it is shown. So it is plain text and leads nowhere: an address in it is refused, and people complain of the
rest as of a twip."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from chalicelib.domain.errors import FieldError
from chalicelib.domain.kinds import Lang
from chalicelib.domain.text import fault, refuse, tidy_line, tidy_prose

PROFESSION_AT_MOST = 80
ABOUT_AT_MOST = 2000
"""Code points, as of any text."""


@dataclass(frozen=True)
class Said:
    """In one language; each part may be empty."""

    profession: str = ""
    about: str = ""


@dataclass(frozen=True)
class About:
    """What one person says. It is read for their own page only: cards and calls do without."""

    user_id: str
    texts: dict[Lang, Said] = field(default_factory=dict)
    version: int = 0


def rewritten(before: About, texts: dict[Lang, Said]) -> About:
    """With these texts, tidied, in place of all that was said. A language in which nothing is said is left out. Raises InvalidInput."""
    tidied = {lang: Said(tidy_line(said.profession), tidy_prose(said.about)) for lang, said in texts.items()}
    refuse(*(one for lang, said in tidied.items() for one in _faults(lang, said)))
    return replace(before, texts={lang: tidied[lang] for lang in Lang if tidied.get(lang, Said()) != Said()})


def _faults(lang: Lang, said: Said) -> Iterator[FieldError | None]:
    yield _fault(f"texts.{lang}.profession", said.profession, PROFESSION_AT_MOST)
    yield _fault(f"texts.{lang}.about", said.about, ABOUT_AT_MOST)


def _fault(name: str, text: str, at_most: int) -> FieldError | None:
    wrong = fault(name, text, at_least=0, at_most=at_most)
    return wrong or (FieldError(name, "no_links") if _leads_somewhere(text) else None)


def _leads_somewhere(text: str) -> bool:
    """Whether there is an address of a page or of mail in it, as people would copy it: `ASP.NET` is none."""
    return re.search(r"(?i)://|\bwww\.|\S@\w[\w-]*\.\w|[\w-]\.[^\W\d_]{2,}/\w", text) is not None
