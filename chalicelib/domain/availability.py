"""When a performer consults, and how they may be called (R13 to R24, D4, D5)."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.durations import Durations


class Status(StrEnum):
    """What the performer chose. `busy` during a session is not stored here: the account's lease says it (D4)."""

    AVAILABLE = "available"
    AWAY = "away"
    BUSY = "busy"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class Profile:
    """The performer's face. `grid` holds 168 characters `0` or `1`: Monday 00:00 first, in the profile's own zone (R13 to R17)."""

    user_id: str
    display_name: str
    zone: str = "Europe/Moscow"
    grid: str = "0" * 168
    status: Status = Status.UNDEFINED
    consultations: int = 0
    """How many consultation twips are on sale now: status can be set only while there is one (R18)."""
    blocked: bool = False
    version: int = 0


def effective_status(profile: Profile, busy: str | None) -> Status:
    """The status as others see it: `busy` during a session (D4)."""
    return Status.BUSY if busy is not None else profile.status


def callable_now(
    profile: Profile, busy: str | None, heard_ms: int | None, now_ms: int, durations: Durations
) -> str | None:
    """Why this performer cannot be called at this moment: `status`, `busy` or `not_on_site`; None when they can (R23, R24, D4, D7)."""
    if profile.blocked or profile.consultations == 0 or profile.status not in (Status.AVAILABLE, Status.AWAY):
        return "status"
    if busy is not None:
        return "busy"
    if heard_ms is None or now_ms - heard_ms > durations.presence_ms:
        return "not_on_site"
    return None
