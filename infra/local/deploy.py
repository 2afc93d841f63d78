"""Our own CDK stack into the local AWS, without the CDK's command line: synthesise, upload assets, create or update, read outputs.

A synthesis takes ten seconds of processor time, so local clouds share it: what one has otherwise than the others, its addresses and terms,
is put into the template at its deployment."""

import fcntl
import hashlib
import json
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.cdk.synthesis import ACCOUNT, REGION, synthesise
from infra.local.aws import client
from infra.local.places import ROOT, Places, code

STAGE = "local"
STACK = f"twip-{STAGE}"
ASSETS = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
DESCRIPTION = (
    "infra/cdk/*.py",
    "infra/statemachines.py",
    "statemachines/*.asl.json",
    ".chalice/config.json",
    "requirements-run.txt",
)
WANTED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
ASSEMBLIES = ROOT / "build" / "assemblies"
"""What was synthesised, by the digest of what it was made from."""
KEPT, KEY = 6, 16
OWN = ("endpoint", "origin", "turn_urls", "terms", "scanner")
"""What a local cloud has otherwise than others of its profile: a synthesis has stand-ins of it."""


class DeploymentFailed(Exception):
    """What CloudFormation said."""


@dataclass(frozen=True)
class Deployment:
    """One stack for one origin and one endpoint."""

    places: Places
    profile: str
    endpoint: str
    origin: str
    turn_urls: str = ""
    terms: str = ""
    scanner: str = ""

    @property
    def outdated(self) -> bool:
        """Whether what is described was never synthesised."""
        return not self._assembly.exists()

    def prepare(self) -> None:
        """Synthesises, unless it was done before; of several who ask at once, one does it. Needs no running AWS. Raises SynthesisFailed."""
        made = ASSEMBLIES / "new" / "cloud"
        made.parent.mkdir(parents=True, exist_ok=True)
        with (ASSEMBLIES / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Until the sources have not changed meanwhile.
            while not (wanted := self._assembly).exists():
                shutil.rmtree(made, ignore_errors=True)
                synthesise(made, {**self._context(), **{name: _stand_in(name) for name in OWN}})
                if wanted == self._assembly:
                    made.rename(wanted)
            kept = sorted(ASSEMBLIES.glob("?" * KEY), key=lambda path: path.stat().st_mtime, reverse=True)
            for old in kept[KEPT:]:
                shutil.rmtree(old, ignore_errors=True)

    def template(self) -> str:
        """What was synthesised, with this cloud's own in place of the stand-ins."""
        text = (self._assembly / f"{STACK}.template.json").read_text()
        for name in OWN:
            text = text.replace(_stand_in(name), json.dumps(self._context()[name])[1:-1])
        return text

    def deploy(self) -> dict[str, str]:
        """Brings the stack up to date and answers its outputs; one that is up to date is left alone. Raises DeploymentFailed."""
        cloud = client("cloudformation", self.endpoint)
        found = _stack(cloud)
        digest = self.digest()
        if found is None or {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}.get("source") != digest:
            self.prepare()
            self._upload()
            self._change(cloud, exists=found is not None, digest=digest)
            found = _finished(cloud)
        return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}

    def digest(self) -> str:
        """Of all that the stack is made from."""
        return _digest(self._context())

    @property
    def _assembly(self) -> Path:
        shared = {name: value for name, value in self._context().items() if name not in OWN}
        return ASSEMBLIES / _digest(shared)[:KEY]

    def _context(self) -> dict[str, str]:
        where = {"endpoint": self.endpoint, "origin": self.origin, "turn_urls": self.turn_urls}
        return {"stage": STAGE, "profile": self.profile, "terms": self.terms, "scanner": self.scanner, **where}

    def _upload(self) -> None:
        objects = client("s3", self.endpoint)
        try:
            objects.head_bucket(Bucket=ASSETS)
        except ClientError:
            objects.create_bucket(Bucket=ASSETS)
        for asset in self._assets():
            key = _destination(asset)
            path = self._assembly / asset["source"]["path"]
            if asset["source"]["packaging"] == "zip":
                path = Path(shutil.make_archive(str(self.places.scratch / path.name), "zip", path))
            body = self.template().encode() if _is_template(asset) else path.read_bytes()
            objects.put_object(Bucket=ASSETS, Key=key, Body=body)

    def _assets(self) -> list[dict[str, Any]]:
        manifest = json.loads((self._assembly / f"{STACK}.assets.json").read_text())
        return list(manifest["files"].values())

    def _change(self, cloud: Any, *, exists: bool, digest: str) -> None:
        client("ssm", self.endpoint).put_parameter(
            Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String", Overwrite=True
        )
        template = next(filter(_is_template, self._assets()))
        (cloud.update_stack if exists else cloud.create_stack)(
            StackName=STACK,
            TemplateURL=f"{self.endpoint}/{ASSETS}/{_destination(template)}",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Tags=[{"Key": "source", "Value": digest}],
        )


def _digest(context: dict[str, str]) -> str:
    seen = hashlib.sha256(json.dumps([context, sys.version]).encode())
    for path in _sources():
        seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()


def _stand_in(name: str) -> str:
    return f"stand-in-of-{name}-of-a-local-cloud"


def _is_template(asset: dict[str, Any]) -> bool:
    return bool(asset["source"]["path"] == f"{STACK}.template.json")


def _sources() -> Iterator[Path]:
    yield from code()
    yield from sorted(path for pattern in DESCRIPTION for path in ROOT.glob(pattern))


def _destination(asset: dict[str, Any]) -> str:
    key: str = next(iter(asset["destinations"].values()))["objectKey"]
    return key


def _stack(cloud: Any) -> Any:
    try:
        return cloud.describe_stacks(StackName=STACK)["Stacks"][0]
    except ClientError:
        return None


def _finished(cloud: Any) -> Any:
    while (stack := _stack(cloud))["StackStatus"].endswith("_IN_PROGRESS"):
        time.sleep(0.05)
    if stack["StackStatus"] in WANTED:
        return stack
    events = cloud.describe_stack_events(StackName=STACK)["StackEvents"]
    why = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in events
        if "FAILED" in event["ResourceStatus"]
    ]
    raise DeploymentFailed("\n".join([f"the stack is {stack['StackStatus']}", *why]))
