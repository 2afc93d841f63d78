"""Cold starts: what a function's module and its first use case import, as a ratio to the bare parts, each in a fresh process."""

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass

from bench.builds import build

CLIENT = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"
FUNCTION = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""What every function finds in its environment."""
RUNS = 7
_REST = (f"import chalice, pydantic; {CLIENT}", 1.24)
BARE = {"rest": _REST, "rest, its orders": _REST, "worker": (CLIENT, 1.1), "tick": (CLIENT, 1.1)}
"""What each function cannot be without, and how many times as long it may take with ours."""


@dataclass(frozen=True)
class ColdStart:
    """Import times in ms and their ratio, medians of several pairs of fresh processes."""

    function: str
    bare_ms: float
    ours_ms: float
    ratio: float
    ceiling: float


def cold_starts() -> list[ColdStart]:
    """Bare parts and modules, measured in turn so that the machine's mood touches both."""
    found = []
    for name, (bare, ceiling) in BARE.items():
        ours = build().COLD_STARTS[name]
        pairs = [(import_ms(bare), import_ms(ours)) for _ in range(RUNS)]
        bare_ms, ours_ms = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(ours / bare for bare, ours in pairs)
        found.append(ColdStart(name, bare_ms, ours_ms, ratio, ceiling))
    return found


def import_ms(program: str) -> float:
    """Processor milliseconds in a fresh process: what else the machine does is not in them."""
    code = f"import time; t = time.process_time(); {program}\nprint((time.process_time() - t) * 1000)"
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | FUNCTION
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    return float(done.stdout)
