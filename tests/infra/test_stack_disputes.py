"""What the description of the cloud promises of disputes: who finds them by their time, and who is woken for one that nobody decides."""

import json
import logging
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from chalicelib.services.disputes.terms import UNDECIDED
from chalicelib.services.ports import Listing
from chalicelib.storage.listings import SOURCES
from infra.cdk.alarms import DECIDING
from tests.infra.conftest import Template
from tests.infra.test_stack import functions, listed, of_type


def filters(template: Template) -> list[dict[str, Any]]:
    return list(of_type(template, "AWS::Logs::MetricFilter").values())


def queried_indexes(template: Template, group: str) -> set[str]:
    """Of the market, by a group."""
    found: set[str] = set()
    for policy in of_type(template, "AWS::IAM::Policy").values():
        if not policy["Roles"][0]["Ref"].startswith(f"Groups{group}Role"):
            continue
        for it in policy["PolicyDocument"]["Statement"]:
            if "dynamodb:Query" in listed(it["Action"]):
                found |= set(re.findall(r"/index/(\w+)", json.dumps(it["Resource"])))
    return found


@pytest.mark.rule("D31")
def test_somebody_is_woken_when_a_dispute_is_decided_by_nobody_wherever_that_is_found(deployed: Template) -> None:
    watched = {it["LogGroupName"]["Ref"].removeprefix("Groups").partition("Logs")[0] for it in filters(deployed)}
    assert watched == set(DECIDING)
    (counted,) = {json.dumps(it["MetricTransformations"], sort_keys=True) for it in filters(deployed)}
    (metric,) = json.loads(counted)
    assert metric["MetricValue"] == "1"
    (alarm,) = [
        it
        for it in of_type(deployed, "AWS::CloudWatch::Alarm").values()
        if (it.get("Namespace"), it.get("MetricName")) == (metric["MetricNamespace"], metric["MetricName"])
    ]
    assert (alarm["Statistic"], alarm["Threshold"], alarm["TreatMissingData"]) == ("Sum", 1, "notBreaching")
    assert alarm["AlarmActions"]


@pytest.mark.rule("D31")
def test_what_is_counted_is_the_line_that_names_the_dispute(deployed: Template) -> None:
    (pattern,) = {it["FilterPattern"] for it in filters(deployed)}
    said = re.fullmatch(r'{ \$\.message = "(.*)" }', pattern)
    assert said
    line = logging.LogRecord("terms", logging.ERROR, "", 0, UNDECIDED, ("d1", "order", 1, 2), None).getMessage()
    assert fnmatchcase(line, said[1])
    assert not fnmatchcase("dispute d1 was decided by Nina", said[1])
    for name in ("APIHandler", "Lifecycle", "Repair"):
        assert functions(deployed)[name]["LoggingConfig"]["LogFormat"] == "JSON", "the pattern reads a field"


@pytest.mark.rule("D28")
def test_staff_find_disputes_by_the_index_that_the_api_may_read(deployed: Template) -> None:
    index = SOURCES[Listing.DISPUTES_IN_PHASE].index
    for group in DECIDING:
        assert index in queried_indexes(deployed, group)
