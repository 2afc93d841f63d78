"""What a cold start imports: everybody waits for it. Counted, not timed: the times are the bench's."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

WORDS = {"Stemmer", "pymorphy3", "pymorphy3_dicts_ru", "simplemma"}
"""What knows the forms of words: the first search waits for it, and no other request."""
HEAVY = {
    "argon2",
    "boto3",
    "botocore",
    "email_validator",
    "jinja2",
    "jwt",
    "openapi_pydantic",
    "sqlite3",
    "tantivy",
} | WORDS
CLIENTS = {"boto3", "botocore.client", "botocore.session", "s3transfer"}
"""Nine tenths of what botocore imports stand behind its client."""
BELOW = ("chalicelib.services", "chalicelib.billing", "chalicelib.ws")
PACKAGES = {"chalicelib.services", "chalicelib.billing"}
FUNCTION = {
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "WS_MANAGEMENT_URL": "https://example.org/ws",
}
WIRING = "from chalicelib.wiring import wiring; w = wiring()"
JOBS = f"import chalicelib.handlers.jobs; {WIRING}"


def asked(script: str, expression: str) -> Any:
    """What an expression is in a fresh process after a script."""
    told = f"{script}\nimport json, sys; print(json.dumps({expression}))"
    env = os.environ | FUNCTION
    done = subprocess.run([sys.executable, "-c", told], env=env, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def imported(script: str) -> set[str]:
    """The modules that a fresh process holds after a script."""
    return set(asked(script, "[*sys.modules]"))


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("app", HEAVY),
        ("chalicelib.handlers.jobs", HEAVY | {"app", "pydantic"}),
        ("chalicelib.handlers.mails.job", HEAVY | {"app", "pydantic"}),
        ("chalicelib.handlers.workflows", HEAVY | {"app", "pydantic"}),
        ("chalicelib.services.calls.sessions", HEAVY | {"chalice", "pydantic"}),
    ],
)
def test_importing_an_entry_point_loads_nothing_that_its_request_may_not_need(module: str, without: set[str]) -> None:
    assert not imported(f"import {module}") & without


@pytest.mark.parametrize(
    ("function", "script", "at_most"),
    [
        ("rest", f"import app; {WIRING}; w.store, w.sqs, w.secrets_manager", 444),
        ("rest, a link", f"import app; {WIRING}; w.store, w.file_storage.download_link('place', 'name', 300)", 445),
        ("worker", f"{JOBS}; w.metering, w.push.close('nobody'), w.sqs", 348),
        ("tick", f"{JOBS}; w.ticking, w.sqs", 322),
    ],
)
def test_what_every_request_of_a_function_needs_stands_without_a_client_of_botocore(
    function: str, script: str, at_most: int
) -> None:
    found = imported(script)
    assert not found & (CLIENTS | WORDS)
    assert len(found) <= at_most, f"{function} imports {len(found)} modules"


def test_words_load_nothing_before_they_are_looked_for_and_then_the_dictionary_of_their_own_script_alone() -> None:
    assert not imported("import chalicelib.domain.words") & WORDS
    asked = "from chalicelib.domain.words import {0}; list({0}('{1}'))"
    assert not imported(asked.format("asked_for", "рынок market")) & WORDS
    assert imported(asked.format("wanted", "рынок")) & WORDS == WORDS - {"simplemma"}
    assert imported(asked.format("wanted", "market")) & WORDS == {"Stemmer", "simplemma"}
    of_orders = "from chalicelib.domain.words import are_said; are_said(('налоги',), 'Налоговый вычет')"
    assert imported(of_orders) & WORDS == {"Stemmer"}


def test_the_routes_are_there_before_any_use_case_or_frame_is() -> None:
    """The wiring imports the use case that a request asks for; to a route it is an annotation."""
    found = {module for module in imported("import app; len(app.app.routes)") if module.startswith(BELOW)}
    assert found - PACKAGES == {"chalicelib.services.changes", "chalicelib.services.ports", "chalicelib.billing.ledger"}


def test_the_models_of_all_routes_are_defined_and_none_is_built_before_it_is_used() -> None:
    script = """
import app
assert len(app.app.routes)
from chalicelib.handlers.models import Request, View
from chalicelib.ws.protocol import ClientFrame
models = [Request, View, ClientFrame]
for model in models:
    models += model.__subclasses__()
"""
    built: dict[str, bool] = asked(script, "{model.__name__: model.__pydantic_complete__ for model in models}")
    assert {"PlaceOrder", "OrderView", "CallStart"} <= built.keys()
    assert not [name for name, is_built in built.items() if is_built]
