"""Sessions as they are and were: for their two sides only, for as long as they are kept (E13, D29)."""

from dataclasses import dataclass

from chalicelib.domain.chat import Message
from chalicelib.domain.errors import NotFound
from chalicelib.domain.evidence import MediaReport
from chalicelib.domain.orders import Order
from chalicelib.domain.sessions import Session, order_of
from chalicelib.services.changes import Ref
from chalicelib.services.ports import Listing, Page, Store


@dataclass(frozen=True)
class History:
    """What was said, charged and measured in a session."""

    store: Store

    def session(self, user_id: str, session_id: str) -> tuple[Session, Order]:
        """A session and its order. Raises NotFound, also for everybody who is not one of its two sides."""
        session_ref, order_ref = Ref(Session, session_id), Ref(Order, order_of(session_id))
        found = self.store.read(session_ref, order_ref)
        session, order = found.get(session_ref), found.get(order_ref)
        if session is None or order is None or session.side_of(user_id) is None:
            raise NotFound(what="session")
        return session, order

    def transcript(self, user_id: str, session_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[Message]:
        """The session's messages, newest first. Raises NotFound, InvalidCursor."""
        self.session(user_id, session_id)
        return self.store.page(Listing.MESSAGES_OF_SESSION, session_id, cursor=cursor, limit=limit)

    def media(self, user_id: str, session_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[MediaReport]:
        """Both sides' media reports, newest first. Raises NotFound, InvalidCursor."""
        self.session(user_id, session_id)
        return self.store.page(Listing.MEDIA_OF_SESSION, session_id, cursor=cursor, limit=limit)
