"""Who is on the site, on which connections, and whose phone rings (D6, D7)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ticket:
    """A single-use ticket that opens one WebSocket connection. Its expiry is checked by time; only its digest is stored."""

    digest: str
    user_id: str
    expires_ms: int
    epoch: int = 0
    """The user's, when it was given."""


@dataclass(frozen=True)
class Connection:
    """An open WebSocket connection."""

    id: str
    user_id: str
    opened_ms: int
    expires_ms: int
    epoch: int = 0
    """The ticket's: what is begun on this connection is refused once the user's is another."""
    session_ids: frozenset[str] = frozenset()
    """The sessions in which this connection took a side: all that live, and some that are over."""
    gone: bool = False
    """A push was told so, and no other frame for its user goes to it. If its page is there all the same, it is to open another."""
    version: int = 0


@dataclass(frozen=True)
class UserConnection:
    """That a connection belongs to a user: how frames find all their tabs and devices (D6)."""

    user_id: str
    connection_id: str
    expires_ms: int
    shut: bool = False
    """To be closed, which failed: it hears nothing more, and whoever closes the others tries it again."""


def user_connection(connection: Connection) -> UserConnection:
    """How frames find it."""
    return UserConnection(connection.user_id, connection.id, connection.expires_ms)


CONNECTIONS_AT_MOST = 50
"""Of one user: every frame for them goes to each, and more tabs than these nobody looks at."""


@dataclass(frozen=True)
class Presence:
    """When a page of this user was last heard from. Too old means: not on the site."""

    user_id: str
    heard_ms: int
    expires_ms: int
    version: int = 0
    """The instant again: who removes it has seen it, so that a page which opens meanwhile stays on the site."""


@dataclass(frozen=True)
class Ringing:
    """A call that rings at a performer. A hint to find it by: the session itself decides."""

    performer_id: str
    session_id: str
    until_ms: int
    expires_ms: int
