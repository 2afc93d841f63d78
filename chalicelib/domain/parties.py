"""Who has a part in an order: its two sides, and whoever else acts on it."""

from enum import StrEnum


class Side(StrEnum):
    """Who of the two."""

    CUSTOMER = "customer"
    PERFORMER = "performer"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.PERFORMER if self is Side.CUSTOMER else Side.CUSTOMER


class Party(StrEnum):
    """Who acts on an order, or speaks about it."""

    CUSTOMER = "customer"
    PERFORMER = "performer"
    ARBITER = "arbiter"
    """Who rules on its dispute (D27)."""
    ADMIN = "admin"
    """Who rules when all arbiters were silent (D31)."""
    SERVICE = "service"
    """Nobody: a term is over (D31)."""
