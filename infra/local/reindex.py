"""Has the search index made anew from the twips on sale: `make reindex`, beside `make run`; `make reindex STACK=twip-prod` on AWS.

The index's own writer does it, as it comes to this message of its queue: until then the present index answers."""

import os
import sys

from infra.local.grant import NotRunning, deployed_wiring, local_wiring


def main() -> None:
    """`PROFILE` or `STACK` from the environment, as make passes them."""
    stack = os.environ.get("STACK")
    try:
        if stack is None:
            wiring = local_wiring(os.environ.get("PROFILE", "real"))
        else:
            import boto3

            wiring = deployed_wiring(stack, boto3.client)
    except NotRunning as profile:
        sys.exit(f"the {profile} profile was never started here: make run PROFILE={profile}")
    wiring.index.rebuild()
    print("asked for: the index is made anew in the background")


if __name__ == "__main__":
    main()
