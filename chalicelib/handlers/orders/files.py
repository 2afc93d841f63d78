"""The goods of an order of files, for its two sides and for whoever decides a dispute about it (R77, R78, R84, D26)."""

from typing import TYPE_CHECKING

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.attachments import Verdict
from chalicelib.domain.errors import BeingChecked, Infected, WrongState
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import View
from chalicelib.handlers.uploads import DownloadView, download_view

if TYPE_CHECKING:
    from chalicelib.services.orders.goods import Bought
    from chalicelib.services.scans import Scans

bp = Blueprint(__name__)


class GoodView(View):
    """A file that was bought."""

    id: str
    name: str
    type: str
    size: int = Field(description="In bytes.")
    given: int = Field(description="How often the customer was given a link to it.")
    scan: Verdict = Field(description="Others than its performer have it once it is `clean` or `not_scanned`.")


class GoodsView(View):
    """What was bought, as the twip sold it then."""

    files: list[GoodView]
    links: list[str]


def goods_view(bought: "Bought", scans: "Scans") -> GoodsView:
    """What whoever may read them sees."""
    verdicts = scans.of_goods(bought.goods.files)
    files = [
        GoodView(
            id=good.id,
            name=good.file.name,
            type=good.file.media_type,
            size=good.file.size_bytes,
            given=bought.given.get(good.id, 0),
            scan=verdicts[good.id],
        )
        for good in bought.goods.files
    ]
    return GoodsView(files=files, links=list(bought.goods.links))


@route(bp, "GET", "/orders/{order_id}/goods", act=Act.ORDER_GOODS, answer=GoodsView, errors=(WrongState,))
def order_goods(ctx: Context, order_id: str) -> GoodsView:
    """The files and links of an order of mine; 409 to a customer whose access a dispute has ended."""
    return goods_view(ctx.services.order_goods.read(ctx.caller.user_id, order_id), ctx.services.scans)


@route(
    bp,
    "POST",
    "/orders/{order_id}/goods/{file_id}/link",
    act=Act.ORDER_GOODS_LINK,
    answer=DownloadView,
    errors=(WrongState, BeingChecked, Infected),
)
def order_goods_link(ctx: Context, order_id: str, file_id: str) -> DownloadView:
    """A link to a file of an order of mine, good for five minutes. Each that a customer is given is counted, and both sides see it."""
    return download_view(ctx.services.order_goods.link(ctx.caller.user_id, order_id, file_id))


@route(bp, "GET", "/admin/disputes/{dispute_id}/goods", act=Act.DESK_GOODS, answer=GoodsView)
def goods_at_desk(ctx: Context, dispute_id: str) -> GoodsView:
    """The goods that a dispute is about, for whoever decides it; the reading is logged."""
    return goods_view(ctx.services.desk.goods(ctx.caller, dispute_id), ctx.services.scans)


@route(
    bp,
    "POST",
    "/admin/disputes/{dispute_id}/goods/{file_id}/link",
    act=Act.DESK_GOODS_LINK,
    answer=DownloadView,
    errors=(BeingChecked, Infected),
)
def goods_link_at_desk(ctx: Context, dispute_id: str, file_id: str) -> DownloadView:
    """A link to one of these files, good for five minutes; it is logged, and counts for nobody."""
    return download_view(ctx.services.desk.goods_link(ctx.caller, dispute_id, file_id))
