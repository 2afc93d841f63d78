"""What a terminal beside the product can do: start one when none runs, and audit its books. Everything else is done through its APIs."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


@contextmanager
def own_cloud() -> Iterator[str]:
    """The origin of a product of the demo's own: on free ports, with data of its own, gone afterwards."""
    from infra.local.cloud import LocalCloud

    with (
        tempfile.TemporaryDirectory(prefix="twip-demo-") as folder,
        LocalCloud(Path(folder), profile="fast") as cloud,
    ):
        os.environ["TWIP_DATA"] = folder
        subprocess.run(_command("seed", cloud.origin), check=True, cwd=ROOT, stdout=subprocess.DEVNULL, env=_fast())
        yield cloud.origin


def audit() -> tuple[int, str]:
    """`make audit`: its exit code and what it says."""
    done = subprocess.run(_command("audit"), check=False, cwd=ROOT, capture_output=True, text=True, env=_fast())
    return done.returncode, done.stdout + done.stderr


def _command(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"infra.local.{name}", *arguments]


def _fast() -> dict[str, str]:
    return {**os.environ, "PROFILE": "fast"}
