"""What the cloud's gateways allow, imitated here so that nobody is surprised there. Tests shorten the times."""

import os
from dataclasses import dataclass

from chalicelib.domain.attachments import LARGEST_BYTES
from chalicelib.domain.goods import PART_BYTES


@dataclass
class Limits:
    """Times in seconds, sizes in bytes."""

    frame_bytes: int = 32 * 1024
    idle_s: float = 600
    life_s: float = 7200
    requests_at_once: int = 8
    """Each may need a process of its own; more wait at the door."""
    file_bytes: int = max(LARGEST_BYTES, PART_BYTES)
    files_at_once: int = 4
    """On their way up. The emulator holds each whole in its memory; more wait at the door."""
    downloads_at_once: int = 16
    """A reader may pause for as long as they like, and nobody else's upload waits for them."""
    file_idle_s: float = 30
    """For the next part of a file, or for its answer."""
    lose_disconnects: bool = False
    """As the cloud may: a connection that ends is not reported, and stays open behind the door."""


def from_environment() -> Limits:
    """The limits of `make run`, shortened by TWIP_WS_IDLE_S and TWIP_WS_LIFE_S."""
    return Limits(
        idle_s=float(os.environ.get("TWIP_WS_IDLE_S", "600")),
        life_s=float(os.environ.get("TWIP_WS_LIFE_S", "7200")),
        lose_disconnects=os.environ.get("TWIP_WS_LOSE_DISCONNECTS") == "1",
    )
