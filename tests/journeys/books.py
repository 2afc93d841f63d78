"""The books of the running product, recomputed as `make audit` does (D28)."""

import os
import subprocess
import sys

from infra.local.cloud import LocalCloud


def audited(cloud: LocalCloud) -> None:
    """Raises AssertionError with what the audit has said, unless every balance is the sum of its postings."""
    asked = {**os.environ, "TWIP_DATA": str(cloud.data), "PROFILE": "fast"}
    done = subprocess.run([sys.executable, "-m", "infra.local.audit"], env=asked, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "audit clean" in done.stdout
