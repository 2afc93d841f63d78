"""The functions: packaged by Chalice, then given their roles, logs, sizes and queues.

Chalice's construct ignores settings by function, so they go on as overrides of the resources that it includes. A test holds that
none keeps the role it was packaged with."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from chalice.cdk import Chalice
from constructs import Construct

from chalicelib.handlers.outside.shell import PACKAGED
from infra.cdk.context import Context
from infra.cdk.data import Queues
from infra.cdk.groups import FUNCTIONS, Groups
from infra.web import BUILT, build

ROOT = Path(__file__).parent.parent.parent
NO_ROLE = "arn:aws:iam::000000000000:role/replaced-by-the-role-of-its-group"


@dataclass(frozen=True)
class Size:
    """Memory in MiB (processor time goes with it) and the longest run in seconds."""

    memory_mb: int
    timeout_s: int


SIZES = {
    "APIHandler": Size(1024, 29),  # argon2 needs the processor; the gateway waits no longer
    "WebsocketConnect": Size(512, 29),
    "WebsocketMessage": Size(512, 29),
    "WebsocketDisconnect": Size(512, 29),
    "Tick": Size(1769, 55),  # a whole processor to catch up after an outage, and done before the next
    "Worker": Size(1024, 30),
    "Mail": Size(512, 30),
    "Indexer": Size(1769, 300),  # a whole processor, and time to make the index of 100,000 twips anew
    "Audit": Size(1024, 900),
    "Retention": Size(512, 900),
    "Lifecycle": Size(512, 30),  # less than what its machines wait for an answer
    "Repair": Size(512, 60),
    "Sweep": Size(1024, 55),  # done before the next
    "Scan": Size(512, 890),  # 2 GB at 20 Mbit/s
    "Outside": Size(1024, 20),  # a picture is drawn, and a part of the sitemap read
}


class Functions(Construct):
    """The fifteen functions and the two gateways in front of them, as one included SAM template."""

    def __init__(
        self,
        scope: Construct,
        ident: str,
        context: Context,
        groups: Groups,
        queues: Queues,
        environment: dict[str, str],
    ) -> None:
        super().__init__(scope, ident)
        source = local_source() if context.local else ROOT
        config: dict[str, Any] = {
            "api_gateway_stage": "api",
            "api_gateway_endpoint_type": "REGIONAL",
            "automatic_layer": not context.local,
            "xray": not context.local,
            "manage_iam_role": False,
            "iam_role_arn": NO_ROLE,
            "environment_variables": environment,
        }
        with nullcontext() if context.local else packaged_shell():
            self._chalice = Chalice(self, "Chalice", source_dir=str(source), stage_config=config)
        for name, group in FUNCTIONS.items():
            function, shared, size = self.resource(name), groups.by_name[group], SIZES[name]
            function.add_property_override("Role", shared.role.role_arn)
            function.add_property_override(
                "LoggingConfig", {"LogGroup": shared.log_group.log_group_name, "LogFormat": "JSON"}
            )
            function.add_property_override("MemorySize", size.memory_mb)
            function.add_property_override("Timeout", size.timeout_s)
            function.add_property_override("Tracing", "PassThrough" if context.local else "Active")
            function.add_resource_dependency(_policy_of(groups, group))
        self._consume("Worker", queues.work, batch=10)
        self._consume("Mail", queues.mail, batch=10)
        # Of two writers of the index one is refused and begins again, so two are safe, and fewer the mapping cannot be held to. A
        # function with room for one only would turn batches away, and those wait until they are visible again.
        self._consume("Indexer", queues.index, batch=100, at_once=2)
        self._consume("Repair", queues.repair, batch=10)
        # One file at a time, each with the whole time of a run, and no more at once than a scanner has threads.
        self._consume("Scan", queues.scan, batch=1, at_once=5)
        audit = self.resource("Audit")
        self.resource("APIHandler").add_property_override("Environment.Variables.AUDIT_FUNCTION", audit.ref)
        groups.let_audit(audit.get_att("Arn").to_string())
        if context.profile == "fast":
            # Schedules know no seconds: the local runner ticks instead.
            for name in ("Tick", "Sweep"):
                self.resource(name).add_property_override(f"Events.{name}Event.Properties.Enabled", False)

    def resource(self, logical_id: str) -> cdk.CfnResource:
        """A resource of the included template."""
        found: cdk.CfnResource = self._chalice.sam_template.get_resource(logical_id)
        return found

    def drop(self, logical_id: str) -> None:
        """Takes a resource out of the included template."""
        if not self._chalice.sam_template.node.try_remove_child(logical_id):
            raise LookupError(f"Chalice no longer makes {logical_id}")

    def output(self, logical_id: str) -> cdk.CfnOutput:
        """An output of the included template."""
        found: cdk.CfnOutput = self._chalice.sam_template.get_output(logical_id)
        return found

    def _consume(self, name: str, queue: sqs.Queue, *, batch: int, at_once: int | None = None) -> None:
        mapping = lambda_.CfnEventSourceMapping
        scaling = None if at_once is None else mapping.ScalingConfigProperty(maximum_concurrency=at_once)
        mapping(
            self,
            f"{name}Source",
            function_name=self.resource(name).ref,
            event_source_arn=queue.queue_arn,
            batch_size=batch,
            # More than ten at once are gathered first, which AWS allows only with a window.
            maximum_batching_window_in_seconds=1 if batch > 10 else None,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=scaling,
        )


def _policy_of(groups: Groups, group: str) -> cdk.CfnResource:
    policy = groups.by_name[group].role.node.find_child("DefaultPolicy").node.default_child
    if not isinstance(policy, cdk.CfnResource):
        raise TypeError(f"{group} has no policy")
    return policy


@contextmanager
def packaged_shell() -> Iterator[None]:
    """While functions are packaged, the built page of the client stands where the function of public pages looks for it."""
    build()
    shutil.copy(BUILT / "index.html", PACKAGED)
    try:
        yield
    finally:
        PACKAGED.unlink()


def local_source() -> Path:
    """The app without its requirements: locally the virtual environment serves them, so there is no layer and a package of 0.1 MB."""
    source = Path("source").resolve()
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for part in ("chalicelib", ".chalice"):
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("deployments", "__pycache__"))
    shutil.copy(ROOT / "app.py", source)
    (source / "requirements.txt").touch()
    return source
