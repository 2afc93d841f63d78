"""A small world to explore: how it begins, and what may be done in it."""

from dataclasses import dataclass

from tests.model.acts import Act, Kind
from tests.model.stored import Stored


@dataclass(frozen=True)
class World:
    """A beginning, and what may be done from it."""

    name: str
    stored: Stored
    now: int
    until: int
    acts: tuple[tuple[Act, int], ...]
    """What people may do, and how often."""
    workers: tuple[str, ...] = ()
    """The sessions that workers look at, whenever something is due."""
    at_once: int = 3
    """How many acts may be under way together."""
    ticks: int = 2
    """How many of them may be workers."""
    torn: tuple[Kind, ...] = ()
    """Acts whose read of the order and of the rest are two moments."""
