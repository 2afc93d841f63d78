"""Grants a role: `make grant EMAIL=vera@example.org ROLE=moderator`, beside `make run`; `make grant ... STACK=twip-prod` on AWS.

It acts as the deployed API does, in its environment, and its act is in the audit log as the operator's."""

import os
import sys

from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Role
from chalicelib.wiring import Wiring
from infra.local.deployed import ends_with_words, wiring


def grant(wiring: Wiring, email: str, role: Role) -> str:
    """Grants, and says what the person may be now. Raises NotFound."""
    user = wiring.staff.grant(email.strip().lower(), role)
    return f"{user.email} is now: {', '.join(user.roles)}"


def main() -> None:
    """`EMAIL`, `ROLE`, and `PROFILE` or `STACK` from the environment, as make passes them."""
    email, role = os.environ.get("EMAIL", ""), os.environ.get("ROLE", "")
    if not email or role not in [*Role]:
        sys.exit(f"make grant EMAIL=vera@example.org ROLE={'|'.join(Role)} [PROFILE=fast]")
    try:
        with ends_with_words("nothing was granted"):
            print(grant(wiring(), email, Role(role)))
    except NotFound:
        sys.exit(f"nobody has registered as {email}")


if __name__ == "__main__":
    main()
