"""The description of the REST API."""

import json
from typing import Any

import pytest
from openapi_pydantic import OpenAPI
from pydantic import BaseModel

from app import app
from chalicelib.domain.access import Act
from chalicelib.domain.errors import WrongState
from chalicelib.handlers.models import Request, View
from chalicelib.handlers.routes import Route
from tools import openapi

DOCUMENT: dict[str, Any] = json.loads(openapi.document())


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, operation) for path, item in DOCUMENT["paths"].items() for method, operation in item.items()]


def test_every_route_of_the_app_is_described_and_nothing_else() -> None:
    registered = {(path, method.lower()) for path, by_method in app.routes.items() for method in by_method}
    assert {(path, method) for path, method, _ in operations()} == registered


def test_the_document_is_openapi_3_1_and_every_reference_leads_somewhere() -> None:
    OpenAPI.model_validate(DOCUMENT)
    said = json.dumps(DOCUMENT)
    for name in DOCUMENT["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in said
    refs = {part.split('"')[0] for part in said.split('"#/components/schemas/')[1:]}
    assert refs == set(DOCUMENT["components"]["schemas"])


def test_clients_get_readable_names_for_pages() -> None:
    assert not [name for name in DOCUMENT["components"]["schemas"] if "_" in name or "[" in name]


def test_no_two_models_share_a_name_because_one_would_be_described_in_the_place_of_the_other() -> None:
    def below(model: type[BaseModel]) -> list[type[BaseModel]]:
        children: list[type[BaseModel]] = model.__subclasses__()
        return [it for child in children for it in (child, *below(child))]

    models = {it for base in (View, Request) for it in below(base) if it.__module__.startswith("chalicelib.")}
    names = [model.__name__ for model in models if "[" not in model.__name__]
    assert sorted(names) == sorted(set(names))


@pytest.mark.rule("D12")
def test_what_creates_something_says_that_it_needs_a_key() -> None:
    for path, method, operation in operations():
        keyed = openapi.KEY_HEADER in operation.get("parameters", [])
        assert keyed is ("idempotency_key_missing" in json.dumps(operation["responses"])), path
        assert not keyed or method == "post"
    assert openapi.KEY_HEADER in DOCUMENT["paths"]["/auth/register"]["post"]["parameters"]


def test_every_operation_says_who_may_and_how_it_refuses() -> None:
    for path, method, operation in operations():
        assert operation["summary"], (path, method)
        assert "503" in operation["responses"]
        signed_in = operation.get("security") == [{"access_token": []}]
        assert signed_in is (
            "401" in operation["responses"] and "403" in operation["responses"] and "description" in operation
        )


def test_a_refusal_is_described_with_its_status_its_code_and_its_facts() -> None:
    assert DOCUMENT["components"]["schemas"]["WrongStateProblem"]["properties"]["code"]["const"] == WrongState.code
    assert {"what", "state", "asked"} <= set(DOCUMENT["components"]["schemas"]["WrongStateProblem"]["required"])
    assert "`wrong_state`" in DOCUMENT["paths"]["/auth/login"]["post"]["responses"]["409"]["description"]


def test_two_operations_of_one_name_are_refused() -> None:
    route = Route("read", "GET", "/a/b", Act.HEALTH_READ, "Reads.")
    with pytest.raises(SystemExit):
        openapi.text_of([route, Route("read", "POST", "/a/c", Act.HEALTH_READ, "Reads.")])


def test_the_same_routes_make_the_same_text() -> None:
    assert openapi.document() == openapi.document()
