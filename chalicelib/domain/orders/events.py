"""The timeline of an order: one event an act, kept in the act's own transaction. It lists with the messages of the order's thread."""

from dataclasses import dataclass, field

from chalicelib.domain.attachments import Attached
from chalicelib.domain.parties import Party


@dataclass(frozen=True)
class OrderEvent:
    """What somebody has done to an order. It is also how a repeat of the act is recognised, however much has happened since (D12)."""

    thread_id: str
    """The order's id."""
    act_key: str
    """Derived from who acted, how, and their Idempotency-Key; of the service's acts from the term that was over."""
    act: str
    party: Party
    at_ms: int
    version: int
    """Of the order after the act: events of one millisecond are in order by it."""
    state: str
    """After the act."""
    fingerprint: str = ""
    """Of what was asked: the same Idempotency-Key with another body is told apart."""
    text: str = ""
    """What was said with it: a reason, or what was delivered."""
    attachments: tuple[Attached, ...] = ()
    facts: dict[str, int] = field(default_factory=dict)
    """Numbers that belong to it, by name: `to_performer_minor`, `days`, `proposal`."""
