"""When a performer consults, and how they may be called (R13 to R24, D4, D5)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import LimitReached, StatusNeedsConsultation
from chalicelib.domain.ratings import UNRATED, Rating


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
    unpublished: int = 0
    """How many of their twips were never published."""
    blocked: bool = False
    rating: Rating = UNRATED
    """What counts in it, so that nobody counts all reviews (D24)."""
    version: int = 0


def with_status(profile: Profile, status: Status) -> Profile:
    """The status that the performer chose. Raises StatusNeedsConsultation (R18)."""
    if profile.consultations == 0:
        raise StatusNeedsConsultation
    return replace(profile, status=status)


def with_consultations(profile: Profile, delta: int) -> Profile:
    """One consultation more or less on sale; with the last one the status falls to `undefined` (D4)."""
    count = profile.consultations + delta
    return replace(profile, consultations=count, status=profile.status if count else Status.UNDEFINED)


UNPUBLISHED_AT_MOST = 100
"""What no moderator has let through costs its author nothing, so it is bounded in number."""


def with_unpublished(profile: Profile, delta: int) -> Profile:
    """One twip more or less that was never published. Raises LimitReached when there would be more than a hundred."""
    count = profile.unpublished + delta
    if delta > 0 and count > UNPUBLISHED_AT_MOST:
        raise LimitReached(what="drafts", limit=UNPUBLISHED_AT_MOST)
    return replace(profile, unpublished=count)


def effective_status(profile: Profile, busy: str | None) -> Status:
    """The status as others see it: `busy` during a session (D4)."""
    return Status.BUSY if busy is not None else profile.status


class Uncallable(StrEnum):
    """Why a performer cannot be called."""

    STATUS = "status"
    BUSY = "busy"
    NOT_ON_SITE = "not_on_site"


def callable_now(
    profile: Profile, busy: str | None, heard_ms: int | None, now_ms: int, durations: Durations
) -> Uncallable | None:
    """Why this performer cannot be called at this moment; None when they can (R23, R24, D4, D7)."""
    if profile.blocked or profile.consultations == 0 or profile.status not in (Status.AVAILABLE, Status.AWAY):
        return Uncallable.STATUS
    if busy is not None:
        return Uncallable.BUSY
    if heard_ms is None or now_ms - heard_ms > durations.presence_ms:
        return Uncallable.NOT_ON_SITE
    return None
