"""How far the tick has come: a crash or an outage continues from here."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Watermark:
    """Ticks are counted since the epoch. All buckets up to `handed` were handed to the queue, all up to `audited` were looked at again;
    of the bucket that follows each, the sessions up to its page."""

    name: str
    handed: int
    audited: int
    handed_page: str | None = None
    audited_page: str | None = None
    version: int = 0

    def hand(self, tick: int, page: str | None) -> "Watermark":
        """Where the look-ahead goes on."""
        return replace(self, handed=tick, handed_page=page)

    def audit(self, tick: int, page: str | None) -> "Watermark":
        """Where the look back goes on."""
        return replace(self, audited=tick, audited_page=page)
