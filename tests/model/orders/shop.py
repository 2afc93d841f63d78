"""Worlds in which files are bought, and the faults that they miss."""

from typing import Any

from chalicelib.billing import escrow
from chalicelib.domain.disputes.dispute import dispute_id
from chalicelib.domain.parties import Party
from chalicelib.services.orders.files import FilesOrders
from tests.model.orders.acts import Act, Kind
from tests.model.orders.faults import Fault, fenced, instead
from tests.model.orders.sold import FIRST, TWIP
from tests.model.orders.worlds import CUSTOMER, PERFORMER, Opening, World, in_dispute

PLACES, FILES = "chalicelib.services.orders.placing", "chalicelib.services.orders.files.FilesOrders"


def bought() -> Opening:
    """Cora has the files."""
    return Opening().stocked().play((0, Act(Kind.BUY, TWIP)), (0, Act(Kind.BUY, TWIP)))


def sale() -> World:
    """Cora presses twice, and in two tabs; Pavel spends what he has earned."""
    return World(
        "sale",
        Opening().stocked().stored,
        now=0,
        until=1,
        acts=((Act(Kind.BUY, TWIP), 2), (Act(Kind.BUY, TWIP, key="another"), 1), (Act(Kind.SPEND, "bread"), 1)),
        at_once=2,
    )


def claw_back() -> World:
    """A verdict takes back what the performer has spent, and the access with it; an agreement does not. Cora buys them again."""
    return World(
        "claw-back",
        bought().argued(FIRST).play((0, Act(Kind.OFFER, dispute_id(FIRST, 1), PERFORMER))).stored,
        now=0,
        until=1,
        acts=(
            *in_dispute(CUSTOMER, Kind.SETTLE, about=FIRST),
            *in_dispute(Party.ARBITER, Kind.RULE, about=FIRST),
            (Act(Kind.BUY, TWIP, key="again"), 2),
            (Act(Kind.SPEND, "bread"), 1),
        ),
        at_once=2,
    )


def after_the_sale() -> World:
    """What was bought is disputed by both sides at once, or given back, until its window closes."""
    return World(
        "after the sale",
        bought().stored,
        now=0,
        until=1,
        acts=(
            (Act(Kind.OPEN, FIRST, CUSTOMER), 1),
            (Act(Kind.OPEN, FIRST, PERFORMER), 1),
            (Act(Kind.REFUND, FIRST, PERFORMER), 2),
            *in_dispute(PERFORMER, Kind.WITHDRAW, about=FIRST),
        ),
        at_once=2,
    )


def worlds() -> dict[str, World]:
    """All of them, by name."""
    return {world.name: world for world in (sale(), claw_back(), after_the_sale())}


def _sold_again(self: FilesOrders, order_id: str, use: Any) -> None:
    """Whoever has them buys them once more."""


def _held(order: Any, *, at_ms: int) -> Any:
    return escrow.hold(order, at_ms=at_ms)


def faults() -> tuple[Fault, ...]:
    """All of them."""
    return (
        Fault(
            "what a customer has is sold again",
            "sale",
            "has them already",
            instead(f"{FILES}._check_lost", _sold_again),
        ),
        Fault("a sale is held in escrow", "sale", "and holds", instead("chalicelib.billing.escrow.buy", _held)),
        Fault(
            "no key is kept of a purchase", "sale", "by which key", instead(f"{PLACES}.Placing._claim", lambda *_: None)
        ),
        Fault(
            "a verdict leaves the goods where they are",
            "claw-back",
            "is bought",
            instead("chalicelib.domain.disputes.dispute.Dispute.keeps_goods", property(lambda _: None)),
        ),
        Fault(
            "an order's place is not looked at",
            "sale",
            "while it is bought",
            fenced(inserts=False, versions=False),
        ),
    )
