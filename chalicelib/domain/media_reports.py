"""Media evidence: what the two pages of a video session say that they sent and received (D13, D29). It never moves money by itself."""

from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.domain.parties import Side


class Sample(NamedTuple):
    """A stretch of a call, a minute as a rule, as one side measured it. What is counted was counted within the stretch, what is a
    state held at its end; `far` is what the other side's browser or page said of itself. None: the browser did not know."""

    at_ms: int
    """The stretch's end, by the page's idea of the server's time."""
    span_ms: int
    received_bytes: int
    sent_bytes: int
    received_packets: int
    lost_packets: int
    far_lost_packets: int
    """Lost of what this side sent, as the other browser reported it (`remote-inbound-rtp`)."""
    decoded_frames: int
    frame_width: int
    frame_height: int
    jitter_ms: int | None
    far_jitter_ms: int | None
    round_trip_ms: int | None
    muted_audio: bool
    muted_video: bool
    far_muted_audio: bool
    far_muted_video: bool


@dataclass(frozen=True)
class MediaReport:
    """One report's evidence, as it came: never changed. `first_media_ms` is told once, by the side that received it."""

    session_id: str
    side: Side
    at_ms: int
    """The server's receipt."""
    first_media_ms: int | None
    samples: tuple[Sample, ...]
