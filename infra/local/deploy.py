"""Our own CDK stack into the local AWS, without the CDK's command line: synthesise, upload assets, create or update, read outputs."""

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
    def _stamp(self) -> Path:
        return self.places.assembly / "source.sha256"

    @property
    def outdated(self) -> bool:
        """Whether what is described changed since it was last synthesised."""
        return not self._stamp.exists() or self._stamp.read_text() != self.digest()

    def prepare(self) -> None:
        """Synthesises, if what is described changed since the last time. Needs no running AWS. Raises SynthesisFailed."""
        if not self.outdated:
            return
        digest = self.digest()
        shutil.rmtree(self.places.assembly, ignore_errors=True)
        synthesise(self.places.assembly, self._context())
        self._stamp.write_text(digest)

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
        seen = hashlib.sha256(json.dumps([self._context(), sys.version]).encode())
        for path in _sources():
            seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
        return seen.hexdigest()

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
            path = self.places.assembly / asset["source"]["path"]
            if asset["source"]["packaging"] == "zip":
                path = Path(shutil.make_archive(str(path), "zip", path))
            objects.put_object(Bucket=ASSETS, Key=key, Body=path.read_bytes())

    def _assets(self) -> list[dict[str, Any]]:
        manifest = json.loads((self.places.assembly / f"{STACK}.assets.json").read_text())
        return list(manifest["files"].values())

    def _change(self, cloud: Any, *, exists: bool, digest: str) -> None:
        client("ssm", self.endpoint).put_parameter(
            Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String", Overwrite=True
        )
        template = next(asset for asset in self._assets() if asset["source"]["path"] == f"{STACK}.template.json")
        (cloud.update_stack if exists else cloud.create_stack)(
            StackName=STACK,
            TemplateURL=f"{self.endpoint}/{ASSETS}/{_destination(template)}",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Tags=[{"Key": "source", "Value": digest}],
        )


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
