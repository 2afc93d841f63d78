"""What the index is now: one row in the market that lists its parts. A part is one object with the files of one publication."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from chalicelib.services.changes import Ref
from chalicelib.storage.search.schema import index_name

META = "meta.json"
"""The engine's own list of its files."""
TOUCHED = "touched.json"
"""In a part: the ids of the twips that its publication wrote or took out; null where that was everything."""
ANEW = "-anew.zip"
"""How the keys of parts end that have everything."""
_SPEED = 1
"""Of packing: the least work. A publication is a few percent larger for it."""


@dataclass(frozen=True)
class Part:
    """An object of the bucket: its size in bytes and its SHA-256."""

    key: str
    size: int
    sha256: str


INDEX = "twips"
"""The one index there is."""


@dataclass(frozen=True)
class SearchVersion:
    """What the index is made of now. `number` counts the versions, `made` is the last that was made anew. `name` is `index_name()` of the
    build that writes it: another build cannot read it, and makes the index anew when it is to write. So a name that comes back after
    another has been written is never taken for the present."""

    index: str
    name: str
    number: int
    made: int
    changed: int
    """Twips that were written or taken out since then."""
    meta: str
    parts: tuple[Part, ...]
    before: tuple[str, ...] = ()
    """Keys of the parts of the version before this one: a reader may still be fetching them."""
    before_that: tuple[str, ...] = ()
    anew_ms: int = 0
    """When somebody began to make it anew who may still be at work; 0 when that is done."""
    version: int = 0

    @property
    def is_own(self) -> bool:
        """Whether this build can read it."""
        return self.name == index_name()

    @property
    def segments(self) -> int:
        """How many it has."""
        return len(json.loads(self.meta)["segments"])

    @property
    def kept(self) -> frozenset[str]:
        """Keys of the parts that stay."""
        return frozenset((*(part.key for part in self.parts), *self.before, *self.before_that))


def present() -> Ref[SearchVersion]:
    """The row of the index."""
    return Ref(SearchVersion, INDEX)


def key_of(number: int, ident: str, *, anew: bool) -> str:
    """Of a part, of the publication that wants to be this version. `ident` is its own, whoever else wants the same number."""
    return f"{index_name()}/{number:08d}-{ident}{ANEW if anew else '.zip'}"


def number_in(key: str) -> int:
    """Which version a part was made for, by a build of any name."""
    return int(key.rpartition("/")[2].partition("-")[0])


class Torn(Exception):
    """What was fetched is not what was put."""


class Named:
    """The files that the engine's own list names. Raises Torn where that is none."""

    def __init__(self, meta: str) -> None:
        try:
            segments = json.loads(meta)["segments"]
            self._deletes = {one["segment_id"].replace("-", ""): one["deletes"] for one in segments}
        except (KeyError, TypeError, ValueError) as error:
            raise Torn(META) from error

    def __contains__(self, file: str) -> bool:
        """Those of its segments, and of each the last list of what is gone from it."""
        ident, _, rest = file.partition(".")
        if ident not in self._deletes:
            return False
        deletes = self._deletes[ident]
        return not rest.endswith("del") or (deletes is not None and rest == f"{deletes['opstamp']}.del")


def pack(files: Iterable[Path], touched: Sequence[str] | None, into: Path, key: str) -> Part:
    """Makes a part of files."""
    with ZipFile(into, "w", ZIP_DEFLATED, compresslevel=_SPEED) as packed:
        for file in files:
            packed.write(file, file.name)
        packed.writestr(TOUCHED, json.dumps(touched))
    return Part(key, into.stat().st_size, _digest(into))


def unpack(part: Part, packed: Path, into: Path) -> None:
    """Takes a part apart. Raises Torn."""
    if packed.stat().st_size != part.size or _digest(packed) != part.sha256:
        raise Torn(part.key)
    with ZipFile(packed) as whole:
        whole.extractall(into)


def touched_in(packed: Path) -> Sequence[str]:
    """The twips that a part's publication wrote or took out. Raises Torn."""
    try:
        with ZipFile(packed) as whole:
            return json.loads(whole.read(TOUCHED)) or ()
    except (BadZipFile, KeyError, ValueError) as error:
        raise Torn(packed.name) from error


def _digest(file: Path) -> str:
    with file.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()
