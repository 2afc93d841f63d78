"""Who may do what: one role and one log group for each group of functions that need the same.

No statement names UpdateItem, DeleteItem or BatchWriteItem on the journal: what was posted stays (tests/infra holds it, also
against a cloud that enforces IAM)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from chalicelib.storage.showcase import ATTRIBUTES
from infra.cdk.data import Buckets, Keys, Mail, Queues, Tables
from infra.cdk.machines import MachineNames
from infra.cdk.nag import accept

READ = ("GetItem", "BatchGetItem")
WRITE = ("PutItem", "UpdateItem", "ConditionCheckItem")
APPEND = ("PutItem",)
FUNCTIONS = {
    "APIHandler": "Rest",
    "WebsocketConnect": "Ws",
    "WebsocketMessage": "Ws",
    "WebsocketDisconnect": "Ws",
    "Tick": "Tick",
    "Worker": "Worker",
    "Mail": "Mail",
    "Indexer": "Indexer",
    "Audit": "Audit",
    "Retention": "Retention",
    "Lifecycle": "Lifecycles",
    "Repair": "Lifecycles",
    "Sweep": "Lifecycles",
    "Scan": "Scan",
    "Outside": "Outside",
}
"""Logical id of a function: the group whose role it runs in."""


@dataclass(frozen=True)
class Group:
    """What the functions of a group share."""

    role: iam.Role
    log_group: logs.LogGroup


class Groups(Construct):
    """The groups by name."""

    def __init__(
        self,
        scope: Construct,
        ident: str,
        tables: Tables,
        queues: Queues,
        buckets: Buckets,
        keys: Keys,
        mail: Mail,
        machines: MachineNames,
    ) -> None:
        super().__init__(scope, ident)
        self._tables, self._queues, self._machines = tables, queues, machines
        search, files = buckets.search, buckets.files
        self.by_name = {
            "Rest": self._group(
                "Rest",
                # By the time index staff find disputes that wait for them.
                *self._market("Query", index=("by_owner", "by_other", "by_due")),
                # Places are given up: that of an open order, that of a twip on sale.
                allow(dynamodb(("DeleteItem",)), tables.market.table_arn),
                deny(
                    dynamodb(("DeleteItem",)),
                    tables.market.table_arn,
                    conditions=leading("CHAT#*", "MEDIA#*", "THREAD#*", of="Any"),
                ),
                *self._journal(),
                *self._statements(),
                *self._live(),
                allow(
                    ["sqs:SendMessage"],
                    *(q.queue_arn for q in (queues.work, queues.mail, queues.index, queues.repair, queues.scan)),
                ),
                self._executions(),
                # Without the right to list, a missing object looks like a forbidden one.
                allow(["s3:GetObject"], search.arn_for_objects("*")),
                allow(["s3:ListBucket"], search.bucket_arn, files.bucket_arn),
                # What it signs links for, and that a file that is used stays. It overwrites and deletes none.
                allow(
                    [
                        "s3:GetObject",
                        "s3:PutObject",
                        "s3:PutObjectTagging",
                        "s3:DeleteObjectTagging",
                        "s3:ListMultipartUploadParts",
                    ],
                    files.arn_for_objects("attachments/*"),
                ),
                allow(["secretsmanager:GetSecretValue"], keys.signing.secret_arn, keys.edge.secret_arn),
            ),
            "Ws": self._group(
                "Ws",
                *self._metering(),
                # For calls; a line is opened by a ticket, not by a token.
                allow(["secretsmanager:GetSecretValue"], keys.turn.secret_arn),
            ),
            "Tick": self._group("Tick", *self._metering("phase")),
            "Worker": self._group("Worker", *self._metering(), consume(queues.work)),
            "Mail": self._group(
                "Mail",
                consume(queues.mail),
                allow(["ses:SendEmail"], mail.identity.email_identity_arn),
                # Whose address it is, it looks up itself, and leaves the mailed link where it is redeemed.
                allow(dynamodb(("GetItem",)), tables.market.table_arn, conditions=leading("EML#*", "USR#*")),
                allow(dynamodb(("PutItem",)), tables.live.table_arn, conditions=leading("MLT#*")),
            ),
            "Indexer": self._group(
                "Indexer",
                # What is on sale, its twips, and their performers. A person's row lies beside their profile: a key cannot tell them apart.
                allow(
                    dynamodb((*READ, "Query")),
                    tables.market.table_arn,
                    conditions=leading("SALE", "SEARCH#*", "TWP#*", "USR#*"),
                ),
                # All that a performer has on sale, when their rating has changed.
                allow(
                    dynamodb(("Query",)),
                    f"{tables.market.table_arn}/index/by_owner",
                    conditions=leading("TWIPS#*"),
                ),
                # Of all state it may change only the row that names the index's present version.
                allow(
                    dynamodb(("PutItem",)),
                    tables.market.table_arn,
                    conditions=leading("SEARCH#*"),
                ),
                consume(queues.index),
                allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], search.arn_for_objects("*")),
                allow(["s3:ListBucket"], search.bucket_arn),
            ),
            # The one that reads whole tables writes nothing.
            "Audit": self._group(
                "Audit",
                allow(dynamodb((*READ, "Query", "Scan")), tables.market.table_arn, tables.journal.table_arn),
                allow(dynamodb(("Query",)), f"{tables.journal.table_arn}/index/payee"),
            ),
            # The one that deletes what was said reaches nothing else.
            "Retention": self._group(
                "Retention",
                allow(
                    dynamodb(("Query", "DeleteItem")),
                    tables.market.table_arn,
                    # A dispute's thread has a name that no other has.
                    conditions=leading("CHAT#*", "MEDIA#*", "RETAIN", "LEFTOVER", "THREAD#*-d*"),
                ),
                allow(["s3:DeleteObject", "s3:AbortMultipartUpload"], files.arn_for_objects("attachments/*")),
            ),
            # It reads files and writes what it has found of them.
            "Scan": self._group(
                "Scan",
                consume(queues.scan),
                allow(dynamodb(("GetItem", "PutItem")), tables.market.table_arn, conditions=leading("THREAD#*")),
                allow(["s3:GetObject"], files.arn_for_objects("attachments/*")),
                # Without the right to list, a missing object looks like a forbidden one.
                allow(["s3:ListBucket"], files.bucket_arn),
            ),
            # What strangers may see, and nothing else of it: no draft, no address, nothing that is sold.
            "Outside": self._group(
                "Outside",
                allow(
                    dynamodb(("Query",)),
                    tables.market.table_arn,
                    conditions=_merged(leading("SALE"), _only(ATTRIBUTES), SPECIFIC),
                ),
                # What a batch asks for stands by its table, where the local cloud does not look.
                allow(
                    dynamodb(("BatchGetItem",)),
                    tables.market.table_arn,
                    conditions=_merged(leading("TWP#*", "USR#*"), _only(ATTRIBUTES)),
                ),
                allow(
                    dynamodb(("Query",)),
                    f"{tables.market.table_arn}/index/by_owner",
                    conditions=_merged(leading("TWIPS#*"), _only(ATTRIBUTES), SPECIFIC),
                ),
            ),
            # What an order's or a dispute's clock does needs the rights of those who act on it.
            "Lifecycles": self._group(
                "Lifecycles",
                *self._market(index=("by_due",)),
                # Who is to decide now, and what the default verdict asks about.
                allow(
                    dynamodb(("Query",)),
                    tables.market.table_arn,
                    conditions=leading("DUTY#*", "CHAT#*", "MEDIA#*"),
                ),
                *self._journal(),
                *self._live(),
                allow(
                    ["sqs:SendMessage"],
                    *(q.queue_arn for q in (queues.mail, queues.repair, queues.index, queues.scan)),
                ),
                consume(queues.repair),
                self._executions(),
                allow(["states:DescribeExecution"], *machines.executions.values()),
            ),
        }
        for name in machines.names.values():
            accept(
                self.by_name["Lifecycles"].role,
                "every execution of the machine: each bears its subject's id",
                f"IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:{name}:*]",
            )
        for name in ("Rest", "Indexer"):
            accept(
                self.by_name[name].role,
                "every version of the search index: their names are made by the indexer",
                f"IAM5[Resource::<{cdk.Stack.of(self).get_logical_id(search.node.default_child)}.Arn>/*]",  # type: ignore[arg-type]
            )

        for name in ("Rest", "Retention", "Scan"):
            accept(
                self.by_name[name].role,
                "every attachment: their names are made by the service",
                f"IAM5[Resource::<{cdk.Stack.of(self).get_logical_id(files.node.default_child)}.Arn>/attachments/*]",  # type: ignore[arg-type]
            )

    def let_push(self, arn_of: Callable[[str], str], api: str) -> None:
        """Lets all who tell people things send to any connection of the WebSocket stage, and those who sign people out or let lines in
        close it. `arn_of` a method: sending is POST, closing is DELETE, and the right to one is none to the other."""
        for name in ("Rest", "Ws", "Tick", "Worker", "Lifecycles"):
            self._manage(name, "POST", arn_of("POST"), api)
        for name in ("Rest", "Ws"):
            self._manage(name, "DELETE", arn_of("DELETE"), api)

    def _manage(self, name: str, method: str, connections_arn: str, api: str) -> None:
        self.by_name[name].role.add_to_policy(allow(["execute-api:ManageConnections"], connections_arn))
        accept(
            self.by_name[name].role,
            "any connection of this API and stage: their ids are made by the gateway",
            "IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:"
            f"<{api}>/ws/{method}/@connections/*]",
        )

    def let_audit(self, function_arn: str) -> None:
        """Lets the REST API ask for an audit, for an admin."""
        self.by_name["Rest"].role.add_to_policy(allow(["lambda:InvokeFunction"], function_arn))

    def _metering(self, *index: str) -> Iterable[iam.PolicyStatement]:
        """What sessions need, whoever moves them: a frame, the worker at the second, the tick as the backbone."""
        yield from self._market(index=index)
        yield from self._journal()
        yield from self._live()
        # Whether the performer has replied in a call that ends unpaid.
        yield allow(dynamodb(("Query",)), self._tables.market.table_arn, conditions=leading("CHAT#*"))
        yield allow(["sqs:SendMessage"], self._queues.work.queue_arn)

    def _executions(self) -> iam.PolicyStatement:
        return allow(["states:StartExecution", "states:SendTaskSuccess"], *self._machines.arns.values())

    def _market(self, *more: str, index: tuple[str, ...]) -> Iterable[iam.PolicyStatement]:
        yield allow(dynamodb((*READ, *WRITE, *more)), self._tables.market.table_arn)
        if index:
            yield allow(dynamodb(("Query",)), *(f"{self._tables.market.table_arn}/index/{name}" for name in index))

    def _journal(self) -> Iterable[iam.PolicyStatement]:
        """To bill is to append: nothing that bills reads what was posted."""
        yield allow(dynamodb(APPEND), self._tables.journal.table_arn)

    def _statements(self) -> Iterable[iam.PolicyStatement]:
        arn = self._tables.journal.table_arn
        yield allow(dynamodb((*READ, "Query")), arn)
        yield allow(dynamodb(("Query",)), f"{arn}/index/payee")

    def _live(self) -> Iterable[iam.PolicyStatement]:
        yield allow(dynamodb((*READ, *WRITE, "DeleteItem", "Query")), self._tables.live.table_arn)

    def _group(self, name: str, *statements: iam.PolicyStatement) -> Group:
        log_group = logs.LogGroup(
            self,
            f"{name}Logs",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        role = iam.Role(self, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        role.add_to_policy(allow(["logs:CreateLogStream", "logs:PutLogEvents"], log_group.log_group_arn))
        role.add_to_policy(allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"))
        accept(role, "X-Ray knows no rights by resource", "IAM5[Resource::*]")
        for statement in statements:
            role.add_to_policy(statement)
        return Group(role, log_group)


def allow(
    actions: Iterable[str], *resources: str, conditions: dict[str, dict[str, list[str]]] | None = None
) -> iam.PolicyStatement:
    """A statement that allows."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions)


def deny(actions: Iterable[str], *resources: str, conditions: dict[str, dict[str, list[str]]]) -> iam.PolicyStatement:
    """A statement that takes back, whatever else allows it. Where a transaction touches more than its own keys, it is safer than to
    allow those only: which keys count there, AWS does not say."""
    return iam.PolicyStatement(
        effect=iam.Effect.DENY, actions=list(actions), resources=list(resources), conditions=conditions
    )


def leading(*keys: str, of: str = "All") -> dict[str, dict[str, list[str]]]:
    """The condition that all items that are touched (`of` "Any": one of them) have such partition keys; `*` stands for any text."""
    operator = "ForAllValues" if of == "All" else "ForAnyValue"
    return {f"{operator}:StringLike": {"dynamodb:LeadingKeys": list(keys)}}


SPECIFIC = {"StringEqualsIfExists": {"dynamodb:Select": ["SPECIFIC_ATTRIBUTES"]}}
"""The condition that a request names what it wants of an item."""


def _only(attributes: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """The condition that whatever is named is one of these."""
    return {"ForAllValues:StringEquals": {"dynamodb:Attributes": sorted(attributes)}}


def _merged(*conditions: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    """All of them; each has an operator of its own."""
    return {operator: keys for condition in conditions for operator, keys in condition.items()}


def dynamodb(operations: Iterable[str]) -> list[str]:
    """Actions of DynamoDB by the names of its operations."""
    return [f"dynamodb:{operation}" for operation in operations]


def consume(queue: sqs.Queue) -> iam.PolicyStatement:
    """What an event source mapping does in its function's name."""
    actions = ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes")
    return allow((f"sqs:{action}" for action in actions), queue.queue_arn)
