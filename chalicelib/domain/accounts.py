"""The prepaid account of a user."""

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
    sessions_held: int = 0
    """Sessions of this user, as a performer, in which a block went to them: counted as the lease is freed, so that no counting costs
    a write (E4)."""
    version: int = 0
