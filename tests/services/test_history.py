"""What was said and charged in a session is for its two sides, and for nobody else (E13, D29)."""

import pytest

from bench.scene import Scene
from chalicelib.domain.errors import NotFound
from chalicelib.domain.orders import Mode
from chalicelib.services.history import History


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
    return scene, History(scene.store), session_id


@pytest.mark.rule("E13", "D29")
def test_both_sides_read_the_transcript_newest_first_and_page_by_page() -> None:
    _, history, session_id = _talk()
    first = history.transcript("customer-0", session_id, limit=2)
    rest = history.transcript("performer-0", session_id, limit=2, cursor=first.next_cursor)
    assert [m.text for m in (*first.items, *rest.items)] == ["here is my question", "good day", "hello"]


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
