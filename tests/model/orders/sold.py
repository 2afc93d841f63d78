"""What must hold of files that were bought: worlds in which they are, and what their faults break (R81, D9, D12, D25, D27)."""

from collections import Counter

from chalicelib.billing.ledger import Kind as Why
from chalicelib.domain.orders.files import Files, KeyUse
from chalicelib.domain.orders.order import FilesOrder, Order
from chalicelib.services.keys import bought_id
from tests.model.orders.acts import CORA, PRICE, Act, Kind
from tests.model.orders.stored import Stored

TWIP = "t1"
FIRST, SECOND = (bought_id(CORA, TWIP, number) for number in (1, 2))


def broken_state(stored: Stored) -> str | None:
    """The first invariant that a stored state breaks, or None."""
    orders = _orders(stored)
    had = Counter((order.customer_id, order.twip_id) for order in orders if order.body.access)
    if any(times > 1 for times in had.values()):
        return "the same files were sold twice to one customer"
    if len({order.fingerprint for order in orders}) < len(orders):
        return "one request has bought twice"
    if len(orders) > len(stored.of(KeyUse)):
        return "files were bought, and nobody knows by which key"
    sales = Counter(entry.order_id for entry in stored.journal.values() if entry.kind is Why.SALE)
    if sales != Counter(order.id for order in orders):
        return f"{len(orders)} orders of files, and {sales.total()} sales"
    return next((f"{order.id} holds {order.escrow_minor}" for order in orders if order.escrow_minor), None)


def broken_commit(before: Stored, after: Stored, act: Act) -> str | None:
    """The first invariant that a purchase breaks, or None: it is paid for at once, and whoever had lost access may make it again."""
    known = {order.id for order in _orders(before)}
    for order in _orders(after):
        if order.id in known:
            continue
        if act.kind is not Kind.BUY or not order.body.access or order.ended_ms is None:
            return f"{act}, and {order.id} is {order.body.state}"
        paid_minor = before.available_minor(order.customer_id) - after.available_minor(order.customer_id)
        if paid_minor != PRICE:
            return f"{act}, and {paid_minor} was paid"
        if order.id == SECOND and any(one.body.access for one in _orders(before)):
            return f"{act}, and has them already"
    return None


def _orders(stored: Stored) -> list[FilesOrder]:
    return [order for order in stored.of(Order) if isinstance(order.body, Files)]
