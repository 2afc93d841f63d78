"""What one performer has on sale."""

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.domain.kinds import TwipKind
from chalicelib.services.people.staff import Change
from tests.support.market import Market, consultation, files, work


@pytest.fixture
def market() -> Market:
    return Market()


@pytest.mark.rule("E4")
def test_a_page_lists_what_is_on_sale_of_every_kind_and_nothing_else(market: Market) -> None:
    lease = market.published(consultation("Lease check"))
    market.house.hands.forward(1)
    rewrite = market.published(work("A lease rewritten", bring="The lease"), kind=TwipKind.WORK)
    market.house.hands.forward(1)
    forms = market.published(files("Forms of leases"), kind=TwipKind.FILES)
    market.draft(consultation("A draft"))
    market.pending(consultation("Not read yet"))
    gone = market.published(consultation("Off the market"))
    market.house.twips.withdraw(market.irina.id, gone.id)
    market.published(consultation("Somebody else's"), author=market.dina)
    found = market.house.offers.of(market.irina.id, cursor=None, limit=50)
    assert [offer.twip_id for offer in found.items] == [forms.id, rewrite.id, lease.id]
    assert found.next_cursor is None
    assert {text.bring for offer in found.items for text in offer.content.texts.values()} == {""}
    assert found.items[0].content.files is not None
    assert not any(found.items[0].content.files.goods.links)


@pytest.mark.rule("E4")
def test_drafts_between_two_twips_leave_no_page_short(market: Market) -> None:
    sold = []
    for number in range(5):
        sold.append(market.published(consultation(f"Lease {number}")).id)
        market.house.hands.forward(1)
        market.draft(consultation(f"Draft {number}"))
        market.house.hands.forward(1)
    read: list[str] = []
    cursor = None
    sizes = []
    while True:
        part = market.house.offers.of(market.irina.id, cursor=cursor, limit=2)
        read += [offer.twip_id for offer in part.items]
        sizes.append(len(part.items))
        cursor = part.next_cursor
        if cursor is None:
            break
    assert read == sold[::-1]
    assert sizes[:3] == [2, 2, 1]


@pytest.mark.rule("E4")
def test_nobody_reads_the_twips_of_somebody_who_is_blocked_or_not_there(market: Market) -> None:
    market.published()
    market.house.staff.change(market.mark.id, market.irina.id, Change(blocked=True))
    for user_id in (market.irina.id, "0" * 26):
        with pytest.raises(NotFound):
            market.house.offers.of(user_id, cursor=None, limit=50)
