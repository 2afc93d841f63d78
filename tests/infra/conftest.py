"""Templates, synthesised once."""

import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from infra.cdk.check import EXAMPLE
from infra.cdk.synthesis import synthesise

Template = dict[str, Any]
LOCAL = {"stage": "local", "endpoint": "http://127.0.0.1:4000", "origin": "http://127.0.0.1:8400"}


def template(out: Path, context: dict[str, str]) -> Template:
    # What the CDK says against a template, `make synth` says.
    with patch.dict(os.environ, CDK_VALIDATION="false"):
        synthesise(out, context)
    made: Template = json.loads((out / f"twip-{context['stage']}.template.json").read_text())
    return made


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A stage as it would be in AWS."""
    return template(tmp_path_factory.mktemp("deployed") / "cloud", EXAMPLE)


@pytest.fixture(scope="session")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The local run in the fast profile."""
    return template(tmp_path_factory.mktemp("fast") / "cloud", {**LOCAL, "profile": "fast"})
