"""The built client: what a stranger's first page fetches before it can show anything."""

import gzip
import re
from collections.abc import Iterator

from infra import web

FIRST_JS_BYTES = 45 * 1024
"""Compressed as the CDN compresses."""
ASSETS = web.BUILT / "assets"
IMPORTED = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')


def loaded(names: list[str]) -> set[str]:
    """These scripts, and all that they import before they run."""
    found: set[str] = set()
    while names:
        name = names.pop()
        if name not in found:
            found.add(name)
            names += IMPORTED.findall((ASSETS / name).read_text())
    return found


def languages() -> Iterator[str]:
    """The first words of each language. Their names are hashed."""
    return (path.name for path in ASSETS.glob("first-*.js"))


def test_the_first_page_is_small_in_every_language() -> None:
    web.build()
    entry = re.findall(r"/assets/([\w.-]+\.js)", (web.BUILT / "index.html").read_text())
    sizes = [
        sum(len(gzip.compress((ASSETS / name).read_bytes(), 9)) for name in loaded([*entry, words]))
        for words in languages()
    ]
    assert len(sizes) == 2
    assert max(sizes) <= FIRST_JS_BYTES
