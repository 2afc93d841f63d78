"""What was bought of a twip: kept once, under the digest of what it says, for as long as anybody has an order of it (D10)."""

from dataclasses import dataclass, field

from chalicelib.domain.goods import Goods


@dataclass(frozen=True)
class Edition:
    """The text of a twip as somebody bought it (D10), under the digest of what it says: kept beside the orders, which stay small. All
    texts are by language."""

    twip_id: str
    digest: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    bring: dict[str, str] = field(default_factory=dict)
    """What the customer must bring to a work."""
    days: int | None = None
    """In which a work is delivered."""
    goods: Goods | None = None
    """What was sold of files: a buyer keeps it, whatever becomes of the twip."""
