"""What the description of the cloud promises about the state machines, and about what finds executions that are gone."""

import json
import re
from typing import Any

import pytest

from infra.cdk.groups import FUNCTIONS
from infra.cdk.machines import ENDED_BADLY
from infra.statemachines import DEFINITIONS
from tests.infra.conftest import Template
from tests.infra.test_stack import functions, listed, of_type
from tools.statemachines import PLACEHOLDER

NAMES = {f"twip-check-{it.name}".replace("_", "-"): it for it in DEFINITIONS}


def machines(template: Template) -> dict[str, dict[str, Any]]:
    return {it["StateMachineName"]: it for it in of_type(template, "AWS::StepFunctions::StateMachine").values()}


def on_states(template: Template) -> dict[str, set[tuple[str, str]]]:
    """By group of functions: rights on state machines and executions, each with the last part of its resource's name."""
    found: dict[str, set[tuple[str, str]]] = {}
    for policy in of_type(template, "AWS::IAM::Policy").values():
        group = policy["Roles"][0]["Ref"].removeprefix("Groups").partition("Role")[0]
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in listed(statement["Action"]):
                if action.startswith("states:"):
                    resources = re.findall(r":(stateMachine|execution):([\w:*-]+)", json.dumps(statement["Resource"]))
                    found.setdefault(group, set()).update((action, f"{kind}:{name}") for kind, name in resources)
    return found


def test_every_definition_is_deployed_as_a_standard_machine_under_a_name_of_its_own(deployed: Template) -> None:
    assert set(machines(deployed)) == set(NAMES)
    assert {it["StateMachineType"] for it in machines(deployed).values()} == {"STANDARD"}


@pytest.mark.parametrize("stage", ["deployed", "fast"])
def test_what_a_definition_leaves_open_is_filled_in_and_nothing_else(
    stage: str, request: pytest.FixtureRequest
) -> None:
    """No tool takes a placeholder without a substitution for an error."""
    definitions = {it.name.replace("_", "-"): it for it in DEFINITIONS}
    for name, machine in machines(request.getfixturevalue(stage)).items():
        definition = next(it for ending, it in definitions.items() if name.endswith(ending))
        assert set(PLACEHOLDER.findall(definition.text)) == set(machine["DefinitionSubstitutions"])


def test_operators_can_follow_an_execution_without_reading_what_people_wrote(deployed: Template) -> None:
    groups = of_type(deployed, "AWS::Logs::LogGroup")
    for name, machine in machines(deployed).items():
        logging = machine["LoggingConfiguration"]
        assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
        assert machine["TracingConfiguration"] == {"Enabled": True}
        (written,) = logging["Destinations"]
        group = written["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"][0]
        assert groups[group]["LogGroupName"] == f"/aws/vendedlogs/states/{name}"


def test_a_machine_may_call_its_function_and_nothing_else_of_ours(deployed: Template) -> None:
    for machine in machines(deployed).values():
        role = machine["RoleArn"]["Fn::GetAtt"][0]
        policies = [it for it in of_type(deployed, "AWS::IAM::Policy").values() if it["Roles"][0]["Ref"] == role]
        statements = [it for policy in policies for it in policy["PolicyDocument"]["Statement"]]
        assert [(it["Action"], it["Resource"]) for it in statements if it["Resource"] != "*"] == [
            ("lambda:InvokeFunction", {"Fn::GetAtt": ["Lifecycle", "Arn"]})
        ]
        actions = {action for it in statements if it["Resource"] == "*" for action in listed(it["Action"])}
        assert {action.partition(":")[0] for action in actions} == {"logs", "xray"}


def test_who_acts_may_begin_executions_and_wake_them_and_who_repairs_may_look_at_them_too(deployed: Template) -> None:
    acting = {
        (f"states:{act}", f"stateMachine:{name}") for act in ("StartExecution", "SendTaskSuccess") for name in NAMES
    }
    looking = {("states:DescribeExecution", f"execution:{name}:*") for name in NAMES}
    assert on_states(deployed) == {"Rest": acting, "Lifecycles": acting | looking}


def test_a_function_ends_before_its_machine_gives_it_up(deployed: Template) -> None:
    for definition in DEFINITIONS:
        assert functions(deployed)["Lifecycle"]["Timeout"] < definition.document["States"]["Due"]["TimeoutSeconds"]


def test_functions_know_the_machines_by_what_they_keep_the_time_of(deployed: Template) -> None:
    told = functions(deployed)["APIHandler"]["Environment"]["Variables"]
    for name, definition in NAMES.items():
        assert json.dumps(told[f"{definition.of.upper()}_MACHINE"]).endswith(f':stateMachine:{name}"]]}}')


def test_an_execution_that_ends_badly_comes_to_the_queue_of_repairs(deployed: Template) -> None:
    (rule,) = [it for it in of_type(deployed, "AWS::Events::Rule").values() if "aws.states" in json.dumps(it)]
    detail = rule["EventPattern"]["detail"]
    assert detail["status"] == list(ENDED_BADLY) == ["FAILED", "TIMED_OUT", "ABORTED"]
    assert set(re.findall(r":stateMachine:([\w-]+)", json.dumps(detail["stateMachineArn"]))) == set(NAMES)
    (target,) = rule["Targets"]
    queue = target["Arn"]["Fn::GetAtt"][0]
    assert queue.startswith("QueuesRepair")
    assert of_type(deployed, "AWS::SQS::Queue")[queue]["DelaySeconds"] == 30
    (consumer,) = [
        it
        for it in of_type(deployed, "AWS::Lambda::EventSourceMapping").values()
        if it["EventSourceArn"]["Fn::GetAtt"][0] == queue
    ]
    assert FUNCTIONS[consumer["FunctionName"]["Ref"]] == "Lifecycles"


def test_somebody_is_woken_whichever_way_an_execution_ends_badly(deployed: Template) -> None:
    alarms = [it for it in of_type(deployed, "AWS::CloudWatch::Alarm").values() if it.get("Namespace") == "AWS/States"]
    counted = {(it["MetricName"], it["Dimensions"][0]["Value"]["Ref"]) for it in alarms}
    made = of_type(deployed, "AWS::StepFunctions::StateMachine")
    ends = ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted")
    assert counted == {(end, machine) for end in ends for machine in made}
    assert all(it["AlarmActions"] for it in alarms)


def test_the_sweep_comes_every_minute_ends_before_the_next_and_in_the_fast_profile_comes_from_the_runner(
    deployed: Template, fast: Template
) -> None:
    sweep = functions(deployed)["Sweep"]
    assert sweep["Events"]["SweepEvent"]["Properties"] == {"Schedule": "rate(1 minute)"}
    assert sweep["Timeout"] < 60
    assert functions(fast)["Sweep"]["Events"]["SweepEvent"]["Properties"]["Enabled"] is False
