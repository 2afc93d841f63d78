"""One session, and what was said in it (E13, D29)."""

from chalice import Blueprint

from chalicelib.domain.access import Act
from chalicelib.domain.chat import Message
from chalicelib.domain.errors import Gone, InvalidCursor
from chalicelib.domain.sessions import Side
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Instant, Page, PageQuery, View
from chalicelib.handlers.views import SessionView, session_view

bp = Blueprint(__name__)


class MessageView(View):
    """A message of a session; `client_id` is the author's own."""

    author: Side
    client_id: str
    text: str
    at: Instant


def message_view(message: Message) -> MessageView:
    """The message as both sides see it."""
    return MessageView(author=message.author, client_id=message.client_id, text=message.text, at=message.at_ms)


@route(bp, "GET", "/sessions/{session_id}", act=Act.SESSION_READ, answer=SessionView)
def read_session(ctx: Context, session_id: str) -> SessionView:
    """A session of mine, live or ended, with what it cost."""
    session, order = ctx.services.history.session(ctx.caller.user_id, session_id)
    return session_view(session, order.currency)


@route(
    bp,
    "GET",
    "/sessions/{session_id}/transcript",
    act=Act.TRANSCRIPT_READ,
    query=PageQuery,
    answer=Page[MessageView],
    errors=(InvalidCursor, Gone),
)
def read_transcript(ctx: Context, session_id: str, query: PageQuery) -> Page[MessageView]:
    """What was said in a session of mine, newest first, until 180 days after the order's end."""
    found = ctx.services.history.transcript(ctx.caller.user_id, session_id, cursor=query.cursor, limit=query.limit)
    return Page[MessageView].of(found, message_view)
