"""Sessions over HTTP: what was said in them (E13, D29)."""

import pytest

from chalicelib.domain.chat import Message
from chalicelib.domain.durations import REAL
from chalicelib.domain.kinds import Mode
from chalicelib.domain.orders.consultation import ConsultationState
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Session, State, session_id
from chalicelib.services.changes import Insert
from tests.support.house import House
from tests.support.orders import consultation
from tests.support.people import settle
from tests.support.web import Web


@pytest.mark.rule("E13", "D29")
def test_a_transcript_is_read_by_its_two_sides_for_180_days_and_then_it_is_gone(house: House, web: Web) -> None:
    vera, pavel, oleg = (settle(house, f"{name}@example.org") for name in ("vera", "pavel", "oleg"))
    now_ms, order_id = house.hands.at_ms, "0" * 26
    parties = {"customer_id": vera.id, "performer_id": pavel.id}
    terms = {"mode": Mode.TEXT, "price_minor": 5, "commission_bps": 1500}
    order = consultation(
        order_id,
        price_minor=5,
        at_ms=now_ms,
        mode=Mode.TEXT,
        escrow_minor=0,
        state=ConsultationState.CLOSED,
        ended_ms=now_ms,
        **parties,
    )
    ident = session_id(order_id, 1)
    session = Session(
        id=ident,
        order_id=order_id,
        state=State.ENDED,
        called_ms=now_ms,
        deadline_ms=now_ms,
        **parties,  # type: ignore[arg-type]
        **terms,  # type: ignore[arg-type]
    )
    house.store.commit(
        Insert(order), Insert(session), Insert(Message(ident, Side.CUSTOMER, "message-1", "Hello", now_ms))
    )
    path = f"/sessions/{ident}/transcript"
    house.hands.forward(REAL.retention_ms - 1)
    for side in (vera, pavel):
        assert [message["text"] for message in web.by(side).get(path).body["items"]] == ["Hello"]
    house.hands.forward(1)
    for side in (vera, pavel):
        answer = web.by(side).get(path)
        assert (answer.status, answer.code, answer.body["what"]) == (410, "gone", "transcript")
    assert web.by(vera).get(f"/sessions/{ident}").status == 200
    assert web.by(oleg).get(path).status == 404
