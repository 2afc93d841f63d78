"""What decides beside the table whether an act on an order is possible, and what becomes of the body then."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.parties import Party


@dataclass(frozen=True)
class Facts:
    """Whoever reads the order knows these; a body does not."""

    by: Party
    """Who asks."""
    now_ms: int
    held_minor: int = 0
    """What lies in escrow."""
    lasts_ms: Mapping[str, int] = field(default_factory=dict)
    """How long each term lasts, by its name, as the order froze it (D31)."""
    let_down: bool = False
    """The performer is blocked, or has withdrawn the twip since (D33)."""

    def until_ms(self, term: str) -> int:
        """When a term is over that starts now."""
        return self.now_ms + self.lasts_ms[term]
