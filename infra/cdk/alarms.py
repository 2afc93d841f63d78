"""What somebody must be woken for: dead letters, a tick that fails or does not come, something said that is not erased in time, an
execution that ended badly, a dispute that nobody has decided."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cw
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from chalicelib.services.disputes.terms import BY_NOBODY
from infra.cdk.data import Queues
from infra.cdk.functions import Functions
from infra.cdk.groups import Groups
from infra.cdk.machines import Machines

DECIDING = ("Rest", "Lifecycles")
"""The groups of functions that may meet a dispute whose last term is over: whoever acts in it, and its clock."""


class Alarms(Construct):
    """All go to one topic; whoever is on duty subscribes to it."""

    def __init__(
        self,
        scope: Construct,
        ident: str,
        queues: Queues,
        groups: Groups,
        functions: Functions,
        machines: Machines,
    ) -> None:
        super().__init__(scope, ident)
        self._topic = sns.Topic(self, "Duty", enforce_ssl=True)
        for name, dead in queues.dead.items():
            letters = dead.metric_approximate_number_of_messages_visible(
                period=cdk.Duration.minutes(1), statistic="Maximum"
            )
            self._alarm(f"{name}Dead", letters, f"messages of the {name.lower()} queue failed for good")
        self._alarm(
            "TickErrors", self._of(functions, "Tick", "Errors"), "a tick failed; the next one repairs, once it runs"
        )
        self._alarm(
            "RetentionErrors",
            self._of(functions, "Retention", "Errors"),
            "what was said in some orders is kept longer than promised: the log names them",
        )
        self._alarm(
            "TickMissing",
            self._of(functions, "Tick", "Invocations"),
            "no tick for five minutes: sessions are billed by the queue alone",
            comparison=cw.ComparisonOperator.LESS_THAN_THRESHOLD,
            missing=cw.TreatMissingData.BREACHING,
        )
        self._alarm(
            "SweepErrors",
            self._of(functions, "Sweep", "Errors"),
            "terms that nobody was woken for are not swept; the state machines alone keep the time",
        )
        period = cdk.Duration.minutes(5)
        for name, machine in machines.by_name.items():
            ident = name.title().replace("_", "")
            for how, metric in (
                ("Failed", machine.metric_failed(period=period)),
                ("TimedOut", machine.metric_timed_out(period=period)),
                ("Aborted", machine.metric_aborted(period=period)),
            ):
                self._alarm(
                    f"{ident}{how}", metric, f"an execution of {name} has ended so; it is begun again by repair"
                )

        self._alarm(
            "DisputeUndecided",
            self._undecided(groups),
            "a dispute was decided by nobody, so by the default verdict: the log names it; arbiters or admins are missing",
        )

    def _undecided(self, groups: Groups) -> cw.Metric:
        namespace, name = "Twip", "DisputesDecidedByNobody"
        for group in DECIDING:
            logs.MetricFilter(
                self,
                f"{group}Undecided",
                log_group=groups.by_name[group].log_group,
                # Functions log in JSON.
                filter_pattern=logs.FilterPattern.string_value("$.message", "=", f"*{BY_NOBODY}*"),
                metric_namespace=namespace,
                metric_name=name,
                metric_value="1",
            )
        return cw.Metric(namespace=namespace, metric_name=name, statistic="Sum", period=cdk.Duration.minutes(5))

    def _of(self, functions: Functions, name: str, metric: str) -> cw.Metric:
        return cw.Metric(
            namespace="AWS/Lambda",
            metric_name=metric,
            dimensions_map={"FunctionName": functions.resource(name).ref},
            statistic="Sum",
            period=cdk.Duration.minutes(5),
        )

    def _alarm(
        self,
        name: str,
        metric: cw.IMetric,
        meaning: str,
        comparison: cw.ComparisonOperator = cw.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        missing: cw.TreatMissingData = cw.TreatMissingData.NOT_BREACHING,
    ) -> None:
        alarm = cw.Alarm(
            self,
            name,
            metric=metric,
            alarm_description=meaning,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=comparison,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(actions.SnsAction(self._topic))
