"""What was said and charged in a session is for its two sides, and for nobody else (E13, D29)."""

import pytest

from chalicelib.domain.durations import REAL
from chalicelib.domain.errors import Gone, NotFound
from chalicelib.domain.orders.order import Mode, Order, OrderAct, end_order
from chalicelib.services.calls.history import History
from chalicelib.services.changes import Ref, Save
from tests.services.scene import Scene


def _talk() -> tuple[Scene, History, str]:
    scene = Scene()
    customer, performer = scene.people()
    session_id = scene.calls.start(customer, scene.order(Mode.TEXT).id).session_id
    scene.calls.answer(performer, session_id)
    scene.sessions.say(customer.id, session_id, "message-1", "hello")
    scene.pass_time(1_000)
    scene.sessions.say(performer.id, session_id, "message-2", "good day")
    scene.pass_time(1_000)
    scene.sessions.say(customer.id, session_id, "message-3", "here is my question")
    return scene, History(scene.store, scene.ports, REAL), session_id


def _end(scene: Scene, session_id: str) -> None:
    """The customer hangs up, and the order is closed."""
    scene.calls.hang_up(scene.connections.holder("line-customer-0"), session_id)
    order = scene.store.get(Ref(Order, session_id.rpartition("-")[0]))
    assert order is not None
    scene.store.commit(Save(end_order(order, OrderAct.CLOSE, key="key", now_ms=scene.ports.at_ms)))


@pytest.mark.rule("E13", "D29")
def test_both_sides_read_the_transcript_newest_first_and_page_by_page() -> None:
    _, history, session_id = _talk()
    first = history.transcript("customer-0", session_id, limit=2)
    rest = history.transcript("performer-0", session_id, limit=2, cursor=first.next_cursor)
    assert [m.text for m in (*first.items, *rest.items)] == ["here is my question", "good day", "hello"]


@pytest.mark.rule("D29")
def test_an_open_orders_transcript_is_kept_however_old_it_is() -> None:
    scene, history, session_id = _talk()
    scene.calls.hang_up(scene.connections.holder("line-customer-0"), session_id)
    scene.pass_time(10 * REAL.retention_ms)
    assert len(history.transcript("customer-0", session_id).items) == 3


@pytest.mark.rule("D29")
@pytest.mark.parametrize("side", ["customer-0", "performer-0"])
def test_the_transcript_is_hidden_from_both_180_days_after_the_orders_end_by_the_clock_alone(side: str) -> None:
    scene, history, session_id = _talk()
    _end(scene, session_id)
    scene.pass_time(REAL.retention_ms - 1)
    assert len(history.transcript(side, session_id).items) == 3
    scene.pass_time(1)
    with pytest.raises(Gone) as refused:
        history.transcript(side, session_id)
    assert refused.value.what == "transcript"
    assert history.session(side, session_id)[0].id == session_id, "what it cost is not what was said"


@pytest.mark.rule("D29")
def test_a_stranger_is_not_even_told_that_there_was_a_transcript() -> None:
    scene, history, session_id = _talk()
    _end(scene, session_id)
    scene.pass_time(REAL.retention_ms)
    with pytest.raises(NotFound):
        history.transcript("customer-1", session_id)


@pytest.mark.rule("D29")
@pytest.mark.parametrize("stranger", ["customer-1", "", "arbiter"])
def test_to_everybody_else_there_is_no_such_session(stranger: str) -> None:
    _, history, session_id = _talk()
    with pytest.raises(NotFound):
        history.session(stranger, session_id)
    with pytest.raises(NotFound):
        history.transcript(stranger, session_id)


@pytest.mark.parametrize("ident", ["", "-", "0" * 26, "0" * 26 + "-0009", "no such thing"])
def test_a_made_up_id_names_nothing(ident: str) -> None:
    _, history, _ = _talk()
    with pytest.raises(NotFound):
        history.session("customer-0", ident)
