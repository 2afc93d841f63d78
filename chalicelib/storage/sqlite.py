"""SQLite with full-text search: Python's own where it can, else the `apsw` package, whose SQLite it brings along.

Lambda's runtimes before Python 3.12 have a SQLite of 2013."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

Row = tuple[Any, ...]


class Database(Protocol):
    """What both engines offer."""

    def execute(self, sql: str, values: Mapping[str, Any] = ..., /) -> Iterator[Row]:
        """Runs one statement, with named values."""
        ...

    def close(self) -> None:
        """Lets the file go."""
        ...


@cache
def has_full_text() -> bool:
    """Whether Python's own SQLite will do: FTS5, strict tables, materialised parts of queries."""
    if sqlite3.sqlite_version_info < (3, 37):
        return False
    with opened(":memory:", own=True) as database:
        return any(row == (1,) for row in database.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')"))


@contextmanager
def opened(file: Path | str, *, read_only: bool = False, own: bool | None = None) -> Iterator[Database]:
    """A database, closed afterwards. `read_only`: the file never changes, so it needs no locks. `own` picks the engine, for tests."""
    options = "?mode=ro&immutable=1" if read_only else ""
    uri = f"file:{quote(str(file))}{options}"
    database = _own(uri) if (has_full_text() if own is None else own) else _apsw(uri)
    try:
        yield database
    finally:
        database.close()


def _own(uri: str) -> Any:
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


def _apsw(uri: str) -> Any:
    import apsw

    return apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI)
