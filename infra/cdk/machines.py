"""The state machines: deployed from their files, with their logs, their one right, and a rule that brings what ended badly to repair."""

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as states
from constructs import Construct

from infra.cdk.context import Context
from infra.cdk.nag import accept
from infra.statemachines import DEFINITIONS, Definition

ENDED_BADLY = ("FAILED", "TIMED_OUT", "ABORTED")


class MachineNames:
    """The machines' ARNs, by what they keep the time of. They are known before the machines are made: a function depends on its policy,
    which names the machines, and a machine depends on its function."""

    def __init__(self, scope: Construct, context: Context) -> None:
        stack = cdk.Stack.of(scope)
        self.names = {it.of: f"twip-{context.stage}-{it.name}".replace("_", "-") for it in DEFINITIONS}
        self.arns = {of: _arn(stack, "stateMachine", name) for of, name in self.names.items()}
        self.executions = {of: _arn(stack, "execution", f"{name}:*") for of, name in self.names.items()}

    @property
    def environment(self) -> dict[str, str]:
        """As the functions are told."""
        return {f"{of.upper()}_MACHINE": arn for of, arn in self.arns.items()}


def _arn(stack: cdk.Stack, resource: str, name: str) -> str:
    form = cdk.ArnFormat.COLON_RESOURCE_NAME
    return stack.format_arn(service="states", resource=resource, resource_name=name, arn_format=form)


class Machines(Construct):
    """STANDARD ones, one execution a subject. All of them call one function."""

    def __init__(
        self, scope: Construct, ident: str, names: MachineNames, function: cdk.CfnResource, repair: sqs.Queue
    ) -> None:
        super().__init__(scope, ident)
        arn = function.get_att("Arn").to_string()
        self.by_name = {it.name: self._machine(it, names.names[it.of], arn) for it in DEFINITIONS}
        self._bring_to_repair(names.arns.values(), repair)

    def _machine(self, definition: Definition, name: str, function_arn: str) -> states.StateMachine:
        ident = definition.name.title().replace("_", "")
        role = iam.Role(self, f"{ident}Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function_arn]))
        accept(role, "the delivery of logs and X-Ray know no rights by resource", "IAM5[Resource::*]")
        log_group = logs.LogGroup(
            self,
            f"{ident}Logs",
            # Names of this form need no resource policy of their own, of which an account has ten.
            log_group_name=f"/aws/vendedlogs/states/{name}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        return states.StateMachine(
            self,
            ident,
            state_machine_name=name,
            state_machine_type=states.StateMachineType.STANDARD,
            definition_body=states.DefinitionBody.from_file(str(definition.file)),
            definition_substitutions={"Lifecycle": function_arn},
            role=role,
            logs=states.LogOptions(destination=log_group, level=states.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
        )

    def _bring_to_repair(self, arns: Iterable[str], repair: sqs.Queue) -> None:
        pattern = events.EventPattern(
            source=["aws.states"],
            detail_type=["Step Functions Execution Status Change"],
            detail={"stateMachineArn": list(arns), "status": list(ENDED_BADLY)},
        )
        events.Rule(self, "EndedBadly", event_pattern=pattern).add_target(targets.SqsQueue(repair))
