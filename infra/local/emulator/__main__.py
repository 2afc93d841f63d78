"""`python -m infra.local.emulator`, started by infra.local.child with its settings in the environment."""

import os
import sys
from importlib.metadata import version
from pathlib import Path

from infra.local.emulator import life

VERSION = "1.5.33"


def main() -> None:
    """Runs until it is told to stop, or until its parent is gone."""
    found = version("ministack")
    if found != VERSION:
        sys.exit(
            f"ministack {found} is installed; the patches of infra/local/emulator are made and checked for {VERSION}"
        )
    life.hold(Path(os.environ["TWIP_LOCK"]))
    life.end_with_parent()

    from ministack import app

    from infra.local.emulator import (
        callers,
        failures,
        forks,
        logs,
        machines,
        mails,
        rights,
        secrets,
        snapshots,
        swagger,
        workers,
    )

    for patched in (callers, failures, forks, logs, machines, mails, rights, secrets, snapshots, swagger, workers):
        patched.patch()
    app.main()


main()
