"""Reviews over HTTP: written by one side, replied to by the other, read by everybody (D24, D34, E1, E4)."""

from typing import Any

import pytest

from chalicelib.domain.twips import OnSale
from chalicelib.handlers.models import iso
from chalicelib.services.changes import Insert
from tests.support.house import House
from tests.support.people import settle
from tests.support.web import Answer, Web
from tests.support.works import DAY, Job


class Desk:
    """The two sides of an order that is accepted, at their pages."""

    def __init__(self, web: Web, job: Job) -> None:
        self.web, self.job = web, job
        job.start()
        job.deliver()
        job.accept()
        self.path = f"/orders/{job.order_id}/review"
        self.vera, self.pavel = web.by(job.vera), web.by(job.pavel)

    def write(self, stars: Any = 5, text: str = "Quick and exact") -> Answer:
        """Vera says it."""
        return self.vera.put(self.path, {"stars": stars, "text": text})

    def reply(self, text: str = "Thank you") -> Answer:
        """Pavel says that."""
        return self.pavel.put(f"{self.path}/reply", {"text": text})

    def page(self, web: Web) -> dict[str, Any]:
        """What a side sees of the review on the page of the order."""
        return dict(web.get(f"/orders/{self.job.order_id}").body["review"])


@pytest.fixture
def desk(house: House, web: Web) -> Desk:
    return Desk(web, Job(house))


@pytest.mark.rule("D24", "E4")
def test_from_the_accepted_work_to_what_everybody_reads(house: House, web: Web, desk: Desk) -> None:
    ended_ms = house.hands.at_ms
    assert desk.page(desk.vera) == {"written": None, "may": "write", "until": iso(ended_ms + 30 * DAY)}
    written = desk.write()
    assert written.status == 200
    said = {"stars": 5, "text": "Quick and exact", "at": iso(ended_ms), "changed_at": None, "reply": None}
    assert written.body == said
    assert desk.page(desk.vera) == {"written": said, "may": "change", "until": iso(ended_ms + 7 * DAY)}
    assert desk.page(desk.pavel) == {"written": said, "may": "reply", "until": iso(ended_ms + 30 * DAY)}
    replied = desk.reply()
    assert (replied.status, replied.body["reply"]) == (200, {"text": "Thank you", "at": iso(ended_ms)})
    for path in (f"/users/{desk.job.pavel.id}/reviews", f"/twips/{desk.job.twip.id}/reviews"):
        page = web.get(path).body
        (read,) = page["items"]
        assert page["next_cursor"] is None
        assert (read["stars"], read["author_name"], read["kind"], read["twip_id"], read["reply"]["text"]) == (
            5,
            "Vera",
            "work",
            desk.job.twip.id,
            "Thank you",
        )
        assert desk.job.order_id not in str(page)


@pytest.mark.rule("D24")
def test_a_rating_is_on_the_page_of_the_performer_and_of_their_twips(web: Web, desk: Desk) -> None:
    def rating() -> Any:
        return web.get(f"/users/{desk.job.pavel.id}").body["rating"]

    assert rating() == {"stars": None, "reviews": 0, "by_stars": [0, 0, 0, 0, 0], "refusals": 0}
    desk.write(2)
    rated = {"stars": 3.7, "reviews": 1, "by_stars": [0, 1, 0, 0, 0], "refusals": 0}
    assert rating() == rated
    assert web.get(f"/twips/{desk.job.twip.id}").body["performer"]["rating"] == rated


@pytest.mark.rule("R64", "D24")
def test_a_refusal_shows_in_the_rating(house: House, web: Web) -> None:
    job = Job(house)
    job.refuse()
    rating = web.get(f"/users/{job.pavel.id}").body["rating"]
    assert rating == {"stars": 3.7, "reviews": 0, "by_stars": [0, 0, 0, 0, 0], "refusals": 1}


@pytest.mark.rule("D12")
def test_the_same_once_more_answers_the_same(house: House, desk: Desk) -> None:
    first = desk.write()
    house.hands.forward(60_000)
    assert desk.write().body == first.body


@pytest.mark.rule("D34")
def test_who_may_not_is_refused_by_the_side_and_a_stranger_finds_nothing(house: House, web: Web, desk: Desk) -> None:
    body = {"stars": 1, "text": "Never again"}
    wrong_side = desk.pavel.put(desk.path, body)
    assert (wrong_side.status, wrong_side.body["action"]) == (403, "review.write")
    assert desk.vera.put(f"{desk.path}/reply", {"text": "Thank you"}).body["action"] == "review.reply"
    stranger = web.by(settle(house, "eve@example.org"))
    assert stranger.put(desk.path, body).status == 404
    early = desk.reply()
    assert (early.status, early.code, early.body["state"], early.body["asked"]) == (409, "wrong_state", "none", "reply")


@pytest.mark.rule("R8")
@pytest.mark.parametrize(
    ("stars", "text", "fault"),
    [
        (0, "Quick", ("stars", "too_small")),
        (6, "Quick", ("stars", "too_large")),
        (4.5, "Quick", ("stars", "invalid")),
        ("5", "Quick", ("stars", "invalid")),
        (5, " ", ("text", "required")),
    ],
)
def test_what_is_wrong_in_it_is_named(desk: Desk, stars: Any, text: str, fault: tuple[str, str]) -> None:
    refused = desk.write(stars, text)
    assert refused.status == 422
    assert [(error["field"], error["code"]) for error in refused.body["errors"]] == [fault]


@pytest.mark.rule("E1")
def test_search_answers_ratings_and_sorts_and_filters_by_them(house: House, web: Web, desk: Desk) -> None:
    desk.write()
    house.store.commit(Insert(OnSale(desk.job.twip.id)))
    house.indexing.update([desk.job.twip.id])
    (card,) = web.get("/twips?sort=rating").body["items"]
    assert card["performer"]["rating"] == {"stars": 4.2, "reviews": 1}
    assert len(web.get("/twips?rating_min=4.2").body["items"]) == 1
    assert web.get("/twips?rating_min=4.3").body["items"] == []
    for wrong in ("0.9", "5.1", "4.25", "nan", "many"):
        assert web.get(f"/twips?rating_min={wrong}").status == 422, wrong
