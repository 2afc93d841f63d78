"""The service of a stack that is up, in the process of a command beside it: of the run on this machine, or of a stage on AWS."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.config import from_environment
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.terms import PROFILES
from chalicelib.wiring import Wiring
from infra.local import aws
from infra.local.deploy import STACK
from infra.local.places import ROOT, Places

API_FUNCTION = "APIHandler"


class NotRunning(Exception):
    """There is no local cloud to act in."""


def wiring() -> Wiring:
    """The service's, of the `STACK` that is asked for, or of the run on this machine in the `PROFILE` asked for. Raises NotRunning."""
    stack = os.environ.get("STACK")
    if stack is None:
        return local_wiring(os.environ.get("PROFILE", "real"))
    import boto3

    return deployed_wiring(stack, boto3.client)


def local_wiring(profile: str) -> Wiring:
    """The wiring of the local API's function; TWIP_DATA names another data folder than the profile's. Raises NotRunning."""
    data = Path(os.environ.get("TWIP_DATA") or ROOT / ".local" / profile)
    port = _port(data)
    if not port.exists():
        started = [other for other in PROFILES if _port(data.parent / other).exists()]
        instead = f"say PROFILE={started[0]}, which was" if started else f"make run PROFILE={profile}"
        raise NotRunning(f"the {profile} profile was never started here: {instead}")
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


@contextmanager
def ends_with_words(failed: str) -> Iterator[None]:
    """Whoever asks for a command beside a product that is not there, or does not answer, reads one line and no stack. `failed`: what was
    not done. Raises SystemExit."""
    try:
        yield
    except NotRunning as words:
        sys.exit(str(words))
    except (BotoCoreError, ClientError, Unavailable) as error:
        here = "" if "STACK" in os.environ else ": is `make run` up?"
        sys.exit(f"{failed} ({error.__cause__ or error}){here}")


def _port(data: Path) -> Path:
    return Places(data).data / "port"
