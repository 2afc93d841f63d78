"""A product of the demo's own, when none runs: on free ports, with data of its own, gone afterwards."""

import os
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
        seed = [sys.executable, "-m", "infra.local.seed", cloud.origin]
        mine = {**os.environ, "TWIP_DATA": folder, "PROFILE": "fast"}
        subprocess.run(seed, check=True, stdout=subprocess.DEVNULL, env=mine)
        yield cloud.origin
