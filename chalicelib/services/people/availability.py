"""Hours and status of performers: how they set them, and how others see them (R13 to R24, D4, D5, D7)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain import availability, hours, zones
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile, Status, Uncallable, callable_now, effective_status
from chalicelib.domain.connections import Presence
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import NotFound
from chalicelib.services import retrying
from chalicelib.services.changes import Ref, Save
from chalicelib.services.notices.notices import Notices
from chalicelib.services.ports import Clock, Snapshot, Store

AT_ONCE = 33
"""Performers a read: three entities each, a hundred in one request."""


@dataclass(frozen=True)
class Standing:
    """A performer as others see them at one moment."""

    profile: Profile
    status: Status
    """`busy` during a session, whatever was chosen (D4)."""
    uncallable: Uncallable | None
    """Why they cannot be called; None when they can."""
    sessions_held: int = 0
    """In which they were paid (E4)."""

    @property
    def silent(self) -> bool:
        """Whether a call would only show a badge (R21)."""
        return self.status is Status.AWAY


@dataclass(frozen=True)
class Availability:
    """Everybody asks here whether a performer can be called: pages and search alike; calls ask the same rule."""

    store: Store
    clock: Clock
    notices: Notices
    durations: Durations

    def person(self, user_id: str) -> Standing:
        """A person's public face. Raises NotFound, also for one who is blocked."""
        return self.shown(self.store.read(*self.refs(user_id)), user_id)

    def refs(self, user_id: str) -> tuple[Ref[Any], ...]:
        """What a standing is made of."""
        return tuple(Ref(kind, user_id) for kind in (Profile, Account, Presence))

    def shown(self, found: Snapshot, user_id: str) -> Standing:
        """A person's public face, of what was read. Raises NotFound, also for one who is blocked."""
        standing = self._standing(found, user_id, self.clock.now_ms())
        if standing is None or standing.profile.blocked:
            raise NotFound(what="user")
        return standing

    def of(self, user_ids: Iterable[str]) -> dict[str, Standing]:
        """The standing of many; whoever does not exist is left out."""
        wanted, now_ms = list(dict.fromkeys(user_ids)), self.clock.now_ms()
        standings: dict[str, Standing] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            found = self.store.read(*(ref for user_id in some for ref in self.refs(user_id)))
            standings |= {user_id: one for user_id in some if (one := self._standing(found, user_id, now_ms))}
        return standings

    def _standing(self, found: Snapshot, user_id: str, now_ms: int) -> Standing | None:
        profile, account = found.get(Ref(Profile, user_id)), found.get(Ref(Account, user_id))
        if profile is None or account is None:
            return None
        seen = found.get(Ref(Presence, user_id))
        reason = callable_now(profile, account.busy, seen.heard_ms if seen else None, now_ms, self.durations)
        return Standing(profile, effective_status(profile, account.busy), reason, account.sessions_held)

    def set_hours(self, user_id: str, rows: tuple[str, ...], zone: str) -> Standing:
        """The whole grid and its zone (R13 to R17). Raises InvalidInput, Unavailable."""
        grid, zone = hours.grid_of(rows), zones.zone_of(zone)
        retrying.retry_on_conflict(lambda: self._save(user_id, lambda profile: replace(profile, grid=grid, zone=zone)))
        return self.person(user_id)

    def set_status(self, user_id: str, status: Status) -> Standing:
        """What the performer chooses (R18); their other tabs are told. Raises StatusNeedsConsultation, Unavailable."""
        retrying.retry_on_conflict(
            lambda: self._save(user_id, lambda profile: availability.with_status(profile, status))
        )
        self.notices.status_changed(user_id, status)
        return self.person(user_id)

    def _save(self, user_id: str, change: Callable[[Profile], Profile]) -> None:
        profile = self.store.get(Ref(Profile, user_id))
        if profile is None:
            raise NotFound(what="user")
        changed = change(profile)
        if changed != profile:
            self.store.commit(Save(changed))
