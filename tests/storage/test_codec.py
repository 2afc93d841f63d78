"""Entities to attribute values and back: a row of figures is one short text."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.attachments import Attached
from chalicelib.domain.connections import Connection
from chalicelib.domain.media_reports import MediaReport, Sample
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.order import Deadline, Order, WorkOrder
from chalicelib.domain.orders.proposals import Proposal
from chalicelib.domain.orders.work import Refused, Work, WorkState
from chalicelib.domain.parties import Party, Side
from chalicelib.storage.codec import decode, encode
from tests.support.orders import work

ATTACHED = Attached("a1", "План.pdf", "application/pdf", 4_100_000)
COUNT = st.integers(0, 2**53)
GAUGE = st.none() | COUNT
HINTS: dict[Any, st.SearchStrategy[Any]] = {int: COUNT, int | None: GAUGE, bool: st.booleans()}
SAMPLES = st.builds(Sample, **{name: HINTS[hint] for name, hint in Sample.__annotations__.items()})


@given(st.lists(SAMPLES, max_size=3), GAUGE)
def test_a_report_is_read_as_it_was_written(samples: list[Sample], first_media_ms: int | None) -> None:
    report = MediaReport("session", Side.CUSTOMER, 7, first_media_ms, tuple(samples))
    assert decode(MediaReport, encode(report)) == report


@given(st.frozensets(st.text(), max_size=3))
def test_a_set_is_read_as_it_was_written_and_an_empty_one_is_left_out(session_ids: frozenset[str]) -> None:
    line = Connection("line", "vera", 1, 2, session_ids=session_ids)
    written = encode(line)
    assert ("session_ids" in written) is bool(session_ids)
    assert decode(Connection, written) == line


def test_a_sample_is_one_text_without_names() -> None:
    sample = Sample(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, None, 13, True, False, True, False)
    written = encode(MediaReport("session", Side.CUSTOMER, 7, None, (sample,)))["samples"]
    assert written == {"L": [{"S": "1,2,3,4,5,6,7,8,9,10,11,,13,1,0,1,0"}]}


@pytest.mark.parametrize("text", ["", "1,2", "x" * 5])
def test_a_row_that_lacks_what_it_needs_is_no_sample(text: str) -> None:
    item = encode(MediaReport("session", Side.CUSTOMER, 7, None, ()))
    with pytest.raises((TypeError, ValueError)):
        decode(MediaReport, {**item, "samples": {"L": [{"S": text}]}})


@dataclass(frozen=True)
class Cash:
    """Two ways to pay, which look alike when written down."""

    amount_minor: int


@dataclass(frozen=True)
class Cheque:
    amount_minor: int
    bank: str | None = None


PAYMENTS: dict[str, type[Any]] = {"cash": Cash, "cheque": Cheque}
T = TypeVar("T", bound=Cash | Cheque)


@dataclass(frozen=True)
class Bill(Generic[T]):
    paid_by: Annotated[T, PAYMENTS]
    change: Annotated[Cash | Cheque | None, PAYMENTS]


@dataclass(frozen=True)
class Ambiguous:
    paid_by: Cash | Cheque | None


@dataclass(frozen=True)
class Labelled:
    kind: str


@dataclass(frozen=True)
class Clash:
    body: Annotated[Labelled, {"labelled": Labelled}]


@pytest.mark.parametrize("value", [Cash(5), Cheque(5)])
def test_a_union_of_several_classes_is_refused_instead_of_read_as_its_first(value: Cash | Cheque) -> None:
    with pytest.raises(TypeError, match="tags"):
        encode(Ambiguous(value))
    with pytest.raises(TypeError, match="tags"):
        decode(Ambiguous, {"paid_by": {"M": encode(value)}})


@pytest.mark.parametrize("paid_by", [Cash(5), Cheque(5), Cheque(5, "Bank")])
@pytest.mark.parametrize("change", [None, Cash(1), Cheque(2)])
def test_what_is_tagged_is_read_as_the_class_that_was_written(
    paid_by: Cash | Cheque, change: Cash | Cheque | None
) -> None:
    bill = Bill(paid_by, change)
    assert decode(Bill, encode(bill)) == bill


def test_a_tag_is_a_name_of_the_trade_and_no_class() -> None:
    assert encode(Bill(Cheque(5), None))["paid_by"] == {"M": {"kind": {"S": "cheque"}, "amount_minor": {"N": "5"}}}


@pytest.mark.parametrize("item", [{"amount_minor": {"N": "5"}}, {"kind": {"S": "barter"}, "amount_minor": {"N": "5"}}])
def test_what_has_no_known_tag_is_not_guessed_at(item: Any) -> None:
    with pytest.raises(KeyError):
        decode(Bill, {"paid_by": {"M": item}})


def test_a_class_without_a_tag_is_not_written() -> None:
    with pytest.raises(TypeError, match="no tag"):
        encode(Bill(Labelled("x"), None))


def test_no_field_takes_the_place_of_the_tag() -> None:
    with pytest.raises(TypeError, match="kind"):
        encode(Clash(Labelled("x")))


WORK = replace(
    work(
        "o1",
        price_minor=9_000,
        at_ms=1,
        state=WorkState.REFUSED,
        deliveries=2,
        delivered_ms=5,
        overdue=True,
        proposal=Proposal(3, Party.CUSTOMER, 9, to_performer_minor=0),
        proposals=3,
        to_performer_minor=0,
        refused=Refused("I am ill", started=True, waivable_until_ms=7),
    ),
    refunded_minor=9_000,
    deadline=Deadline("overdue", 4, None, left_ms=0, reminded=True),
)


@pytest.mark.parametrize("order", [WORK, replace(WORK, body=Work(1)), work("o2", price_minor=1, at_ms=1)])
def test_an_order_of_work_is_read_as_it_was_written(order: WorkOrder) -> None:
    assert decode(Order, encode(order)) == order


def test_an_order_of_work_that_knew_less_takes_the_defaults() -> None:
    item = encode(work("o1", price_minor=9_000, at_ms=1))
    del item["refunded_minor"], item["deadline"]["M"]["reminded"], item["terms"]["M"]["reminds_ms"]
    item["body"]["M"] = {"kind": {"S": "work"}, "days": {"N": "10"}, "state": {"S": "placed"}}
    found = decode(Order, item)
    assert (found.refunded_minor, found.terms.reminds_ms, found.body) == (0, {}, Work(10))


@pytest.mark.parametrize(
    "event",
    [
        OrderEvent("o1", "k", "start", Party.PERFORMER, 1, 2, "working"),
        OrderEvent(
            "o1", "k", "deliver", Party.PERFORMER, 1, 2, "delivered", "f", "Done", (ATTACHED, ATTACHED), {"days": 3}
        ),
    ],
)
def test_an_event_is_read_as_it_was_written(event: OrderEvent) -> None:
    assert decode(OrderEvent, encode(event)) == event
