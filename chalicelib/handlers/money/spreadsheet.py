"""Tables for spreadsheets (RFC 4180), in which no text can become a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Cell = str | int | None


def to_csv(names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table with its header. Numbers stay numbers; a text that a spreadsheet would run gets an apostrophe before it."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(names)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return made.getvalue()


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
