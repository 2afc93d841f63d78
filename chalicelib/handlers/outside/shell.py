"""The client's own page, which every answer is made of: its head and its body are filled in between marks."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PACKAGED = Path(__file__).with_name("shell.html")
"""The built page, put beside this file when a function is packaged (infra/cdk/functions.py)."""
_MARKED = re.compile(
    r'(?P<top>.*<html lang=")ru(?P<lang>".*)<!--head-->(?P<head>.*)<!--/head-->(?P<body>.*)'
    r"<!--served-->(?P<served>.*)<!--/served-->(?P<end>.*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Shell:
    """The page in parts."""

    top: str
    lang: str
    head: str
    """What it says of itself where nothing better is known."""
    body: str
    served: str
    """What it says where no script runs and nothing better is known."""
    end: str

    def filled(self, lang: str, head: str, served: str) -> str:
        """The page with its own head and content. Both are HTML."""
        return f"{self.top}{lang}{self.lang}{head}{self.body}{served}{self.end}"


def shell(path: str) -> Shell:
    """The page in this file, or the packaged one. A run on one machine builds it anew while it is running."""
    file = Path(path) if path else PACKAGED
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read(file: Path, _: int) -> Shell:
    return parsed(file.read_text(encoding="utf-8"))


def parsed(html: str) -> Shell:
    """A page by its marks. Raises ValueError when it has none."""
    found = _MARKED.fullmatch(html)
    if found is None:
        raise ValueError("the client's page has lost its marks")
    return Shell(**found.groupdict())
