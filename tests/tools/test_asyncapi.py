"""The description of the WebSocket API says what the frames do."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema_rs import Draft7Validator

from chalicelib.services.frames import Frame
from chalicelib.ws import protocol
from chalicelib.ws.push import encode
from tools import asyncapi
from tools.frame_examples import BY_FRAME

SPECIFICATION = Path(__file__).parent / "schema" / "asyncapi-3.0.0.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi.document()


def payload(document: dict[str, Any], name: str) -> Draft7Validator:
    """A validator of one message's payload, that can follow the document's references."""
    schema = document["components"]["messages"][name]["payload"]
    return Draft7Validator({**schema, "components": document["components"]})


def test_the_document_is_valid_asyncapi_3(document: dict[str, Any]) -> None:
    errors = list(Draft7Validator(json.loads(SPECIFICATION.read_text())).iter_errors(document))
    assert not errors, errors[0].message


def test_every_frame_that_is_parsed_is_described_and_has_an_answer() -> None:
    union, _ = get_args(protocol.AnyFrame)
    assert set(get_args(union)) == set(asyncapi.client_frames())


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(part: Any) -> list[str]:
        if isinstance(part, list):
            return [found for one in part for found in references(one)]
        if not isinstance(part, dict):
            return []
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for one in part.values() for found in references(one)]

    for reference in references(document):
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


@pytest.mark.parametrize("made", asyncapi.server_frames(), ids=lambda made: made.type)
def test_what_is_sent_is_what_is_described(made: type[Frame], document: dict[str, Any]) -> None:
    sent = json.loads(encode(BY_FRAME[made]))
    described = payload(document, made.__name__)
    described.validate(sent)
    assert sent["type"] == made.type
    assert not described.is_valid({**sent, "type": "nonsense"})
    assert all(
        described.is_valid({**sent, name: ["nonsense"]}) is False for name in sent if name not in ("data", "facts")
    )


def test_an_error_has_the_facts_of_its_code(document: dict[str, Any]) -> None:
    error = payload(document, "Error")
    assert error.is_valid({"type": "error", "code": "insufficient_funds", "missing_minor": 5})
    assert not error.is_valid({"type": "error", "code": "insufficient_funds"})


@pytest.mark.parametrize("model", asyncapi.client_frames(), ids=lambda model: model.__name__)
def test_the_example_of_a_client_frame_is_accepted_by_the_service(
    model: type[protocol.ClientFrame], document: dict[str, Any]
) -> None:
    (example,) = document["components"]["messages"][model.__name__]["examples"]
    payload(document, model.__name__).validate(example["payload"])
    assert protocol.parse(json.dumps(example["payload"])) == BY_FRAME[model]
