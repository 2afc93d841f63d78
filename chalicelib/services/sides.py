"""Which connection speaks for a side of a session (D18). A side is taken from what was read, never blindly: of two tabs one gets it."""

from dataclasses import replace

from chalicelib.domain.presence import Connection, line_of
from chalicelib.domain.sessions import Heard, Session, Side
from chalicelib.services.changes import Change, CommitRefused, Insert, Put, Ref, Require, Save
from chalicelib.services.ports import Store


def holding(session: Session, side: Side, user: Connection, old: Heard | None, now_ms: int) -> Change:
    """That this connection holds the side from now on; refused when the side was taken, or heard from, since `old` was read."""
    return Save(old.held_by(user.id, now_ms)) if old else Insert(Heard(session.id, side, session.mode, user.id, now_ms))


def take(store: Store, session: Session, side: Side, user: Connection, old: Heard | None, now_ms: int) -> bool:
    """This connection holds the side from now on, provided that the session is as it was read. False: something came first."""
    try:
        store.commit(holding(session, side, user, old, now_ms), Require(session))
    except CommitRefused:
        return False
    remember(store, session, user)
    return True


def take_first(store: Store, session: Session, side: Side, user: Connection, now_ms: int) -> bool:
    """As `take`, of a side that nobody has held yet, whatever became of the session meanwhile. False: it is another connection's."""
    try:
        store.commit(holding(session, side, user, None, now_ms))
    except CommitRefused:
        known = store.get(Ref(Heard, session.id, side))
        if known is None or known.connection_id != user.id:
            return False
    remember(store, session, user)
    return True


def remember(store: Store, session: Session, user: Connection) -> None:
    """The connection knows its session, so that its closing finds it, and is listed, so that a sign-out finds it, whether or not it ever
    said hello."""
    store.commit(Put(replace(user, session_id=session.id)))
    store.commit(Put(line_of(user)))
