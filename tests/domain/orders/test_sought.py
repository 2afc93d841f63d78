"""Which of their orders somebody looks for."""

from dataclasses import replace

import pytest

from chalicelib.domain.kinds import Standing, TwipKind
from chalicelib.domain.orders.consultation import Prepaid
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.orders.sought import ALL, Sought
from chalicelib.domain.orders.work import WorkState
from chalicelib.domain.parties import Party
from chalicelib.domain.words import asked_for
from tests.support.orders import consultation, files, work

CALL = consultation("call", price_minor=100, at_ms=0)
USED = consultation("used", price_minor=100, at_ms=0, prepaid=Prepaid.USED)
LOGO = work("logo", price_minor=100, at_ms=0)
DONE = replace(work("done", price_minor=100, at_ms=0, state=WorkState.ACCEPTED), ended_ms=5)
RESTS = replace(LOGO, id="rests", dispute="d1")
LATE_DISPUTE = replace(DONE, id="late", dispute="d1")
FONT = files("font", price_minor=100, at_ms=0)
ORDERS = (CALL, USED, LOGO, DONE, RESTS, LATE_DISPUTE, FONT)


def found(sought: Sought, by: Party = Party.CUSTOMER, *, other_name: str = "Pavel Orlov") -> set[str]:
    def is_one(order: AnyOrder) -> bool:
        return sought.may_be(order) and sought.is_found(order, order.facts(by, 10), other_name)

    return {order.id for order in ORDERS if is_one(order)}


@pytest.mark.rule("R32", "R62")
def test_whoever_looks_for_nothing_in_particular_finds_everything() -> None:
    assert found(ALL) == {order.id for order in ORDERS}


@pytest.mark.rule("R32", "R62", "R82")
def test_a_kind_is_found_whatever_its_state() -> None:
    assert found(Sought(kind=TwipKind.CONSULTATION)) == {"call", "used"}
    assert found(Sought(kind=TwipKind.WORK)) == {"logo", "done", "rests", "late"}
    assert found(Sought(kind=TwipKind.FILES)) == {"font"}


@pytest.mark.rule("R32", "R62", "R82")
@pytest.mark.parametrize(
    ("standing", "which"),
    [
        (Standing.OPEN, {"call", "used", "logo", "rests"}),
        (Standing.OVER, {"done", "late", "font"}),
        (Standing.DISPUTED, {"rests", "late"}),
    ],
)
def test_a_standing_means_the_same_for_every_kind_and_for_both_sides(standing: Standing, which: set[str]) -> None:
    assert (
        found(Sought(standing=standing), Party.CUSTOMER) == which == found(Sought(standing=standing), Party.PERFORMER)
    )


@pytest.mark.rule("R32", "R62")
def test_what_waits_for_one_side_does_not_wait_for_the_other() -> None:
    assert found(Sought(standing=Standing.WAITING), Party.CUSTOMER) == {"call"}, "a block that is paid and not used"
    assert found(Sought(standing=Standing.WAITING), Party.PERFORMER) == {"logo"}, "work that is to be started"


@pytest.mark.rule("R32", "R62")
@pytest.mark.parametrize("query", ["logos", "a LOGO by pavel", "orl", "  "])
def test_words_are_of_the_title_or_of_the_other_sides_name(query: str) -> None:
    assert found(Sought(kind=TwipKind.WORK, words=asked_for(query))) == {"logo", "done", "rests", "late"}


def test_all_words_must_be_said_and_whoever_is_gone_has_no_name() -> None:
    assert found(Sought(words=asked_for("logo vera"))) == set()
    assert found(Sought(words=asked_for("pavel")), other_name="") == set()


def test_all_that_is_given_must_fit() -> None:
    assert found(Sought(TwipKind.WORK, Standing.OVER, asked_for("logo"))) == {"done", "late"}
    assert found(Sought(TwipKind.CONSULTATION, Standing.OVER)) == set()
