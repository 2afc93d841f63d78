"""A product of the demo's own, when none runs: on free ports, with data of its own, gone afterwards."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_cloud() -> Iterator[str]:
    """Its origin. Raises what the local cloud raises when it cannot start."""
    from infra.local.cloud import LocalCloud

    with (
        tempfile.TemporaryDirectory(prefix="twip-demo-") as folder,
        LocalCloud(Path(folder), profile="fast") as cloud,
    ):
        subprocess.run([sys.executable, "-m", "infra.local.seed", cloud.origin], check=True, stdout=subprocess.DEVNULL)
        yield cloud.origin
