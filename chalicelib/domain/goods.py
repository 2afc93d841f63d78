"""Goods: the files and links that a twip of files sells (R74, R76, D26, D32)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.attachments import File
from chalicelib.domain.errors import FieldError

FILES_AT_MOST = 3
"""Of one twip (R76)."""
LINKS_AT_MOST = 10
LARGEST_BYTES = 2 * 2**30
"""Of one file (D32)."""
PART_BYTES = 16 * 2**20
"""A larger file is sent in parts of so many bytes, the last one shorter: a lost connection costs one of them at most."""


@dataclass(frozen=True)
class Good:
    """A file that is sold."""

    id: str
    file: File
    place: str
    """Where its bytes lie in the storage; told to nobody but in links."""


@dataclass(frozen=True)
class Goods:
    """What a twip of files sells, in its author's order."""

    files: tuple[Good, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def shown(self) -> "Goods":
        """As everybody may know them before they pay (R77): no place and no digest, and of the links only how many there are."""
        files = (replace(good, place="", file=replace(good.file, sha256="")) for good in self.files)
        return Goods(tuple(files), ("",) * len(self.links))


NO_GOODS = Goods()


def file_faults(field: str, ids: Sequence[str], known: Iterable[Good]) -> Iterator[FieldError]:
    """What is wrong with a choice of files: three at most, each known and once (R76)."""
    found = {good.id for good in known}
    if len(ids) > FILES_AT_MOST:
        yield FieldError(field, "too_long", FILES_AT_MOST)
    for number, ident in enumerate(ids):
        if ident in ids[:number]:
            yield FieldError(f"{field}.{number}", "repeated")
        elif ident not in found:
            yield FieldError(f"{field}.{number}", "unknown_upload")


def left(before: Iterable[Good], after: Iterable[Good]) -> tuple[Good, ...]:
    """Those of `before` that are not among `after`."""
    staying = {good.id for good in after}
    return tuple(good for good in before if good.id not in staying)
