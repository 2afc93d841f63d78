"""Sessions as they are and were: for their two sides only, for as long as they are kept (E13, D29)."""

from dataclasses import dataclass

from chalicelib.domain.chat import Message
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import Gone, NotFound
from chalicelib.domain.media_reports import MediaReport
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.orders.retention import is_over
from chalicelib.domain.sessions import Session, order_of
from chalicelib.services.changes import Ref
from chalicelib.services.ports import Clock, Listing, Page, Store


@dataclass(frozen=True)
class History:
    """What was said, charged and measured in a session."""

    store: Store
    clock: Clock
    durations: Durations

    def session(self, user_id: str, session_id: str) -> tuple[Session, AnyOrder]:
        """A session and its order. Raises NotFound, also for everybody who is not one of its two sides."""
        session_ref, order_ref = Ref(Session, session_id), Ref(Order, order_of(session_id))
        found = self.store.read(session_ref, order_ref)
        session, order = found.get(session_ref), found.get(order_ref)
        if session is None or order is None or session.side_of(user_id) is None:
            raise NotFound(what="session")
        return session, order

    def transcript(self, user_id: str, session_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[Message]:
        """The session's messages, newest first, until the order's end is 180 days ago (D29): the clock decides, whether or not they have
        been erased yet. Raises NotFound, Gone, InvalidCursor."""
        self._kept("transcript", user_id, session_id)
        return self.store.page(Listing.MESSAGES_OF_SESSION, session_id, cursor=cursor, limit=limit)

    def media(self, user_id: str, session_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[MediaReport]:
        """Both sides' media reports, newest first, for as long. Raises NotFound, Gone, InvalidCursor."""
        self._kept("media", user_id, session_id)
        return self.store.page(Listing.MEDIA_OF_SESSION, session_id, cursor=cursor, limit=limit)

    def _kept(self, what: str, user_id: str, session_id: str) -> None:
        _, order = self.session(user_id, session_id)
        if is_over(order.ended_ms, self.clock.now_ms(), self.durations):
            raise Gone(what=what)
