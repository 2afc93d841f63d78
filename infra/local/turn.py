"""`make turn-secret`: what a TURN server must know, as lines of coturn's configuration (docs/turn.md). Beside `make run`; `make turn-secret
STACK=twip-prod` with an operator's credentials on AWS. Every key in force is printed, so that a rotation cuts no call off."""

import sys

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable
from chalicelib.gateways.secrets import Secrets
from infra.local.audit import wiring
from infra.local.grant import NotRunning


def lines(keys: Secrets, now_ms: int) -> str:
    """A line for each key, the one that new credentials are made with first. Raises Unavailable."""
    return "\n".join(f"static-auth-secret={key}" for key in keys.plain(now_ms))


def main() -> None:
    """`PROFILE` or `STACK` from the environment, as make passes them."""
    try:
        found = wiring()
        print(lines(found.turn_keys, found.clock.now_ms()))
    except NotRunning as profile:
        sys.exit(f"the {profile} profile was never started here: make run PROFILE={profile}")
    except (BotoCoreError, ClientError, Unavailable) as error:
        sys.exit(f"the secret cannot be read ({error.__cause__ or error})")


if __name__ == "__main__":
    main()
