"""One session, what was said in it, and what its media was like (E13, D29)."""

from typing import Any, get_type_hints

from chalice import Blueprint
from pydantic import create_model

from chalicelib.domain.access import Act
from chalicelib.domain.chat import Message
from chalicelib.domain.errors import Gone
from chalicelib.domain.media_reports import MediaReport, Sample
from chalicelib.domain.parties import Side
from chalicelib.handlers.calls.views import SessionView, session_view
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Instant, Page, PageQuery, View

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


_MEASURED: dict[str, Any] = {name: (kind, ...) for name, kind in get_type_hints(Sample).items() if name != "at_ms"}
MediaSampleView = create_model(
    "MediaSampleView",
    __base__=View,
    __doc__="A stretch of the call, as one side's page measured it; see the frame `session.report`.",
    at=(Instant, ...),
    **_MEASURED,
)
"""The fields of the domain's sample, the instant as all instants are shown."""


class MediaReportView(View):
    """What one side reported at one moment; `first_media_at` is in one of its reports only."""

    side: Side
    at: Instant
    first_media_at: Instant | None
    samples: list[MediaSampleView]  # type: ignore[valid-type]


def media_sample_view(sample: Sample) -> View:
    """The sample as both sides see it."""
    values = sample._asdict()
    values["at"] = values.pop("at_ms")
    return MediaSampleView(**values)


def media_report_view(report: MediaReport) -> MediaReportView:
    """The report as both sides see it."""
    return MediaReportView(
        side=report.side,
        at=report.at_ms,
        first_media_at=report.first_media_ms,
        samples=[media_sample_view(sample) for sample in report.samples],
    )


@route(
    bp,
    "GET",
    "/orders/{order_id}/sessions",
    act=Act.ORDER_SESSIONS,
    query=PageQuery,
    answer=Page[SessionView],
)
def sessions(ctx: Context, order_id: str, query: PageQuery) -> Page[SessionView]:
    """The order's sessions, newest first, with what each cost."""
    queries, terms = ctx.services.order_queries, ctx.services.settings.terms
    order, found = queries.sessions(ctx.caller.user_id, order_id, cursor=query.cursor, limit=query.limit)
    reader = Side(order.party_of(ctx.caller.user_id))
    return Page[SessionView].of(found, lambda session: session_view(session, order, reader, terms, ctx.now_ms))


@route(bp, "GET", "/sessions/{session_id}", act=Act.SESSION_READ, answer=SessionView)
def read_session(ctx: Context, session_id: str) -> SessionView:
    """A session of mine, live or ended, with what it cost."""
    session, order = ctx.services.history.session(ctx.caller.user_id, session_id)
    reader = Side(order.party_of(ctx.caller.user_id))
    return session_view(session, order, reader, ctx.services.settings.terms, ctx.now_ms)


@route(
    bp,
    "GET",
    "/sessions/{session_id}/transcript",
    act=Act.TRANSCRIPT_READ,
    query=PageQuery,
    answer=Page[MessageView],
    errors=(Gone,),
)
def read_transcript(ctx: Context, session_id: str, query: PageQuery) -> Page[MessageView]:
    """What was said in a session of mine, newest first, until 180 days after the order's end."""
    found = ctx.services.history.transcript(ctx.caller.user_id, session_id, cursor=query.cursor, limit=query.limit)
    return Page[MessageView].of(found, message_view)


@route(
    bp,
    "GET",
    "/sessions/{session_id}/media",
    act=Act.MEDIA_READ,
    query=PageQuery,
    answer=Page[MediaReportView],
    errors=(Gone,),
)
def read_media(ctx: Context, session_id: str, query: PageQuery) -> Page[MediaReportView]:
    """What both pages of a session of mine reported about its media, newest first, until 180 days after the order's end."""
    found = ctx.services.history.media(ctx.caller.user_id, session_id, cursor=query.cursor, limit=query.limit)
    return Page[MediaReportView].of(found, media_report_view)


@route(
    bp,
    "GET",
    "/admin/disputes/{dispute_id}/transcript",
    act=Act.DESK_TRANSCRIPT,
    query=PageQuery,
    answer=Page[MessageView],
)
def disputed_transcript(ctx: Context, dispute_id: str, query: PageQuery) -> Page[MessageView]:
    """What was said in a disputed session, newest first, for whoever decides about it; the reading is logged."""
    found = ctx.services.desk.transcript(ctx.caller, dispute_id, cursor=query.cursor, limit=query.limit)
    return Page[MessageView].of(found, message_view)


@route(
    bp,
    "GET",
    "/admin/disputes/{dispute_id}/media",
    act=Act.DESK_MEDIA,
    query=PageQuery,
    answer=Page[MediaReportView],
)
def disputed_media(ctx: Context, dispute_id: str, query: PageQuery) -> Page[MediaReportView]:
    """What both pages of a disputed session reported about its media, newest first, for whoever decides about it; logged."""
    found = ctx.services.desk.media(ctx.caller, dispute_id, cursor=query.cursor, limit=query.limit)
    return Page[MediaReportView].of(found, media_report_view)
