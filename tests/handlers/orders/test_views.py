"""An order's view: what every order shows, and one part of its kind under the kind's name."""

from dataclasses import replace

import pytest

from chalicelib.domain.orders.order import BODIES, Deadline, Order, Terms
from chalicelib.domain.parties import Party
from chalicelib.handlers.models import View
from chalicelib.handlers.orders import views
from chalicelib.handlers.orders.views import OrderView, Part, fields, order_view, part_of
from chalicelib.services.notices.templates import Template
from tests.support.orders import consultation
from tests.support.toy import Toy


class ToyView(View):
    """A present."""

    colour: str


def toy_view(order: Order[Toy]) -> ToyView:
    return ToyView(colour=order.body.colour)


def test_every_kind_has_its_part_in_the_view() -> None:
    assert views.PARTS.keys() == BODIES.keys() <= OrderView.model_fields.keys()


def test_every_template_that_a_lifecycle_names_is_a_mail() -> None:
    named = {notice.template for body in BODIES.values() for row in body.lifecycle.rows for notice in row.tells}
    assert named <= {template.name for template in Template.__subclasses__()}


def test_a_kind_of_ones_own_is_shown_under_its_name_and_the_others_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part(
        view=lambda order, _: toy_view(order),
        card=lambda seen: toy_view(seen.order),
        page=lambda seen: toy_view(seen.order),
    )
    monkeypatch.setitem(views.PARTS, Toy.kind, part)
    terms = Terms(100, 1500, "RUB", {"en": "A present"})
    order = Order("o1", "t1", "vera", "pavel", terms, Toy("red"), 1, "", escrow_minor=100)
    facts = order.facts(Party.PERFORMER, 1)
    shown = fields(order, facts, part_of(order).view(order, facts))
    assert (shown["kind"], shown["acts"], shown["toy"]) == ("toy", ("wrap",), ToyView(colour="red"))
    assert shown["consultation"] is None


def test_the_term_that_runs_says_when_it_is_over_or_what_was_left_of_it() -> None:
    order = consultation("o1", price_minor=100, at_ms=1)
    facts = order.facts(Party.CUSTOMER, 1)
    running = order_view(replace(order, deadline=Deadline("delivery", 3, 1_780_000_000_000)), facts)
    assert running.model_dump(mode="json")["deadline"] == {
        "name": "delivery",
        "due_at": "2026-05-28T20:26:40.000Z",
        "left_seconds": None,
    }
    stopped = order_view(replace(order, deadline=Deadline("delivery", 3, None, 90_500), dispute="d1"), facts)
    assert stopped.deadline is not None
    assert (stopped.deadline.due_at, stopped.deadline.left_seconds, stopped.dispute_id) == (None, 90, "d1")
    assert stopped.acts == []
