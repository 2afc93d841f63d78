"""Who is told what, by which channel."""

import pytest

from chalicelib.domain.availability import Status
from chalicelib.domain.people import Purpose
from chalicelib.services.frames import Balance, OrderUpdated
from chalicelib.services.frames import Status as StatusFrame
from chalicelib.services.ports import Undelivered
from tests.support.market import Market
from tests.support.people import somebody
from tests.support.trade import Trade

VERA = somebody("vera")


@pytest.fixture
def trade() -> Trade:
    made = Trade()
    made.quiet()
    return made


@pytest.mark.rule("R52")
def test_of_an_order_both_sides_are_told_and_the_customer_of_their_account_too(trade: Trade) -> None:
    trade.house.notices.order_changed(trade.order)
    assert trade.frames(trade.pavel) == [OrderUpdated(trade.order_id)]
    held = trade.account("cora").available_minor
    assert trade.frames(trade.cora) == [OrderUpdated(trade.order_id), Balance(held)]


@pytest.mark.rule("R52")
def test_of_an_account_its_owner_alone_is_told(trade: Trade) -> None:
    trade.house.notices.account_changed("cora")
    assert trade.frames(trade.cora) == [Balance(trade.account("cora").available_minor)]
    assert trade.frames(trade.pavel) == []


@pytest.mark.rule("R18")
def test_of_a_status_the_performers_pages_are_told(trade: Trade) -> None:
    trade.house.notices.status_changed("pavel", Status.AWAY)
    assert trade.frames(trade.pavel) == [StatusFrame("away")]
    assert trade.frames(trade.cora) == []


@pytest.mark.rule("R10", "D2")
def test_of_a_decision_its_author_is_told_by_mail_with_the_title_and_the_page_to_open() -> None:
    market = Market()
    pending = market.pending()
    notices, outbox = market.house.notices, market.house.outbox
    notices.twip_approved(market.irina, pending)
    notices.twip_rejected(market.irina, pending)
    approved, rejected = outbox.mails[-2:]
    page = f"https://twip.example/twips/{pending.id}"
    assert (approved.to, approved.facts) == (market.irina.email, {"title": "Lease check", "link": page})
    assert rejected.facts == {"title": "Lease check", "link": f"{page}/edit", "reason": ""}


@pytest.mark.rule("E16")
def test_a_link_leads_to_the_page_of_its_purpose_and_its_token_reaches_no_server(trade: Trade) -> None:
    for purpose in Purpose:
        mail = trade.house.notices.link(purpose, VERA, "secret")
        assert mail.facts == {"link": f"https://twip.example/{purpose}#token=secret"}
        assert (mail.to, mail.template, mail.lang) == (VERA.email, purpose, VERA.lang)


def test_a_mail_that_only_tells_may_be_lost_and_one_that_is_waited_for_may_not(trade: Trade) -> None:
    trade.house.outbox.breaks()
    trade.house.notices.password_changed(VERA)
    with pytest.raises(Undelivered):
        trade.house.notices.send(trade.house.notices.taken(VERA))
    with pytest.raises(Undelivered):
        trade.house.notices.remind(VERA.email)
