"""Files that people send along: the first of three steps. The second is the browser's, to the storage; the third names the upload (D32)."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.attachments import LARGEST_BYTES, Attached, Verdict, described
from chalicelib.domain.errors import TooManyAttempts
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Instant, Request, View

if TYPE_CHECKING:
    from chalicelib.services.attachments import Download

bp = Blueprint(__name__)
Verdicts = Mapping[tuple[str, str], Verdict]
"""What is known of files, by their threads and ids."""


class BeginUpload(Request):
    """The file that is to be sent. Its name is kept without a path and without control characters."""

    name: str = Field(max_length=1024, examples=["Смета.pdf"])
    type: str = Field(
        max_length=256, description="Its media type; parameters are dropped.", examples=["application/pdf"]
    )
    size: int = Field(ge=1, le=LARGEST_BYTES, description="In bytes.")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="Of its bytes, in hex.")


class UploadView(View):
    """How to send the file: PUT its bytes to `url` with these `headers`, once. Nothing but the file that was described is taken; 412
    says that it is there already. Then name the upload by its `id` in what it belongs to, within twelve hours."""

    id: str
    name: str = Field(description="As it is kept.")
    url: str = Field(description="Relative to the site's root, where it names no host.")
    headers: dict[str, str]
    expires_at: Instant = Field(
        description="Until then the upload may begin. The same request with the same key gives another such link."
    )


class AttachedView(View):
    """A file that was sent along."""

    id: str
    name: str
    type: str
    size: int = Field(description="In bytes.")


class SentView(AttachedView):
    """A file in a thread, as it is now."""

    scan: Verdict | None = Field(
        description="Others than its sender have it once it is `clean` or `not_scanned`. Null: not told in this list, or "
        "from before there was a scanner: it is scanned when it is first asked for."
    )


class DownloadView(View):
    """A link that fetches the file as an attachment under its name."""

    url: str = Field(description="Relative to the site's root, where it names no host.")
    expires_at: Instant


def sent_views(thread_id: str, files: Iterable[Attached], scans: Verdicts) -> list[SentView]:
    """The files of an entry as both sides see them."""
    return [
        SentView(
            id=one.id,
            name=one.name,
            type=one.media_type,
            size=one.size_bytes,
            scan=scans.get((thread_id, one.id)),
        )
        for one in files
    ]


def download_view(found: "Download") -> DownloadView:
    """The link as whoever may read the thread sees it."""
    return DownloadView(url=found.url, expires_at=found.until_ms)


@route(
    bp,
    "POST",
    "/uploads",
    act=Act.UPLOAD_BEGIN,
    body=BeginUpload,
    answer=UploadView,
    status=201,
    keyed=True,
    errors=(TooManyAttempts,),
)
def begin(ctx: Context, body: BeginUpload) -> UploadView:
    """Begins an upload of a file that a message is to carry, and answers where its bytes go."""
    file = described(body.name, body.type, body.size, body.sha256)
    begun = ctx.services.attachments.begin(ctx.caller.user_id, file, key=ctx.key)
    return UploadView(
        id=begun.upload.id,
        name=begun.upload.file.name,
        url=begun.link.url,
        headers=begun.link.headers,
        expires_at=begun.until_ms,
    )
