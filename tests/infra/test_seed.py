"""The demo twips of a first start."""

import pytest

from chalicelib.domain.attachments import File
from chalicelib.domain.content import Amendment, Content, FilesOffer, Text, WorkOffer, amended, check_complete
from chalicelib.domain.goods import Good, Goods
from chalicelib.domain.kinds import OTHER, Lang, Mode, TwipKind
from infra.local.seed import JOBS, OFFERS, Offer


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: next(iter(offer.texts.values()))[0])
def test_a_demo_twip_can_be_submitted_as_it_is(offer: Offer) -> None:
    texts = {Lang(lang): Text(*said) for lang, said in offer.texts.items()}
    prices = {Mode(mode): price_minor for mode, price_minor in offer.prices.items()}
    work = WorkOffer(*offer.work) if offer.work else None
    goods = tuple(
        Good(name, File(name, "text/plain", len(text.encode()), ""), "") for name, text in offer.goods.items()
    )
    files = FilesOffer(offer.files, Goods(goods, offer.links)) if offer.files else None
    labelled = amended(
        Content(tuple(texts), texts, prices, work, files), Amendment(category=offer.category, tags=offer.tags)
    )
    check_complete(TwipKind(offer.cost["kind"]), labelled)
    assert labelled.category != OTHER
    assert labelled.tags == offer.tags != ()


def test_a_first_start_shows_every_kind_in_both_languages() -> None:
    kinds = [offer.cost["kind"] for offer in OFFERS]
    assert (kinds.count("consultation"), kinds.count("work"), kinds.count("files")) == (4, 3, 2)
    assert {lang for offer in OFFERS if offer.work for lang in offer.texts} == {"ru", "en"}
    assert {lang for offer in OFFERS if offer.files for lang in offer.texts} == {"ru", "en"}
    assert all(offer.goods for offer in OFFERS if offer.files)


def test_it_shows_what_people_say_and_an_order_that_waits_for_its_customer() -> None:
    authors = [OFFERS[job.offer].author for job in JOBS]
    assert all(OFFERS[job.offer].work and job.customer != author for job, author in zip(JOBS, authors, strict=True))
    assert {author for job, author in zip(JOBS, authors, strict=True) if job.stars} == {
        offer.author for offer in OFFERS
    }
    assert any(job.stars is None for job in JOBS)
