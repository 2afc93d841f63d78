"""What a terminal beside the product can do: start one when none runs, and audit its books. Everything else is done through its APIs."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.local.cloud import LocalCloud

ROOT = Path(__file__).parent.parent


class NotStarted(Exception):
    """The product did not start; what it said."""


@contextmanager
def own_cloud() -> Iterator[str]:
    """The origin of a product of the demo's own: on free ports, with data of its own, gone afterwards. Raises NotStarted."""
    from infra.local.cloud import LocalCloud

    with tempfile.TemporaryDirectory(prefix="twip-demo-") as folder:
        os.environ["TWIP_DATA"] = folder
        cloud = LocalCloud(Path(folder), profile="fast")
        try:
            _start(cloud)
            yield cloud.origin
        finally:
            cloud.stop()


def behind() -> str:
    """Where the local AWS of the product is that `own_cloud` has started, for who looks behind its front door."""
    return f"http://127.0.0.1:{(Path(os.environ['TWIP_DATA']) / 'port').read_text()}"


def _start(cloud: "LocalCloud") -> None:
    try:
        cloud.start()
        subprocess.run(_command("seed", cloud.origin), check=True, cwd=ROOT, capture_output=True, env=_fast())
    except Exception as failure:
        # Whatever keeps a product from starting, the reader wants its words and not our stack.
        raise NotStarted(f"the product did not start: {failure}") from failure


def audit() -> tuple[int, str]:
    """`make audit`: its exit code and what it says."""
    done = subprocess.run(_command("audit"), check=False, cwd=ROOT, capture_output=True, text=True, env=_fast())
    return done.returncode, done.stdout + done.stderr


def _command(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"infra.local.{name}", *arguments]


def _fast() -> dict[str, str]:
    return {**os.environ, "PROFILE": "fast"}
