"""Has the search index made anew from the twips on sale: `make reindex`, beside `make run`; `make reindex STACK=twip-prod` on AWS.

The index's own writer does it when it comes to this message of its queue; until then the present index answers."""

import os
import sys

from infra.local.audit import wiring
from infra.local.grant import NotRunning


def main() -> None:
    """`PROFILE` or `STACK` from the environment, as make passes them."""
    try:
        wiring().index.rebuild()
    except NotRunning:
        profile = os.environ.get("PROFILE", "real")
        sys.exit(f"the {profile} profile was never started here: make run PROFILE={profile}")
    print("asked for: the index is made anew in the background")


if __name__ == "__main__":
    main()
