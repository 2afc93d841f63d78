"""The prepaid account of a user, and the free sessions that a customer had with a performer on one day."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """Balances in minor units. `available_minor` is spendable and negative only by a verdict (D25);
    `fee_minor` is the platform's commission on what this user earned, kept here so that no row is hot; negative only by blocks that
    the platform gave back after outages of its own (E15)."""

    user_id: str
    currency: str
    available_minor: int = 0
    held_minor: int = 0
    fee_minor: int = 0
    busy: str | None = None
    """The session that this user, as a performer, is in: a lease taken by the answer and freed by the end."""
    version: int = 0


@dataclass(frozen=True)
class FreeSessions:
    """Sessions of one customer with one performer that ended void or without media on one UTC day (D13)."""

    customer_id: str
    performer_id: str
    day: str
    session_ids: tuple[str, ...] = ()
    version: int = 0


FREE_SESSIONS_A_DAY = 3
