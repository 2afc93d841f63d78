"""What two builds' figures say about each other. Pure: it measures nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

PAIRS = 7
AGREEING = 6
"""So many of the pairs must agree, or the only one of what is measured once. Chance alone makes as many agree once in sixteen times.
The margin keeps that from counting."""
MARGIN = 0.05
"""And the medians must be this far apart, as a part of the older build's."""


class Better(StrEnum):
    """Which figure is the better one. `SAME`: it is counted, and any other is a difference that somebody must have meant."""

    LESS = "less"
    MORE = "more"
    SAME = "same"


class Word(StrEnum):
    """The verdict on today's figure. `NONE`: the older build has nothing that could be measured."""

    EQUAL = "equal"
    BETTER = "better"
    WORSE = "worse"
    DIFFERS = "differs"
    NONE = "none"

    @property
    def holds(self) -> bool:
        """Whether today's build may stay as it is, if nothing else is said."""
        return self not in (Word.WORSE, Word.DIFFERS)


@dataclass(frozen=True)
class Figure:
    """One measured figure. Two that are no further apart than `least` are the same figure. `most` is the ceiling of today's build."""

    name: str
    value: float
    better: Better = Better.LESS
    least: float = 0
    most: float | None = None


@dataclass(frozen=True)
class Verdict:
    """Medians, the number of pairs that agree, and what follows."""

    then: float | None
    today: float
    agree: int
    word: Word
    most: float | None = None

    @property
    def crossed(self) -> bool:
        """Whether today's build is over its ceiling."""
        return self.most is not None and self.today > self.most

    @property
    def holds(self) -> bool:
        """Whether today's build may stay as it is: below a ceiling it may be dearer than the older one."""
        return self.word.holds if self.most is None else not self.crossed


def verdict(
    then: Sequence[float], today: Sequence[float], better: Better, least: float = 0, most: float | None = None
) -> Verdict:
    """Of as many figures of the older build as of today's, pair by pair. Without any of the older build's, `NONE`."""
    now = median(today)
    if not then:
        return Verdict(None, now, 0, Word.NONE, most)
    was = median(then)
    if better is Better.SAME:
        same = sum(a == b for a, b in zip(then, today, strict=True))
        return Verdict(was, now, same, Word.EQUAL if same == len(today) else Word.DIFFERS, most)
    sign = 1 if better is Better.LESS else -1
    losses = [sign * (b - a) for a, b in zip(then, today, strict=True)]
    worse, gained = sum(loss > least for loss in losses), sum(loss < -least for loss in losses)
    apart, agreeing = sign * (now - was), min(AGREEING, len(today))
    if worse >= agreeing and apart > max(was * MARGIN, least):
        return Verdict(was, now, worse, Word.WORSE, most)
    if gained >= agreeing and apart < -max(was * MARGIN, least):
        return Verdict(was, now, gained, Word.BETTER, most)
    return Verdict(was, now, max(worse, gained), Word.EQUAL, most)
