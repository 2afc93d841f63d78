"""Open connections of tabs and devices: who is on the site, and how frames reach them (D6, D7)."""

import hashlib
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.domain.connections import (
    CONNECTIONS_AT_MOST,
    Connection,
    Presence,
    Ticket,
    UserConnection,
    user_connection,
)
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import LimitReached, Unauthenticated
from chalicelib.domain.people import User, still_in
from chalicelib.services.changes import CommitRefused, Insert, Put, Ref, Remove, Save
from chalicelib.services.frames import Frame, Notice
from chalicelib.services.paging import iterate_pages
from chalicelib.services.ports import Listing, Push, Store, Tell
from chalicelib.services.retrying import retry_on_conflict

CONNECTION_LIFE_MS = 130 * 60_000
"""A little more than the two hours that API Gateway lets a connection live."""


def ticket_digest(secret: str) -> str:
    """Tickets are kept by digest only."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Connections:
    """Connections and presence. A connection is listed under its user by the page's first frame: a push before it would find nobody."""

    store: Store
    push: Push
    durations: Durations

    def open(self, ticket: str, connection_id: str, now_ms: int) -> Connection:
        """Redeems a single-use ticket. Raises Unauthenticated when it is unknown, used, expired or outdone by a sign-out or a block."""
        found = self.store.get(Ref(Ticket, ticket_digest(ticket)))
        if found is None or found.expires_ms <= now_ms:
            raise Unauthenticated(reason="invalid" if found is None else "expired")
        still_in(self.store.get(Ref(User, found.user_id)), found.epoch)
        connection = Connection(connection_id, found.user_id, now_ms, now_ms + CONNECTION_LIFE_MS, found.epoch)
        try:
            self.store.commit(Remove(found), Insert(connection))
        except CommitRefused:
            raise Unauthenticated(reason="invalid") from None
        return connection

    def holder(self, connection_id: str) -> Connection:
        """Whose connection it is. Raises Unauthenticated when it is not open."""
        connection = self.store.get(Ref(Connection, connection_id))
        if connection is None:
            raise Unauthenticated(reason="missing")
        return connection

    def hello(self, connection: Connection, now_ms: int) -> None:
        """The first frame of a page: frames can reach it from now on.

        Raises Unauthenticated when a sign-out or a block has outdone the connection, or a push was told that it is gone; LimitReached when
        its user has fifty others."""
        _is_there(connection)
        # Listed before its user is looked at: of a sign-out at this moment, either that finds the connection or this finds the sign-out.
        self.store.commit(Put(user_connection(connection)))
        try:
            still_in(self.store.get(Ref(User, connection.user_id)), connection.epoch)
            self._make_room(connection)
        except (Unauthenticated, LimitReached):
            # Both close the connection. One that is told to try again stays listed: its repeat may be under way, or even answered, already.
            self._forget(connection.user_id, connection.id)
            raise
        self.keep_alive(connection.user_id, now_ms)

    def _make_room(self, newest: Connection) -> None:
        """The newest connection is refused and not the oldest closed, because pages come back by themselves: fifty-one tabs would never
        cease to close each other. Connections that are gone without a word are found out first. Of two at the same moment both may be
        refused."""
        listed = self.store.page(Listing.CONNECTIONS_OF_USER, newest.user_id, limit=CONNECTIONS_AT_MOST + 1).items
        if len(listed) <= CONNECTIONS_AT_MOST:
            return
        if self.tell_user(newest.user_id, Notice("lines_full"), but=newest.id) >= CONNECTIONS_AT_MOST:
            raise LimitReached(what="lines", limit=CONNECTIONS_AT_MOST)

    def ping(self, connection: Connection, now_ms: int) -> None:
        """A page proves that it is there (D7). Raises Unauthenticated when a push was told that it is not: who cannot be rung must not look
        present."""
        _is_there(connection)
        self.keep_alive(connection.user_id, now_ms)

    def keep_alive(self, user_id: str, now_ms: int) -> None:
        """A user is on the site (D7)."""
        self.store.commit(Put(Presence(user_id, now_ms, now_ms + 2 * self.durations.presence_ms, version=now_ms)))

    def close(self, connection: Connection) -> Connection | None:
        """A connection is gone; with the last one the user leaves the site. If it has joined a session since it was read, it is answered
        as it is now and still to be closed, because that session is to be seen to."""
        self._forget(connection.user_id, connection.id)
        try:
            self.store.commit(Remove(connection))
        except CommitRefused:
            return self.store.get(Ref(Connection, connection.id))
        return None

    def close_all(self, user_id: str) -> bool:
        """Closes every tab and device of a user: they are signed out everywhere, or blocked. What hangs up the sessions is the loss.
        False: the gateway could not close one. It hears nothing more, speaks for no session, whatever it begins is refused, and a repeat
        tries it again. Raises Unavailable."""
        listed = self._listed(user_id)
        stuck = [one for one in listed if not self.push.close(one.connection_id)]
        for one in listed:
            if one in stuck:
                self._shut(one)
            else:
                self._drop(Remove(one))
        self._leave_if_last(user_id)
        return not stuck

    def _shut(self, stuck: UserConnection) -> None:
        self.store.commit(Put(replace(stuck, shut=True)))
        connection = self.store.get(Ref(Connection, stuck.connection_id))
        for session_id in sorted(connection.session_ids) if connection else ():
            retry_on_conflict(partial(self._leave, session_id, stuck.connection_id))

    def _leave(self, session_id: str, connection_id: str) -> None:
        """The connection speaks for no side any more: what it says is refused, and its silence is noticed as any loss is (D18)."""
        # Rare, and sessions are no part of what it takes to open a connection: a cold start does not pay for them.
        from chalicelib.domain.parties import Side
        from chalicelib.domain.sessions import Heartbeat

        refs = [Ref(Heartbeat, session_id, side) for side in Side]
        found = self.store.read(*refs)
        held = [heard for ref in refs if (heard := found.get(ref)) and heard.connection_id == connection_id]
        if held:
            self.store.commit(*(Save(heard.let_go()) for heard in held))

    def tell_user(self, user_id: str, *frames: Frame, but: str | None = None) -> int:
        """Frames, in order, to every tab and device of a user, but for one connection. Answers how many there were to tell."""
        reached = [one.connection_id for one in self._reachable(user_id) if one.connection_id != but]
        gone: set[str] = set()
        for frame in frames:
            gone |= self.push.tell(Tell(connection_id, frame) for connection_id in reached if connection_id not in gone)
        for connection_id in sorted(gone):
            # Marked first: if this dies in between, the line is refused and listed, and not let in and unlisted.
            retry_on_conflict(partial(self._mark_gone, connection_id), otherwise=lambda: None)
            self._forget(user_id, connection_id)
        return len(reached) - len(gone)

    def _mark_gone(self, connection_id: str) -> None:
        connection = self.store.get(Ref(Connection, connection_id))
        if connection is not None and not connection.gone:
            self.store.commit(Save(replace(connection, gone=True)))

    def tell(self, connection_id: str, frame: Frame) -> bool:
        """A frame to one connection; False when it is gone."""
        return not self.push.tell([Tell(connection_id, frame)])

    def _listed(self, user_id: str) -> list[UserConnection]:
        return [one for page in iterate_pages(self.store, Listing.CONNECTIONS_OF_USER, user_id) for one in page]

    def _reachable(self, user_id: str) -> list[UserConnection]:
        return [one for one in self._listed(user_id) if not one.shut]

    def _forget(self, user_id: str, connection_id: str) -> None:
        self._drop(Remove(UserConnection(user_id, connection_id, 0)))
        self._leave_if_last(user_id)

    def _leave_if_last(self, user_id: str) -> None:
        # Seen before the connections are: a page that is loaded anew opens its next connection at this very moment.
        seen = self.store.get(Ref(Presence, user_id))
        if seen and not self._reachable(user_id):
            self._drop(Remove(seen))

    def _drop(self, removal: Remove) -> None:
        try:
            self.store.commit(removal)
        except CommitRefused:
            return


def _is_there(connection: Connection) -> None:
    if connection.gone:
        raise Unauthenticated(reason="missing")
