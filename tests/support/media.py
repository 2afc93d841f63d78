"""What a page measures of a video session."""

from chalicelib.domain.media_reports import Sample

MINUTE = Sample(
    at_ms=1_800_000_060_000,
    span_ms=60_000,
    received_bytes=94_213_770,
    sent_bytes=4_213_377,
    received_packets=89_012,
    lost_packets=311,
    far_lost_packets=25,
    decoded_frames=1_796,
    frame_width=1280,
    frame_height=720,
    jitter_ms=17,
    far_jitter_ms=None,
    round_trip_ms=142,
    muted_audio=True,
    muted_video=True,
    far_muted_audio=False,
    far_muted_video=False,
)
"""A busy one: its figures are as long as they get."""
