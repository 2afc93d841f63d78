"""The books over HTTP."""

from typing import Any

import pytest

from chalicelib.domain.people import Role
from chalicelib.handlers import jobs
from chalicelib.services.changes import AccountChange
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import fund
from tests.support.web import Web


@pytest.mark.rule("D28")
def test_an_admin_has_the_books_verified_and_that_is_in_the_log(house: House, web: Web) -> None:
    admin = settle(house, "admin@example.org", Role.ADMIN)
    fund(house, admin, 500)
    clean = web.by(admin).post("/admin/ledger/verify")
    assert clean.body == {"clean": True, "accounts": 1, "entries": 1, "differences": []}
    house.hands.forward(1)
    house.store.commit(AccountChange(admin.id, 7))
    answer = web.by(admin).post("/admin/ledger/verify")
    assert answer.body["differences"] == [{"what": "available", "subject": admin.id, "expected": "500", "found": "507"}]
    assert not answer.body["clean"]
    act = house.staff.log(cursor=None, limit=1).items[0]
    assert (act.actor_id, act.act, act.facts) == (admin.id, "ledger.verify", {"entries": "1", "differences": "1"})


def test_nobody_else_has(house: House, web: Web) -> None:
    moderator = settle(house, "moderator@example.org", Role.MODERATOR)
    assert web.by(moderator).post("/admin/ledger/verify").code == "forbidden"
    assert web.post("/admin/ledger/verify").status == 401


def test_the_function_answers_the_same_as_json(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "wiring", lambda: house)
    answered: Any = jobs.audit({}, None)
    assert answered == {"accounts": 0, "entries": 0, "differences": ()}
