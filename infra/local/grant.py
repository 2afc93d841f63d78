"""Grants a role: `make grant EMAIL=vera@example.org ROLE=moderator`, beside `make run`; `make grant ... STACK=twip-prod` on AWS.

It acts as the deployed API does, in its environment, and its act is in the audit log as the operator's."""

import os
import sys
from pathlib import Path
from typing import Any

from chalicelib.config import from_environment
from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Role
from chalicelib.wiring import Wiring
from infra.local import aws
from infra.local.deploy import STACK
from infra.local.places import ROOT, Places

API_FUNCTION = "APIHandler"


class NotRunning(Exception):
    """There is no local cloud to act in."""


def grant(wiring: Wiring, email: str, role: Role) -> str:
    """Grants, and says what the person may be now. Raises NotFound."""
    user = wiring.staff.grant(email.strip().lower(), role)
    return f"{user.email} is now: {', '.join(user.roles)}"


def local_wiring(profile: str) -> Wiring:
    """The wiring of the local API's function; TWIP_DATA names another data folder than the profile's. Raises NotRunning."""
    port = Places(Path(os.environ.get("TWIP_DATA") or ROOT / ".local" / profile)).data / "port"
    if not port.exists():
        raise NotRunning(profile)
    endpoint = f"http://127.0.0.1:{port.read_text()}"
    os.environ |= {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": aws.REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    return deployed_wiring(STACK, lambda service: aws.client(service, endpoint))


def deployed_wiring(stack: str, client: Any) -> Wiring:
    """The wiring of a stack's API function, in this process. `client` makes AWS clients by service."""
    resource = client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=API_FUNCTION)
    name = resource["StackResourceDetail"]["PhysicalResourceId"]
    functions = client("lambda")
    found = functions.get_function_configuration(FunctionName=name)
    here = {"AWS_REGION": functions.meta.region_name, "TRACE": "0"}
    os.environ |= {**found["Environment"]["Variables"], **here}
    return Wiring(from_environment())


def main() -> None:
    """`EMAIL`, `ROLE`, and `PROFILE` or `STACK` from the environment, as make passes them."""
    email, role = os.environ.get("EMAIL", ""), os.environ.get("ROLE", "")
    if not email or role not in [*Role]:
        sys.exit(f"make grant EMAIL=vera@example.org ROLE={'|'.join(Role)} [PROFILE=fast]")
    try:
        print(grant(_wiring(), email, Role(role)))
    except NotFound:
        sys.exit(f"nobody has registered as {email}")
    except NotRunning as profile:
        sys.exit(f"the {profile} profile was never started here: make run PROFILE={profile}")


def _wiring() -> Wiring:
    stack = os.environ.get("STACK")
    if stack is None:
        return local_wiring(os.environ.get("PROFILE", "real"))
    import boto3

    return deployed_wiring(stack, boto3.client)


if __name__ == "__main__":
    main()
