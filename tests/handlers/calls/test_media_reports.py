"""Sessions over HTTP: their media reports."""

import pytest

from chalicelib.domain.kinds import Mode
from chalicelib.domain.media_reports import MediaReport
from chalicelib.domain.parties import Side
from chalicelib.domain.people import Role, User
from chalicelib.domain.sessions import Session, State, session_id
from chalicelib.services.changes import Insert
from tests.support.house import House
from tests.support.media import MINUTE
from tests.support.orders import consultation
from tests.support.people import settle
from tests.support.sales import offer
from tests.support.web import Web


@pytest.fixture
def talk(house: House) -> tuple[str, User, User]:
    """A session that two people had, with one report of each."""
    cora, pavel = settle(house, "cora@example.org"), settle(house, "pavel@example.org")
    order = consultation(
        "0" * 26,
        price_minor=100,
        at_ms=1,
        twip_id=offer(house, pavel).id,
        customer_id=cora.id,
        performer_id=pavel.id,
    )
    ident = session_id(order.id, 1)
    session = Session(
        id=ident,
        order_id=order.id,
        customer_id=cora.id,
        performer_id=pavel.id,
        mode=Mode.VIDEO,
        price_minor=100,
        commission_bps=1500,
        state=State.ENDED,
        called_ms=1,
        deadline_ms=2,
    )
    house.store.commit(Insert(order), Insert(session))
    for number, side in enumerate(Side):
        report = MediaReport(
            ident, side, 1_800_000_000_000 + number, 1_799_999_990_000 if number == 0 else None, (MINUTE,)
        )
        house.store.commit(Insert(report))
    return ident, cora, pavel


@pytest.mark.rule("D29")
def test_each_side_reads_what_both_pages_measured(web: Web, talk: tuple[str, User, User]) -> None:
    ident, cora, pavel = talk
    answer = web.by(cora).get(f"/sessions/{ident}/media")
    assert answer.status == 200
    performers, customers = answer.body["items"]
    assert performers["side"] == "performer"
    assert performers["first_media_at"] is None
    sample = dict(MINUTE._asdict())
    assert sample.pop("at_ms") == 1_800_000_060_000
    assert customers == {
        "side": "customer",
        "at": "2027-01-15T08:00:00.000Z",
        "first_media_at": "2027-01-15T07:59:50.000Z",
        "samples": [{"at": "2027-01-15T08:01:00.000Z", **sample}],
    }
    one = web.by(pavel).get(f"/sessions/{ident}/media?limit=1").body
    assert one["items"] == [performers]
    assert web.by(pavel).get(f"/sessions/{ident}/media?cursor={one['next_cursor']}").body["items"] == [customers]


@pytest.mark.rule("D29")
def test_nobody_else_reads_it(house: House, web: Web, talk: tuple[str, User, User]) -> None:
    ident, _, _ = talk
    for stranger in (settle(house, "eve@example.org"), settle(house, "judge@example.org", Role.ARBITER)):
        assert web.by(stranger).get(f"/sessions/{ident}/media").status == 404
    assert web.get(f"/sessions/{ident}/media").status == 401
