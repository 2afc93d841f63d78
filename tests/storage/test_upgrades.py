"""What earlier builds stored is still read."""

from typing import Any

import pytest

from chalicelib.domain.content import Content, FilesOffer, Text, WorkOffer
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.orders.consultation import Consultation, ConsultationState, Prepaid
from chalicelib.domain.orders.order import Order, Terms
from chalicelib.domain.terms import TermSettings
from chalicelib.domain.twips import Twip
from chalicelib.storage.codec import Item, decode, encode

FLAT: Item = {
    "pk": {"S": "ORD#o1"},
    "sk": {"S": "ORD"},
    "owner": {"S": "ORDERS#vera"},
    "owner_at": {"S": "1780000000000#o1"},
    "id": {"S": "o1"},
    "twip_id": {"S": "t1"},
    "customer_id": {"S": "vera"},
    "performer_id": {"S": "pavel"},
    "mode": {"S": "text"},
    "price_minor": {"N": "90000"},
    "commission_bps": {"N": "1500"},
    "currency": {"S": "RUB"},
    "title": {"M": {"en": {"S": "Chess"}}},
    "created_ms": {"N": "1780000000000"},
    "fingerprint": {"S": "f1"},
    "state": {"S": "closed"},
    "prepaid": {"S": "used"},
    "escrow_minor": {"N": "0"},
    "leave_right": {"BOOL": False},
    "live": {"S": "o1-0003"},
    "calls": {"N": "3"},
    "ended_ms": {"N": "1780000009000"},
    "act_key": {"S": "k"},
    "edition": {"S": "e1"},
    "version": {"N": "7"},
}
SPANS = TermSettings().of_consultation()
ORDER = Order(
    id="o1",
    twip_id="t1",
    customer_id="vera",
    performer_id="pavel",
    terms=Terms(90_000, 1500, "RUB", {"en": "Chess"}, "e1", SPANS.lasts_ms, SPANS.reminds_ms),
    body=Consultation(Mode.TEXT, ConsultationState.CLOSED, Prepaid.USED, leave_right=False, live="o1-0003", calls=3),
    created_ms=1_780_000_000_000,
    fingerprint="f1",
    ended_ms=1_780_000_009_000,
    act_key="k",
    version=7,
)


def test_an_order_from_before_there_were_kinds_is_one_of_a_consultation() -> None:
    assert decode(Order, FLAT) == ORDER


def test_a_young_one_of_them_takes_the_defaults() -> None:
    young = {name: value for name, value in FLAT.items() if name not in ("live", "edition", "ended_ms", "act_key")}
    found = decode(Order, young)
    assert (found.body.live, found.terms.edition, found.ended_ms, found.act_key) == (None, "", None, None)


@pytest.mark.rule("D24", "D31")
@pytest.mark.parametrize("known", [{}, {"window": {"N": "1000"}}, {"window": {"N": "1000"}, "delivery": {"N": "5"}}])
def test_what_an_order_did_not_agree_on_is_as_by_default_and_what_it_did_stays(known: Item) -> None:
    terms: Item = {name: value for name, value in encode(ORDER)["terms"]["M"].items() if name != "reminds_ms"}
    found = decode(Order, {**encode(ORDER), "terms": {"M": {**terms, "lasts_ms": {"M": known}}}}).terms
    agreed = {name: int(length["N"]) for name, length in known.items()}
    assert (found.lasts_ms, found.reminds_ms) == (SPANS.lasts_ms | agreed, SPANS.reminds_ms)


def test_once_written_it_has_the_shape_of_today_and_is_read_as_the_same() -> None:
    written = encode(decode(Order, FLAT))
    assert written["body"]["M"]["kind"] == {"S": "consultation"}
    assert not written.keys() & {"mode", "prepaid", "price_minor", "state"}
    assert decode(Order, written) == ORDER


def flat_twip(kind: str, **whole: int) -> Item:
    said = {
        "languages": {"L": [{"S": "en"}]},
        "texts": {"M": {"en": {"M": {"title": {"S": "Logo"}, "description": {"S": "A mark."}}}}},
        "prices": {"M": {}},
        **{name: {"N": str(number)} for name, number in whole.items()},
    }
    return {**encode(Twip("t1", "irina", TwipKind(kind), 0, "f")), "draft": {"M": said}, "published": {"M": said}}


@pytest.mark.parametrize(
    ("item", "offer"),
    [
        (flat_twip("work", price_minor=500_000, days=7), {"work": WorkOffer(500_000, 7)}),
        (flat_twip("work", days=7), {"work": WorkOffer(None, 7)}),
        (flat_twip("work"), {}),
        (flat_twip("files", price_minor=100), {"files": FilesOffer(100)}),
    ],
)
def test_a_twip_whose_whole_price_lay_flat_has_the_offer_of_its_kind(item: Item, offer: dict[str, Any]) -> None:
    said = Content((Lang.EN,), {Lang.EN: Text("Logo", "A mark.")}, **offer)
    found = decode(Twip, item)
    assert (found.draft, found.published) == (said, said)
    assert decode(Twip, encode(found)) == found


@pytest.mark.parametrize(("prepaid", "refunded_minor"), [("returned", 90_000), ("used", 0), ("held", 0)])
def test_an_order_that_did_not_know_what_was_refunded_has_its_whole_price_back_or_nothing(
    prepaid: str, refunded_minor: int
) -> None:
    flat = FLAT | {"prepaid": {"S": prepaid}}
    bodied = {name: value for name, value in encode(decode(Order, flat)).items() if name != "refunded_minor"}
    assert decode(Order, flat).refunded_minor == decode(Order, bodied).refunded_minor == refunded_minor
