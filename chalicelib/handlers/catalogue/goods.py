"""Files of a twip: how they are sent, and how its author and moderators fetch them (R75, D26, D32)."""

from typing import TYPE_CHECKING, Annotated

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.errors import BeingChecked, Infected, LimitReached, NotUploaded, TooManyAttempts, WrongState
from chalicelib.domain.goods import LARGEST_BYTES, PART_BYTES
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Instant, Request, View
from chalicelib.handlers.uploads import DownloadView, download_view

if TYPE_CHECKING:
    from chalicelib.services.catalogue.goods_uploads import Sending
    from chalicelib.services.ports import UploadLink

bp = Blueprint(__name__)
PARTS_AT_MOST = -(-LARGEST_BYTES // PART_BYTES)
Number = Annotated[str, Field(pattern="^[1-9][0-9]{0,2}$")]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class BeginGoods(Request):
    """The file that is to be sent. Its name is kept without a path and without control characters."""

    name: str = Field(max_length=1024, examples=["Шрифты.zip"])
    type: str = Field(
        max_length=256, description="Its media type; parameters are dropped.", examples=["application/zip"]
    )
    size: int = Field(ge=1, le=LARGEST_BYTES, description="In bytes.")
    sha256: Digest | None = Field(
        default=None, description=f"Of its bytes, in hex: required up to {PART_BYTES} bytes, else not looked at."
    )


class PartsBody(Request):
    """The SHA-256 of each part that is to be sent now, in hex, by its number from 1 on."""

    parts: dict[Number, Digest] = Field(min_length=1, max_length=PARTS_AT_MOST, examples=[{"1": "0f" * 32}])


class LinkView(View):
    """PUT the bytes to `url` with these `headers`. Nothing but what was announced is taken."""

    url: str = Field(description="Relative to the site's root, where it names no host.")
    headers: dict[str, str]


class GoodsUploadView(View):
    """A file that is being sent for a twip, or has been and is not named in an edit of it yet."""

    id: str
    name: str = Field(description="As it is kept.")
    type: str
    size: int = Field(description="In bytes.")
    finished: bool = Field(description="Whether it is complete: an edit of the twip may name it.")
    part_bytes: int | None = Field(
        description="Send it in parts of so many bytes, the last one shorter. Null: send it whole."
    )
    arrived: dict[str, str] = Field(description="The parts that have arrived: their SHA-256 in hex, by number.")
    link: LinkView | None = Field(
        description="By which it is sent, once, if it is sent whole. 412 says that it is there already."
    )
    link_expires_at: Instant | None = Field(
        description="Until then it may be begun by the link. The same request with the same key gives another."
    )
    expires_at: Instant = Field(description="Until then it must have been named in an edit of the twip.")


class GoodsUploadsView(View):
    """The earliest first."""

    items: list[GoodsUploadView]


class PartLinksView(View):
    """How to send each part, by its number. A part that is sent again replaces what was there."""

    parts: dict[str, LinkView]
    expires_at: Instant = Field(description="Until then each may be begun. Asking again gives other links.")


def upload_view(sending: "Sending") -> GoodsUploadView:
    """An upload as its author sees it."""
    upload = sending.upload
    return GoodsUploadView(
        id=upload.id,
        name=upload.file.name,
        type=upload.file.media_type,
        size=upload.file.size_bytes,
        finished=upload.finished,
        part_bytes=PART_BYTES if upload.parts else None,
        arrived={str(part.number): part.sha256 for part in sending.arrived},
        link=None if sending.link is None else _link_view(sending.link),
        link_expires_at=sending.until_ms,
        expires_at=upload.expires_ms,
    )


def _link_view(link: "UploadLink") -> LinkView:
    return LinkView(url=link.url, headers=link.headers)


@route(
    bp,
    "POST",
    "/twips/{twip_id}/uploads",
    act=Act.GOODS_BEGIN,
    body=BeginGoods,
    answer=GoodsUploadView,
    status=201,
    keyed=True,
    errors=(WrongState, LimitReached, TooManyAttempts),
)
def begin_goods(ctx: Context, twip_id: str, body: BeginGoods) -> GoodsUploadView:
    """Begins an upload of a file that a twip of files is to sell, and answers where its bytes go, or that it is sent in parts."""
    from chalicelib.domain.goods_uploads import announced

    file = announced(body.name, body.type, body.size, body.sha256)
    return upload_view(ctx.services.goods_uploads.begin(ctx.caller.user_id, twip_id, file, key=ctx.key))


@route(bp, "GET", "/twips/{twip_id}/uploads", act=Act.GOODS_LIST, answer=GoodsUploadsView)
def list_goods_uploads(ctx: Context, twip_id: str) -> GoodsUploadsView:
    """What is being sent for the twip, with the parts that have arrived: what a page goes on with after a reload."""
    found = ctx.services.goods_uploads.listed(ctx.caller.user_id, twip_id)
    return GoodsUploadsView(items=[upload_view(sending) for sending in found])


@route(
    bp,
    "POST",
    "/uploads/{upload_id}/parts",
    act=Act.GOODS_PARTS,
    body=PartsBody,
    answer=PartLinksView,
    errors=(WrongState, TooManyAttempts),
)
def link_parts(ctx: Context, upload_id: str, body: PartsBody) -> PartLinksView:
    """Announces parts of a file and answers how each is sent."""
    digests = {int(number): digest for number, digest in body.parts.items()}
    found = ctx.services.goods_uploads.part_links(ctx.caller.user_id, upload_id, digests)
    return PartLinksView(
        parts={str(number): _link_view(link) for number, link in found.links.items()}, expires_at=found.until_ms
    )


@route(
    bp,
    "POST",
    "/uploads/{upload_id}/complete",
    act=Act.GOODS_COMPLETE,
    answer=GoodsUploadView,
    errors=(NotUploaded,),
)
def complete_upload(ctx: Context, upload_id: str) -> GoodsUploadView:
    """Says that a file for a twip has been sent whole: it is compared with what was announced."""
    from chalicelib.services.catalogue.goods_uploads import Sending

    return upload_view(Sending(ctx.services.goods_uploads.complete(ctx.caller.user_id, upload_id)))


@route(bp, "DELETE", "/uploads/{upload_id}", act=Act.GOODS_CANCEL)
def cancel_upload(ctx: Context, upload_id: str) -> None:
    """Does without an upload for a twip. What has arrived of it is deleted."""
    ctx.services.goods_uploads.cancel(ctx.caller.user_id, upload_id)


@route(
    bp,
    "POST",
    "/twips/{twip_id}/goods/{file_id}/link",
    act=Act.GOODS_READ,
    answer=DownloadView,
    errors=(BeingChecked, Infected),
)
def link_goods(ctx: Context, twip_id: str, file_id: str) -> DownloadView:
    """A link to a file of a twip, for its author, and for moderators while it waits for them."""
    return download_view(ctx.services.goods.link(ctx.caller, twip_id, file_id))


@route(bp, "POST", "/admin/twips/{twip_id}/goods/{file_id}/release", act=Act.GOODS_RELEASE, errors=(WrongState,))
def release_goods(ctx: Context, twip_id: str, file_id: str) -> None:
    """Lets a file through that is too large for the scanner; never one's own. It is shown as not scanned."""
    ctx.services.goods.release(ctx.caller, twip_id, file_id)
