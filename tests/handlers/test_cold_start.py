"""What a cold start imports: everybody waits for it."""

import subprocess
import sys

import pytest

HEAVY = {"argon2", "boto3", "botocore", "email_validator", "jinja2", "jwt", "openapi_pydantic", "sqlite3"}


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("app", HEAVY),
        ("chalicelib.handlers.jobs", HEAVY | {"app", "pydantic"}),
        ("chalicelib.handlers.mail_job", HEAVY | {"app", "pydantic"}),
        ("chalicelib.services.sessions", HEAVY | {"chalice", "pydantic"}),
    ],
)
def test_importing_an_entry_point_loads_nothing_that_its_request_may_not_need(module: str, without: set[str]) -> None:
    script = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & without
