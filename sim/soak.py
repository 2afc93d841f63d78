"""The simulation's long run, in parts: what all runs of one code have played so far is kept in a file, and summed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sim.report import Figures
from sim.world import Result

ROOT = Path(__file__).parents[1]
PLAYED = ("chalicelib", "dynamo", "sim")


class Refused(Exception):
    """These seeds cannot be added to what is kept."""


def code() -> str:
    """A digest of all that a run plays: it differs as soon as one line does, committed or not."""
    digest = sha256()
    for path in sorted(path for part in PLAYED for path in (ROOT / part).rglob("*.py")):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass
class Sum:
    """What was played: spans of seeds (the second number is the first that is not in it), their figures, and what broke."""

    code: str
    spans: list[list[int]] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)
    broken: list[str] = field(default_factory=list)

    @classmethod
    def kept(cls, file: Path, code: str) -> "Sum":
        """What the file holds, or nothing yet. Raises Refused if another code played it."""
        if not file.exists():
            return cls(code)
        kept: dict[str, Any] = json.loads(file.read_text())
        if kept["code"] != code:
            raise Refused(f"{file} was played by other code ({kept['code']}, now {code}): remove it to begin anew")
        return cls(code, kept["spans"], Figures.of([kept["figures"]]), kept["broken"])

    def keep(self, file: Path) -> None:
        """Writes the file; whoever is interrupted leaves the one before."""
        file.parent.mkdir(exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps({**vars(self), "figures": self.figures.as_dict()}))
        fresh.replace(file)

    @property
    def next(self) -> int:
        """The seed after the last."""
        return max((end for _, end in self.spans), default=0)

    def refuse_played(self, first: int, number: int) -> None:
        """Raises Refused if one of these seeds is in the sum: it would count twice."""
        for begin, end in self.spans:
            if first < end and begin < first + number:
                raise Refused(f"seeds {begin} to {end - 1} are played: FROM={self.next} goes on")

    def add(self, results: Iterable[Result]) -> None:
        """Adds runs of consecutive seeds."""
        for result in results:
            if self.spans and self.spans[-1][1] == result.seed:
                self.spans[-1][1] += 1
            else:
                self.spans.append([result.seed, result.seed + 1])
            self.figures.add(result)
            if result.broken:
                self.broken.append(f"seed {result.seed}: {result.broken[0]}\n  {result.replay}")

    def lines(self) -> list[str]:
        """For people."""
        spans = ", ".join(f"{begin} to {end - 1}" for begin, end in sorted(self.spans))
        return [f"seeds {spans or 'none'} of code {self.code}", *self.figures.lines(), *self.broken]
