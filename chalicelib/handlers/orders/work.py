"""What the two sides of an order of work do with it (R63 to R70, D21 to D23, D31). Cancelling is the same for orders of all kinds."""

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.attachments import AT_MOST
from chalicelib.domain.errors import FieldError, InvalidInput, Stale, WrongState
from chalicelib.handlers.amounts import Part, minor_of
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Ident, Request
from chalicelib.handlers.orders.orders import answer
from chalicelib.handlers.orders.views import OrderView

bp = Blueprint(__name__)
TEXT_AT_MOST = 16_000
"""In a request, before it is tidied: what is kept is shorter."""


class RefuseWork(Request):
    """Why. The customer may agree with it, and the refusal does not count then."""

    reason: str = Field(max_length=TEXT_AT_MOST, description="3 to 1000 characters are kept.")


class DeliverWork(Request):
    """What the performer has to say, and to show."""

    text: str = Field(default="", max_length=TEXT_AT_MOST, description="Up to 4000 characters are kept.")
    attachments: list[Ident] = Field(
        default_factory=list, max_length=AT_MOST, description="The ids of uploads that have arrived, each used once."
    )


class ReturnWork(Request):
    """What should be changed."""

    reasons: str = Field(max_length=TEXT_AT_MOST, description="3 to 4000 characters are kept.")
    attachments: list[Ident] = Field(
        default_factory=list, max_length=AT_MOST, description="The ids of uploads that have arrived, each used once."
    )


class Propose(Request):
    """Either a split of the price, to which the order would end, or more days to the delivery."""

    to_performer: Part | None = Field(
        default=None, description="What the performer would get, before commission; the rest goes back to the customer."
    )
    days: int | None = Field(default=None, ge=1, le=365, description="How many more days, 30 at most by default.")
    text: str = Field(default="", max_length=TEXT_AT_MOST, description="Up to 4000 characters are kept.")


class AnswerProposal(Request):
    """`proposal` is the number of the one that was read: nobody answers another."""

    proposal: int = Field(ge=1)


@route(bp, "POST", "/orders/{order_id}/start", act=Act.WORK_START, answer=OrderView, keyed=True, errors=(WrongState,))
def start(ctx: Context, order_id: str) -> OrderView:
    """The performer starts the work; the days to the delivery begin."""
    return answer(ctx, ctx.services.works.start(ctx.caller.user_id, order_id, key=ctx.key))


@route(
    bp,
    "POST",
    "/orders/{order_id}/refuse",
    act=Act.WORK_REFUSE,
    body=RefuseWork,
    answer=OrderView,
    keyed=True,
    errors=(WrongState,),
)
def refuse(ctx: Context, order_id: str, body: RefuseWork) -> OrderView:
    """The performer will not do the work: all the money returns, and the refusal counts unless the customer agrees with its reason."""
    return answer(ctx, ctx.services.works.refuse(ctx.caller.user_id, order_id, body.reason, key=ctx.key))


@route(
    bp,
    "POST",
    "/orders/{order_id}/deliver",
    act=Act.WORK_DELIVER,
    body=DeliverWork,
    answer=OrderView,
    keyed=True,
    errors=(WrongState,),
)
def deliver(ctx: Context, order_id: str, body: DeliverWork) -> OrderView:
    """Work done: the customer accepts it or returns it, and silence accepts."""
    works, user_id = ctx.services.works, ctx.caller.user_id
    return answer(ctx, works.deliver(user_id, order_id, body.text, body.attachments, key=ctx.key))


@route(
    bp,
    "POST",
    "/orders/{order_id}/rework",
    act=Act.WORK_REWORK,
    body=ReturnWork,
    answer=OrderView,
    keyed=True,
    errors=(WrongState,),
)
def rework(ctx: Context, order_id: str, body: ReturnWork) -> OrderView:
    """The customer returns what was delivered, to be done again in as many days, 14 at most by default."""
    works, user_id = ctx.services.works, ctx.caller.user_id
    return answer(ctx, works.rework(user_id, order_id, body.reasons, body.attachments, key=ctx.key))


@route(bp, "POST", "/orders/{order_id}/accept", act=Act.WORK_ACCEPT, answer=OrderView, keyed=True, errors=(WrongState,))
def accept(ctx: Context, order_id: str) -> OrderView:
    """The customer accepts, and the performer is paid, less commission."""
    return answer(ctx, ctx.services.works.accept(ctx.caller.user_id, order_id, key=ctx.key))


@route(
    bp,
    "POST",
    "/orders/{order_id}/proposals",
    act=Act.WORK_PROPOSE,
    body=Propose,
    answer=OrderView,
    keyed=True,
    errors=(WrongState,),
)
def propose(ctx: Context, order_id: str, body: Propose) -> OrderView:
    """Proposes a split or more days to the other side. It lapses after three days by default, and one stands at a time."""
    works, user_id = ctx.services.works, ctx.caller.user_id
    match body.to_performer, body.days:
        case Part() as part, None:
            part_minor = minor_of(part, "to_performer", ctx.services.settings.currency)
            return answer(ctx, works.propose_split(user_id, order_id, part_minor, body.text, key=ctx.key))
        case None, int() as days:
            return answer(ctx, works.propose_days(user_id, order_id, days, body.text, key=ctx.key))
        case None, None:
            raise InvalidInput((FieldError("to_performer", "required"),))
        case _:
            raise InvalidInput((FieldError("days", "not_allowed"),))


@route(
    bp,
    "POST",
    "/orders/{order_id}/agree",
    act=Act.WORK_AGREE,
    body=AnswerProposal,
    answer=OrderView,
    keyed=True,
    errors=(WrongState, Stale),
)
def agree(ctx: Context, order_id: str, body: AnswerProposal) -> OrderView:
    """Agrees to the split that the other side proposes: the money is divided, and the order is over."""
    return answer(ctx, ctx.services.works.agree(ctx.caller.user_id, order_id, body.proposal, key=ctx.key))


@route(
    bp,
    "POST",
    "/orders/{order_id}/extend",
    act=Act.WORK_EXTEND,
    body=AnswerProposal,
    answer=OrderView,
    keyed=True,
    errors=(WrongState, Stale),
)
def extend(ctx: Context, order_id: str, body: AnswerProposal) -> OrderView:
    """Agrees to the days that the other side proposes: the term is longer by them, and nothing is overdue."""
    return answer(ctx, ctx.services.works.extend(ctx.caller.user_id, order_id, body.proposal, key=ctx.key))


@route(
    bp,
    "POST",
    "/orders/{order_id}/decline",
    act=Act.WORK_DECLINE,
    body=AnswerProposal,
    answer=OrderView,
    keyed=True,
    errors=(WrongState, Stale),
)
def decline(ctx: Context, order_id: str, body: AnswerProposal) -> OrderView:
    """Declines the other side's proposal, or takes one's own back."""
    return answer(ctx, ctx.services.works.decline(ctx.caller.user_id, order_id, body.proposal, key=ctx.key))


@route(bp, "POST", "/orders/{order_id}/waive", act=Act.WORK_WAIVE, answer=OrderView, keyed=True, errors=(WrongState,))
def waive(ctx: Context, order_id: str) -> OrderView:
    """The customer agrees with the reason of a refusal, within seven days by default: it does not count against the performer."""
    return answer(ctx, ctx.services.works.waive(ctx.caller.user_id, order_id, key=ctx.key))
