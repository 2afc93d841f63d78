"""Which connection speaks for a side of a session (D18). A side is taken from what was read, never blindly: of two tabs one gets it."""

from contextlib import suppress
from dataclasses import replace

from chalicelib.domain.connections import Connection, user_connection
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Heartbeat, Session, State
from chalicelib.services.calls.metering import Metering
from chalicelib.services.changes import Change, CommitRefused, Insert, Join, Put, Ref, Require, Save
from chalicelib.services.ports import Store

MANY = 20
"""Sessions that a connection's item keeps before those that are over are looked for."""


def holding(session: Session, side: Side, user: Connection, old: Heartbeat | None, now_ms: int) -> Change:
    """That this connection holds the side from now on; refused when the side was taken, or heard from, since `old` was read."""
    return (
        Save(old.held_by(user.id, now_ms))
        if old
        else Insert(Heartbeat(session.id, side, session.mode, user.id, now_ms))
    )


def take(
    metering: Metering, session: Session, side: Side, user: Connection, old: Heartbeat | None, now_ms: int
) -> None:
    """This connection holds the side from now on, provided that the session is as it was read.

    Raises CommitRefused when something came first."""
    metering.store.commit(holding(session, side, user, old, now_ms), Require(session))
    remember(metering, session, user, now_ms)


def take_first(metering: Metering, session: Session, side: Side, user: Connection, now_ms: int) -> bool:
    """This connection holds a side that nobody has held yet, whatever became of the session meanwhile. False: it is another
    connection's."""
    try:
        metering.store.commit(holding(session, side, user, None, now_ms))
    except CommitRefused:
        known = metering.store.get(Ref(Heartbeat, session.id, side))
        if known is None or known.connection_id != user.id:
            return False
    remember(metering, session, user, now_ms)
    return True


def remember(metering: Metering, session: Session, user: Connection, now_ms: int) -> None:
    """The connection knows all its sessions, so that its closing finds them, and is listed, so that a sign-out finds it, whether or not it
    ever said hello. If it closed while it took the side, its closing did not know: this session loses it now."""
    _tidy(metering.store, user)
    try:
        metering.store.commit(Join(user, session.id))
    except CommitRefused:
        return metering.connection_closed(session.id, user, now_ms)
    metering.store.commit(Put(user_connection(user)))
    return None


def _tidy(store: Store, user: Connection) -> None:
    """Sessions that are over are forgotten once there are many: a connection that lives for two hours of short calls stays a small item."""
    if len(user.session_ids) < MANY:
        return
    refs = {ident: Ref(Session, ident) for ident in sorted(user.session_ids)[:100]}
    found = store.read(*refs.values())
    over = {ident for ident, ref in refs.items() if (session := found.get(ref)) is None or session.state is State.ENDED}
    with suppress(CommitRefused):
        store.commit(Save(replace(user, session_ids=user.session_ids - over)))
