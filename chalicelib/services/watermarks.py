"""How far the tick has come: a crash or an outage continues from here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Watermark:
    """Ticks are counted since the epoch. All buckets up to `handed` were handed to the queue, all up to `audited` were looked at again."""

    name: str
    handed: int
    audited: int
    version: int = 0
