"""Orders of consultations: placing, cancelling, closing (R25 to R36, D8, D9)."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.content import Content
from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Consultation, ConsultationAct, OpenOrder
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.orders.retention import ErasureJob
from chalicelib.domain.terms import TermSettings
from chalicelib.services.calls.metering import Metering
from chalicelib.services.changes import Change, Insert, Ref, Remove
from chalicelib.services.keys import fingerprint
from chalicelib.services.orders.acting import Acting, Way
from chalicelib.services.orders.placing import Offer, Placing, Purchase, order_id_of


@dataclass(frozen=True)
class Consultations:
    """Every act is keyed: its repeat answers what was answered first (D12)."""

    placing: Placing
    acting: Acting
    metering: Metering
    terms: TermSettings

    def place(self, customer_id: str, *, twip_id: str, mode: Mode, price_minor: int, key: str) -> ConsultationOrder:
        """An order at the price that the customer has confirmed (R29): its first block leaves their account (R30).

        Raises NotFound, InvalidInput, OwnTwip, PriceChanged, AlreadyOrdered, InsufficientFunds, KeyReused."""
        order_id = order_id_of(customer_id, key)
        return self.placing.place(
            Purchase(
                order_id=order_id,
                customer_id=customer_id,
                twip_id=twip_id,
                kind=Consultation,
                price_minor=price_minor,
                fingerprint=fingerprint({"twip_id": twip_id, "mode": mode, "price_minor": price_minor}),
                offer=lambda content: Offer(Consultation(mode), _price_of(content, mode), self.terms.of_consultation()),
                place=OpenOrder(customer_id, twip_id, mode, order_id),
                taken=Ref(OpenOrder, customer_id, twip_id, mode),
            )
        )

    def cancel(self, user_id: str, order_id: str, *, key: str) -> ConsultationOrder:
        """The customer cancels, and the block returns to their account (R34, R35).

        Raises NotFound, Forbidden, CallLive, WrongState, Unavailable."""
        return self.acting.act(user_id, order_id, ConsultationAct.CANCEL, self.ending, key=key)

    def close(self, user_id: str, order_id: str, *, key: str) -> ConsultationOrder:
        """Either side closes an order whose block is used, without a refund (D8). Raises NotFound, CallLive, WrongState, Unavailable."""
        return self.acting.act(user_id, order_id, ConsultationAct.CLOSE, self.ending, key=key)

    @property
    def ending(self) -> Way[Consultation]:
        """How one is cancelled or closed."""
        return Way(Consultation, caught_up=self._caught_up, with_it=_freed)

    def _caught_up(self, order: ConsultationOrder, now_ms: int) -> ConsultationOrder:
        """Time may have ended its call already (nobody answered, nobody came back) without anything having noticed yet."""
        live = order.body.live
        return order if live is None else self.metering.advance(live, now_ms).order


def _price_of(content: Content, mode: Mode) -> int:
    """Of a block in this mode. Raises InvalidInput when it is not offered (R25)."""
    in_force = content.prices.get(mode)
    if in_force is None:
        raise InvalidInput((FieldError("mode", "not_offered"),))
    return in_force


def _freed(order: ConsultationOrder) -> Iterable[Change]:
    """With its end the place of the open order is free again (D9), and what was said in its sessions, if there were any, is kept for its
    term (D29)."""
    yield Remove(OpenOrder(order.customer_id, order.twip_id, order.body.mode, order.id))
    if order.body.calls and order.ended_ms is not None:
        yield Insert(ErasureJob(order.ended_ms, order.id, order.body.calls))
