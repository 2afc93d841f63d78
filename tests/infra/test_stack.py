"""What the description of the cloud promises, read from the template that it makes."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.durations import PROFILES, REAL
from chalicelib.gateways.cdn import HEADER
from chalicelib.services.calls.ticking import WHOLE
from chalicelib.services.orders.retention import Retention
from dynamo.tables import twip_tables
from infra.cdk.check import EXAMPLE
from infra.cdk.groups import FUNCTIONS
from infra.cdk.synthesis import ROOT, SynthesisFailed, synthesise
from tests.infra.conftest import Template

LAMBDA_GIVES = {"AWS_REGION", "AWS_DEFAULT_REGION"}
LOCAL_ONLY = {"LOCAL", "AWS_ENDPOINT_URL"}
HANDLERS = {
    "APIHandler": "app.app",
    "WebsocketConnect": "app.ws_connect",
    "WebsocketMessage": "app.ws_message",
    "WebsocketDisconnect": "app.ws_disconnect",
    # Not app.*: a cold start of a job imports neither the routes nor pydantic.
    "Tick": "chalicelib.handlers.jobs.tick",
    "Worker": "chalicelib.handlers.jobs.worker",
    "Mail": "chalicelib.handlers.jobs.mail",
    "Indexer": "chalicelib.handlers.jobs.indexer",
    "Audit": "chalicelib.handlers.jobs.audit",
    "Retention": "chalicelib.handlers.jobs.retention",
    "Lifecycle": "chalicelib.handlers.jobs.lifecycle",
    "Repair": "chalicelib.handlers.jobs.repair",
    "Sweep": "chalicelib.handlers.jobs.sweep",
    "Scan": "chalicelib.handlers.jobs.scan",
    "Outside": "chalicelib.handlers.jobs.outside",
}
ALL_HEADERS_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AWS's own policy of the CDN."""
ON_THE_JOURNAL = {f"dynamodb:{act}" for act in ("GetItem", "BatchGetItem", "Query", "Scan", "PutItem")}


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    return {name: it["Properties"] for name, it in template["Resources"].items() if it["Type"] == kind}


def functions(template: Template) -> dict[str, dict[str, Any]]:
    return of_type(template, "AWS::Serverless::Function")


def statements(template: Template) -> Iterator[dict[str, Any]]:
    """Of our functions' roles. The CDK's own function, which copies the client's files at a deployment, is none of them, nor are the
    state machines."""
    for name, policy in of_type(template, "AWS::IAM::Policy").items():
        if not name.startswith(("CustomCDKBucketDeployment", "Machines")):
            yield from policy["PolicyDocument"]["Statement"]


def test_the_function_that_copies_the_clients_files_reaches_the_clients_bucket_only(deployed: Template) -> None:
    [policy] = [
        it for name, it in of_type(deployed, "AWS::IAM::Policy").items() if name.startswith("CustomCDKBucketDeployment")
    ]
    written = [
        str(it["Resource"])
        for it in policy["PolicyDocument"]["Statement"]
        if any("Put" in action or "Delete" in action for action in listed(it["Action"]))
    ]
    assert written
    assert all("BucketsWeb" in resource for resource in written)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_function_has_its_handler(deployed: Template) -> None:
    assert {name: it["Handler"] for name, it in functions(deployed).items()} == HANDLERS


def test_every_function_runs_in_the_role_of_its_group_and_none_in_the_one_it_was_packaged_with(
    deployed: Template, fast: Template
) -> None:
    for template in (deployed, fast):
        roles = {name: it["Role"]["Fn::GetAtt"][0] for name, it in functions(template).items()}
        assert {name: role.startswith(f"Groups{FUNCTIONS[name]}Role") for name, role in roles.items()} == dict.fromkeys(
            HANDLERS, True
        )


def test_every_function_logs_into_the_group_that_its_role_may_write_to(deployed: Template) -> None:
    for name, it in functions(deployed).items():
        assert it["LoggingConfig"]["LogGroup"]["Ref"].startswith(f"Groups{FUNCTIONS[name]}Logs")


def test_every_function_is_given_all_that_the_settings_read(deployed: Template) -> None:
    tree = ast.parse((ROOT / "chalicelib" / "config.py").read_text())
    read = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "get"
    }
    pushing = ("Rest", "Ws", "Tick", "Worker", "Lifecycles")
    for name, it in functions(deployed).items():
        given = set(it["Environment"]["Variables"])
        assert read - given <= LAMBDA_GIVES | LOCAL_ONLY | {"WS_MANAGEMENT_URL", "AUDIT_FUNCTION"}, name
        assert ("WS_MANAGEMENT_URL" in given) is (FUNCTIONS[name] in pushing)
        assert ("AUDIT_FUNCTION" in given) is (FUNCTIONS[name] == "Rest")


@pytest.mark.parametrize("stage", ["deployed", "fast"])
def test_nobody_is_allowed_more_on_the_journal_than_to_read_and_to_append(
    stage: str, request: pytest.FixtureRequest
) -> None:
    template = request.getfixturevalue(stage)
    on_journal = [it for it in statements(template) if any("TablesJournal" in str(r) for r in listed(it["Resource"]))]
    assert on_journal
    for statement in on_journal:
        assert set(listed(statement["Action"])) <= ON_THE_JOURNAL


@pytest.mark.rule("D28")
def test_who_signs_people_out_or_turns_lines_away_may_close_them_and_nobody_else(deployed: Template) -> None:
    """Sending and closing are two rights, by the method: with the one for sending alone a blocked person's line stays open."""
    methods: dict[str, set[str]] = defaultdict(set)
    for policy in of_type(deployed, "AWS::IAM::Policy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            if "execute-api:ManageConnections" in listed(statement["Action"]):
                found = re.findall(r"/ws/(\w+)/@connections", json.dumps(statement["Resource"]))
                methods[policy["Roles"][0]["Ref"].removeprefix("Groups").partition("Role")[0]] |= set(found)
    telling = {group: {"POST"} for group in ("Tick", "Worker", "Lifecycles")}
    assert methods == {"Rest": {"POST", "DELETE"}, "Ws": {"POST", "DELETE"}, **telling}


def test_wildcards_stand_only_where_aws_has_no_finer_name(deployed: Template) -> None:
    actions = {
        action for it in statements(deployed) if "*" in listed(it["Resource"]) for action in listed(it["Action"])
    }
    assert actions == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
    assert not any("*" in action for it in statements(deployed) for action in listed(it["Action"]))


def test_the_tables_are_those_that_the_simulation_runs_over(deployed: Template) -> None:
    tables = {
        name.removeprefix("Tables")[:-8].lower(): it for name, it in of_type(deployed, "AWS::DynamoDB::Table").items()
    }
    simulated = twip_tables()
    assert set(tables) == set(simulated)
    for name, table in tables.items():
        indexes = {
            it["IndexName"]: (
                tuple(key["AttributeName"] for key in it["KeySchema"]),
                tuple(it["Projection"].get("NonKeyAttributes", ())) or it["Projection"]["ProjectionType"],
            )
            for it in table.get("GlobalSecondaryIndexes", [])
        }
        assert tuple(key["AttributeName"] for key in table["KeySchema"]) == simulated[name].keys
        assert indexes == {index: (it.keys, it.projection) for index, it in simulated[name].indexes.items()}


def test_what_must_last_is_protected_and_what_need_not_expires(deployed: Template) -> None:
    for name, table in of_type(deployed, "AWS::DynamoDB::Table").items():
        kept = "Live" not in name
        assert table.get("DeletionProtectionEnabled", False) is kept
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is kept
        assert ("TimeToLiveSpecification" in table) is not kept


def test_queues_give_back_only_what_failed_and_keep_what_never_succeeds(deployed: Template) -> None:
    sources = of_type(deployed, "AWS::Lambda::EventSourceMapping")
    assert len(sources) == len(QUEUE_OF)
    assert all(it["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for it in sources.values())
    queues = of_type(deployed, "AWS::SQS::Queue")
    assert sum("RedrivePolicy" in it for it in queues.values()) == len(QUEUE_OF)
    for name, it in functions(deployed).items():
        if name in QUEUE_OF:
            queue = next(
                q for n, q in queues.items() if "RedrivePolicy" in q and n.startswith(f"Queues{QUEUE_OF[name]}")
            )
            assert queue["VisibilityTimeout"] >= 2 * it["Timeout"]


QUEUE_OF = {"Worker": "Work", "Mail": "Mail", "Indexer": "Index", "Repair": "Repair", "Scan": "Scan"}


def test_no_batch_of_the_search_index_is_turned_away_and_no_crowd_writes_it(deployed: Template) -> None:
    assert "ReservedConcurrentExecutions" not in functions(deployed)["Indexer"]
    assert scaled(deployed)["Indexer"] == 2


def test_only_the_indexer_writes_the_search_index_and_nobody_but_the_api_reads_it(deployed: Template) -> None:
    rights_of = {group: acts for group in set(FUNCTIONS.values()) if (acts := acts_on_search(deployed, group))}
    reading = {"s3:GetObject", "s3:ListBucket"}
    assert rights_of == {"Rest": reading, "Indexer": reading | {"s3:PutObject", "s3:DeleteObject"}}


@pytest.mark.parametrize("stage", ["deployed", "fast"])
def test_parts_of_the_search_index_that_are_deleted_are_gone(stage: str, request: pytest.FixtureRequest) -> None:
    buckets = of_type(request.getfixturevalue(stage), "AWS::S3::Bucket")
    (it,) = [it for name, it in buckets.items() if name.startswith("BucketsSearch")]
    assert "VersioningConfiguration" not in it


def acts_on_search(template: Template, group: str) -> set[str]:
    """What a group may do in the bucket of the index."""
    return {
        act
        for policy in of_type(template, "AWS::IAM::Policy").values()
        if policy["Roles"][0]["Ref"].startswith(f"Groups{group}Role")
        for it in policy["PolicyDocument"]["Statement"]
        if "BucketsSearch" in json.dumps(it["Resource"])
        for act in listed(it["Action"])
    } & {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"}


def test_the_search_index_needs_no_more_scratch_disk_than_each_function_has(deployed: Template) -> None:
    for name in ("APIHandler", "Indexer"):
        assert functions(deployed)[name].get("EphemeralStorage", {"Size": 512}) == {"Size": 512}


def test_a_function_is_smaller_unpacked_than_four_fifths_of_what_is_allowed() -> None:
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    files = [
        file.locate() for name in pinned for file in distribution(name).files or () if "__pycache__" not in str(file)
    ]
    assert sum(Path(str(file)).stat().st_size for file in files) < 200_000_000


def scaled(template: Template) -> dict[str, int]:
    """How many of a queue's function run at once, where that is bounded."""
    sources = of_type(template, "AWS::Lambda::EventSourceMapping").values()
    return {
        it["FunctionName"]["Ref"]: it["ScalingConfig"]["MaximumConcurrency"] for it in sources if "ScalingConfig" in it
    }


def test_who_mails_reminders_looks_up_people_and_leaves_links_and_does_nothing_else(deployed: Template) -> None:
    people, links = leading("ForAllValues", "EML#*", "USR#*"), leading("ForAllValues", "MLT#*")
    assert rights(deployed, "Mail", "Market") == [("Allow", "dynamodb:GetItem", people)]
    assert rights(deployed, "Mail", "Live") == [("Allow", "dynamodb:PutItem", links)]
    assert not rights(deployed, "Mail", "Journal")


def secrets_of(template: Template, group: str) -> set[str]:
    """The secrets that a group may read."""
    found = set()
    for policy in of_type(template, "AWS::IAM::Policy").values():
        if policy["Roles"][0]["Ref"].startswith(f"Groups{group}Role"):
            for it in policy["PolicyDocument"]["Statement"]:
                if "secretsmanager:GetSecretValue" in listed(it["Action"]):
                    found |= set(re.findall(r"Keys(Signing|Turn|Edge)", json.dumps(it["Resource"])))
    return found


@pytest.mark.parametrize("stage", ["deployed", "fast"])
def test_each_secret_is_read_by_those_alone_who_need_it(stage: str, request: pytest.FixtureRequest) -> None:
    template = request.getfixturevalue(stage)
    readers = {group: found for group in set(FUNCTIONS.values()) if (found := secrets_of(template, group))}
    assert readers == {"Rest": {"Signing", "Edge"}, "Ws": {"Turn"}}


def test_secrets_are_made_by_the_cloud_each_for_itself_and_stand_nowhere_in_the_template(deployed: Template) -> None:
    made = of_type(deployed, "AWS::SecretsManager::Secret")
    assert sorted(name.removeprefix("Keys")[:-8] for name in made) == ["Edge", "Signing", "Turn"]
    for it in made.values():
        assert "SecretString" not in it
        assert it["GenerateSecretString"]["GenerateStringKey"] == "k1"
        assert json.loads(it["GenerateSecretString"]["SecretStringTemplate"]) == {"current": "k1"}


@pytest.mark.rule("E19")
def test_the_cdn_proves_itself_to_the_api_by_a_secret_that_is_resolved_at_deployment(deployed: Template) -> None:
    (cdn,) = of_type(deployed, "AWS::CloudFront::Distribution").values()
    sent = [it for origin in cdn["DistributionConfig"]["Origins"] for it in origin.get("OriginCustomHeaders", [])]
    assert [it["HeaderName"] for it in sent] == [HEADER]
    before, edge, after = sent[0]["HeaderValue"]["Fn::Join"][1]
    assert (before, after) == ("{{resolve:secretsmanager:", ":SecretString:k1::}}")
    assert edge["Ref"].startswith("KeysEdge")


@pytest.mark.rule("D29")
def test_no_frame_is_under_way_for_as_long_as_what_was_said_is_kept(deployed: Template) -> None:
    frame_ms = 1000 * functions(deployed)["WebsocketMessage"]["Timeout"]
    for durations in PROFILES.values():
        assert durations.retention_ms > frame_ms, "a message could come after all was erased"


def rights(template: Template, group: str, table: str) -> list[tuple[str, str, Any]]:
    """What a group's role says of a table: effect, action, condition."""
    found = []
    for policy in of_type(template, "AWS::IAM::Policy").values():
        if not policy["Roles"][0]["Ref"].startswith(f"Groups{group}Role"):
            continue
        for it in policy["PolicyDocument"]["Statement"]:
            if f"Tables{table}" in json.dumps(it["Resource"]):
                found += [(it["Effect"], action, it.get("Condition")) for action in listed(it["Action"])]
    return found


def leading(operator: str, *keys: str) -> dict[str, Any]:
    return {f"{operator}:StringLike": {"dynamodb:LeadingKeys": list(keys)}}


@pytest.mark.rule("D29")
def test_of_what_was_said_only_the_sweep_deletes_and_it_reaches_nothing_else(deployed: Template) -> None:
    deletes = {
        group: [
            (effect, condition)
            for effect, action, condition in rights(deployed, group, "Market")
            if "Write" in action or "Delete" in action
        ]
        for group in set(FUNCTIONS.values())
    }
    said = leading("ForAllValues", "CHAT#*", "MEDIA#*", "RETAIN", "LEFTOVER", "THREAD#*-d*")
    assert {group: found for group, found in deletes.items() if found} == {
        "Rest": [("Allow", None), ("Deny", leading("ForAnyValue", "CHAT#*", "MEDIA#*", "THREAD#*"))],
        "Retention": [("Allow", said)],
    }
    of_sweep = rights(deployed, "Retention", "Market")
    assert of_sweep == [("Allow", f"dynamodb:{action}", said) for action in ("Query", "DeleteItem")]
    assert not rights(deployed, "Retention", "Journal") + rights(deployed, "Retention", "Live")


@pytest.mark.rule("D29")
def test_the_sweep_comes_every_hour_and_ends_before_the_next(deployed: Template, fast: Template) -> None:
    for template in (deployed, fast):
        it = functions(template)["Retention"]
        assert it["Events"]["RetentionEvent"]["Properties"] == {"Schedule": "rate(1 hour)"}
        assert 2 * Retention.spare_ms < 1000 * it["Timeout"] < 3_600_000


def test_the_tick_comes_every_minute_and_in_the_fast_profile_from_the_runner(
    deployed: Template, fast: Template
) -> None:
    def schedule(template: Template) -> dict[str, Any]:
        found: dict[str, Any] = functions(template)["Tick"]["Events"]["TickEvent"]["Properties"]
        return found

    assert schedule(deployed) == {"Schedule": "rate(1 minute)"}
    assert schedule(fast)["Enabled"] is False


def test_a_tick_stops_by_itself_long_enough_before_it_is_stopped_or_the_next_begins(deployed: Template) -> None:
    """Between two looks at the clock it may meet a queue that hangs through all of its short tries."""
    stops_s, longest_stride_s = REAL.tick_ms * WHOLE / 100_000, 10
    assert stops_s + longest_stride_s <= functions(deployed)["Tick"]["Timeout"] < REAL.tick_ms / 1000


def test_the_stages_are_named_so_that_one_origin_needs_no_rewriting(deployed: Template) -> None:
    assert of_type(deployed, "AWS::Serverless::Api")["RestAPI"]["StageName"] == "api"
    assert of_type(deployed, "AWS::ApiGatewayV2::Stage")["WebsocketAPIStage"]["StageName"] == "ws"
    (cdn,) = of_type(deployed, "AWS::CloudFront::Distribution").values()
    config = cdn["DistributionConfig"]
    files = [f"/{path.name}" for path in sorted((ROOT / "web" / "public").iterdir())]
    assert [it["PathPattern"] for it in config["CacheBehaviors"]] == ["/api/*", "/ws", "/assets/*", *files]
    assert not any(it.get("OriginPath") for it in config["Origins"])


@pytest.mark.rule("E16")
def test_both_apis_are_told_from_which_page_a_request_comes_and_know_their_own(deployed: Template) -> None:
    (cdn,) = of_type(deployed, "AWS::CloudFront::Distribution").values()
    behaviours = {it["PathPattern"]: it for it in cdn["DistributionConfig"]["CacheBehaviors"]}
    passed_on = {behaviours[path]["OriginRequestPolicyId"] for path in ("/api/*", "/ws")}
    assert passed_on == {ALL_HEADERS_BUT_HOST}
    for name in ("APIHandler", "WebsocketConnect"):
        known = functions(deployed)[name]["Environment"]["Variables"]["ORIGIN"]
        assert known == f"https://{EXAMPLE['domain']}"


def test_no_ticket_reaches_an_access_log(deployed: Template) -> None:
    for kind in ("AWS::Serverless::Api", "AWS::ApiGatewayV2::Stage"):
        for stage in of_type(deployed, kind).values():
            setting = stage.get("AccessLogSetting") or stage["AccessLogSettings"]
            assert "query" not in setting["Format"].lower()


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ({**EXAMPLE, "profile": "fast"}, "fast"),
        ({"stage": "prod"}, "domain"),
    ],
)
def test_a_deployed_stage_refuses_short_durations_and_a_missing_domain(
    context: dict[str, str], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(SynthesisFailed, match=reason):
        synthesise(tmp_path / "cloud", context)
