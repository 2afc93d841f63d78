"""`make turn-secret`: what a TURN server must know, as lines of coturn's configuration (docs/turn.md). Beside `make run`; `make turn-secret
STACK=twip-prod` with an operator's credentials on AWS. Every key in force is printed, so that a rotation cuts no call off."""

from chalicelib.gateways.secrets import Secrets
from infra.local.deployed import ends_with_words, wiring


def lines(keys: Secrets, now_ms: int) -> str:
    """A line for each key, the one that new credentials are made with first. Raises Unavailable."""
    return "\n".join(f"static-auth-secret={key}" for key in keys.plain(now_ms))


def main() -> None:
    """`PROFILE` or `STACK` from the environment, as make passes them."""
    with ends_with_words("the secret cannot be read"):
        found = wiring()
        print(lines(found.turn_keys, found.clock.now_ms()))


if __name__ == "__main__":
    main()
