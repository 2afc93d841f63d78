"""Frames out: telling never raises, and says which lines are gone."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Reason
from chalicelib.services.frames import Balance, SessionEnded
from chalicelib.services.ports import Tell
from chalicelib.ws.push import ManagementPush

GONE = ClientError({"Error": {"Code": "GoneException", "Message": ""}}, "PostToConnection")
FAULTS = {
    "fine": None,
    "gone": GONE,
    "throttled": ClientError({"Error": {"Code": "LimitExceededException", "Message": ""}}, "PostToConnection"),
    "silent": ReadTimeoutError(endpoint_url="https://example.org"),
    "broken": RuntimeError("surprise"),
}


class Client:
    """The management side; each connection is named after its fault."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, bytes]] = []
        self.deleted: list[str] = []

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803
        fault = FAULTS[ConnectionId]
        if fault is not None:
            raise fault
        self.posted.append((ConnectionId, Data))

    def delete_connection(self, *, ConnectionId: str) -> None:  # noqa: N803
        fault = FAULTS[ConnectionId]
        if fault is not None:
            raise fault
        self.deleted.append(ConnectionId)


@pytest.fixture
def client() -> Client:
    return Client()


def test_a_frame_is_sent_as_json(client: Client) -> None:
    assert ManagementPush(lambda: client).tell([Tell("fine", Balance(5))]) == frozenset()
    assert client.posted == [("fine", b'{"type":"balance","available_minor":5}')]


def test_enumerations_are_told_by_their_values(client: Client) -> None:
    ended = SessionEnded("s", Reason.VOID, (Side.CUSTOMER,), 0, 0, 0, 0, 0, 0)
    ManagementPush(lambda: client).tell([Tell("fine", ended)])
    assert b'"reason":"void","by":["customer"]' in client.posted[0][1]


def test_of_many_lines_those_that_are_gone_are_named_and_no_other_failure_is_felt(client: Client) -> None:
    push = ManagementPush(lambda: client)
    assert push.tell(Tell(name, Balance(5)) for name in FAULTS) == {"gone"}
    assert [name for name, _ in client.posted] == ["fine"]


@pytest.mark.parametrize("name", [name for name in FAULTS if name not in ("fine", "gone")])
def test_a_line_that_could_not_be_reached_is_not_gone(client: Client, name: str) -> None:
    assert ManagementPush(lambda: client).tell([Tell(name, Balance(5))]) == frozenset()


def test_to_tell_nobody_is_nothing() -> None:
    def never() -> Client:
        raise AssertionError("a client was made for nobody")

    assert ManagementPush(never).tell([]) == frozenset()


def test_a_line_that_is_closed_or_gone_is_closed_and_a_fault_leaves_that_open(client: Client) -> None:
    push = ManagementPush(lambda: client)
    assert [name for name in FAULTS if push.close(name)] == ["fine", "gone"]
    assert client.deleted == ["fine"]
