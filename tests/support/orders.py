"""Orders for tests: made without a market, changed wherever a field lies, ended without a service."""

from dataclasses import fields, replace
from typing import Any

from chalicelib.billing import escrow
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import Consultation, ConsultationAct
from chalicelib.domain.orders.files import Files, FilesState
from chalicelib.domain.orders.order import ConsultationOrder, FilesOrder, Order, Terms, WorkOrder, act_on, place
from chalicelib.domain.orders.work import Work
from chalicelib.domain.parties import Party
from chalicelib.domain.terms import PROFILES


def consultation(
    order_id: str,
    *,
    price_minor: int,
    at_ms: int,
    mode: Mode = Mode.VIDEO,
    twip_id: str = "t" * 26,
    customer_id: str = "cora",
    performer_id: str = "pavel",
    **changes: Any,
) -> ConsultationOrder:
    """A young order with its prepaid block in escrow, but for the changes."""
    spans = PROFILES["real"].of_consultation()
    order = Order(
        id=order_id,
        twip_id=twip_id,
        customer_id=customer_id,
        performer_id=performer_id,
        terms=Terms(price_minor, 1500, "RUB", {"en": "Advice"}, lasts_ms=spans.lasts_ms, reminds_ms=spans.reminds_ms),
        body=Consultation(mode),
        created_ms=at_ms,
        fingerprint="",
        escrow_minor=price_minor,
    )
    return changed(order, **changes)


def work(order_id: str, *, price_minor: int, at_ms: int, days: int = 10, **changes: Any) -> WorkOrder:
    """Work that Cora has just ordered of Pavel, with its price in escrow, but for changes of its body."""
    spans = PROFILES["real"].of_work(days)
    terms = Terms(price_minor, 1500, "RUB", {"en": "A logo"}, lasts_ms=spans.lasts_ms, reminds_ms=spans.reminds_ms)
    order = place(
        order_id=order_id,
        twip_id="t" * 26,
        customer_id="cora",
        performer_id="pavel",
        terms=terms,
        body=Work(days),
        fingerprint="",
        now_ms=at_ms,
    )
    held, _ = escrow.hold(order, at_ms=at_ms)
    return replace(held, body=replace(held.body, **changes))


def files(order_id: str, *, price_minor: int, at_ms: int, state: FilesState = FilesState.BOUGHT) -> FilesOrder:
    """Files that Cora has bought of Pavel, who was paid."""
    spans = PROFILES["real"].of_files()
    terms = Terms(price_minor, 1500, "RUB", {"en": "Fonts"}, lasts_ms=spans.lasts_ms, reminds_ms=spans.reminds_ms)
    return place(
        order_id=order_id,
        twip_id="t" * 26,
        customer_id="cora",
        performer_id="pavel",
        terms=terms,
        body=Files(state),
        fingerprint="",
        now_ms=at_ms,
    )


def changed(order: ConsultationOrder, **changes: Any) -> ConsultationOrder:
    """The order with other fields, of its own, of its terms or of its body."""
    terms = {f.name: changes.pop(f.name) for f in fields(Terms) if f.name in changes}
    body = {f.name: changes.pop(f.name) for f in fields(Consultation) if f.name in changes}
    return replace(order, terms=replace(order.terms, **terms), body=replace(order.body, **body), **changes)


def end_order(order: ConsultationOrder, act: ConsultationAct, *, key: str, now_ms: int) -> ConsultationOrder:
    """Cancelled or closed by its customer, with what that does to the escrow."""
    acted, row = act_on(order, act, order.facts(Party.CUSTOMER, now_ms), key=key)
    return escrow.post(row, acted, at_ms=now_ms)[0]
