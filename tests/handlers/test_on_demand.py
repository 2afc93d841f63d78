"""Views are imported when a path of theirs is first asked for, and whoever looks at all routes sees all of them."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from chalice import Blueprint, Chalice

import app as registered
from chalicelib.handlers import on_demand
from tests.handlers.test_cold_start import FUNCTION


def views_after(asked: str) -> set[str]:
    """The modules of views that a fresh process has imported after it was asked so."""
    told = f"import app, json, sys; routes = app.app.routes; {asked}; print(json.dumps([*sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", told], env=os.environ | FUNCTION, capture_output=True, text=True, check=True
    )
    found = {name.removeprefix("chalicelib.handlers.") for name in json.loads(done.stdout)}
    return found & {*registered.VIEWS}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("pass", set()),
        ("routes['/twips']", {"catalogue.search", "catalogue.twips", "uploads"}),  # a twip's view has its files
        ("routes['/account'], routes['/account/topups']", {"money.accounts"}),
        ("len(routes)", {*registered.VIEWS}),
        ("[*routes.values()]", {*registered.VIEWS}),
    ],
)
def test_a_process_imports_the_views_of_the_paths_that_it_was_asked_for(asked: str, found: set[str]) -> None:
    assert views_after(asked) == found


def test_a_process_that_was_asked_for_one_path_of_a_module_finds_its_other_paths_whole() -> None:
    """`/twips` has views of two modules: whoever has one by another path lacks the other's still."""
    views_after("routes['/twips/{twip_id}']; assert {*routes['/twips']} == {'GET', 'POST'}")


def test_a_path_that_no_module_has_answers_with_no_method() -> None:
    routes = registered.app.routes
    assert "/nowhere" not in routes
    assert routes["/nowhere"] == {}
    assert "/orders" in routes


def views_at(path: str) -> SimpleNamespace:
    """A module of views. The product's own belong to its own app for good: a blueprint knows the app that took it last."""
    views = Blueprint(__name__)
    views.route(path, name=path)(lambda: "answered")
    return SimpleNamespace(bp=views)


def test_a_path_that_was_not_generated_yet_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"chalicelib.handlers.old": views_at("/old"), "chalicelib.handlers.new": views_at("/new")}
    monkeypatch.setattr(on_demand, "import_module", made.pop)
    monkeypatch.setattr(on_demand, "where", lambda: {"/old": ["old"]})
    fresh = Chalice("fresh")
    on_demand.register(fresh, ("old", "new"))
    assert {*fresh.routes["/new"]} == {"GET"}


def test_each_module_that_is_registered_has_views_and_no_path_is_left_out() -> None:
    where = {path: {*names} for path, names in on_demand.where().items()}
    assert where.keys() == registered.app.routes.keys()
    assert {name for names in where.values() for name in names} == {*registered.VIEWS}


def test_a_module_whose_import_failed_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_demand, "where", lambda: {"/old": ["old"]})
    fresh = Chalice("fresh")
    on_demand.register(fresh, ("old",))
    with monkeypatch.context() as broken:
        broken.setattr(on_demand, "import_module", lambda name: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fresh.routes["/old"]
    monkeypatch.setattr(on_demand, "import_module", lambda name: views_at("/old"))
    assert {*fresh.routes["/old"]} == {"GET"}
