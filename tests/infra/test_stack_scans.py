"""The scanning function of a deployed stage: its queue, its alarm, its rights, and where the scanner is (D26)."""

from typing import Any

from tests.infra.conftest import Template
from tests.infra.test_stack import functions, leading, of_type, rights, scaled


def test_one_function_scans_five_files_at_once_and_each_has_a_run_of_its_own(deployed: Template) -> None:
    assert scaled(deployed)["Scan"] == 5
    (source,) = [
        it
        for it in of_type(deployed, "AWS::Lambda::EventSourceMapping").values()
        if it["FunctionName"] == {"Ref": "Scan"}
    ]
    assert (source["BatchSize"], source["FunctionResponseTypes"]) == (1, ["ReportBatchItemFailures"])


def test_a_file_that_could_not_be_scanned_after_some_tries_rings_an_alarm(deployed: Template) -> None:
    (queue,) = [
        it
        for name, it in of_type(deployed, "AWS::SQS::Queue").items()
        if name.startswith("QueuesScan") and "RedrivePolicy" in it
    ]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 3
    dead = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    (alarm,) = [
        it
        for it in of_type(deployed, "AWS::CloudWatch::Alarm").values()
        if it.get("Dimensions") == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [dead, "QueueName"]}}]
    ]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 1)
    assert alarm["AlarmActions"]


def test_the_scanning_function_writes_only_where_scans_lie_and_reads_no_money(deployed: Template) -> None:
    said = leading("ForAllValues", "THREAD#*")
    assert sorted(rights(deployed, "Scan", "Market")) == [
        ("Allow", "dynamodb:GetItem", said),
        ("Allow", "dynamodb:PutItem", said),
    ]
    assert not rights(deployed, "Scan", "Journal")
    assert not rights(deployed, "Scan", "Live")


def test_every_function_knows_the_queue_and_whether_there_is_a_scanner(deployed: Template) -> None:
    for it in functions(deployed).values():
        known: dict[str, Any] = it["Environment"]["Variables"]
        assert known["SCANNER"] == ""
        assert known["SCAN_QUEUE_URL"]["Ref"].startswith("QueuesScan")
