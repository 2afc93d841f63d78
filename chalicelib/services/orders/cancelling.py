"""Cancelling an order whatever it is of: the money goes back to its customer (R34, R35, D8, D21, D22, D33)."""

from dataclasses import dataclass

from chalicelib.billing.escrow import CANCEL
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.services.orders.acting import Acting
from chalicelib.services.orders.consultations import Consultations
from chalicelib.services.orders.works import Works


@dataclass(frozen=True)
class Cancelling:
    """Each kind says when it may be."""

    acting: Acting
    consultations: Consultations
    works: Works

    def cancel(self, user_id: str, order_id: str, *, key: str) -> AnyOrder:
        """The customer cancels. Raises NotFound, Forbidden, WrongState, CallLive, Unavailable."""
        ways = (self.consultations.ending, self.works.cancelling)
        return self.acting.act(user_id, order_id, CANCEL, *ways, key=key)
