"""What somebody typed who had forgotten to change the keyboard's layout (E1)."""

import re

_QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./" + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?'
_JCUKEN = "ёйцукенгшщзхъфывапролджэячсмитьбю." + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
_TO_RUSSIAN = str.maketrans(_QWERTY, _JCUKEN)
_TO_ENGLISH = str.maketrans(_JCUKEN, _QWERTY)
_CYRILLIC, _LATIN = re.compile(r"[А-Яа-яЁё]"), re.compile(r"[A-Za-z]")


def retyped(query: str) -> str | None:
    """The same keys on the other layout, English or Russian; None where that is no other text, or the query has letters of both."""
    russian, english = bool(_CYRILLIC.search(query)), bool(_LATIN.search(query))
    if russian == english:
        return None
    return query.translate(_TO_ENGLISH if russian else _TO_RUSSIAN)
