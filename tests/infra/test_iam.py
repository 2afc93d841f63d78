"""The journal is append only because nobody has the right to do anything else to it: proven where IAM is enforced."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.cdk.groups import FUNCTIONS
from infra.local.cloud import LocalCloud

GONE = frozenset({"TaskDoesNotExist", "ExecutionDoesNotExist"})
GROUPS = sorted(set(FUNCTIONS.values()))
POSTING_GROUPS = ("Rest", "Ws", "Tick", "Worker", "Lifecycles")
WAKING_GROUPS = ("Rest", "Lifecycles")
KEY = {"pk": {"S": "somebody"}, "sk": {"S": "S1#J#000001"}}
SET_AT = {"UpdateExpression": "SET #at = :at", "ExpressionAttributeNames": {"#at": "at"}}
AT = {"ExpressionAttributeValues": {":at": {"N": "1"}}}


@pytest.fixture(scope="module")
def journal(cloud: LocalCloud) -> str:
    return cloud.outputs["JournalTable"]


def assumed(cloud: LocalCloud, group: str) -> dict[str, str]:
    """Credentials with the rights of a group. Its role trusts functions only, so here it is made to trust the account first."""
    arn = cloud.outputs[f"{group}Role"]
    account = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}
    functions = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [account, functions]}
    cloud.client("iam").update_assume_role_policy(RoleName=arn.rpartition("/")[2], PolicyDocument=json.dumps(trust))
    given: dict[str, str] = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return given


def as_group(cloud: LocalCloud, group: str, service: str = "dynamodb") -> Any:
    """A client with the rights of a group."""
    given = assumed(cloud, group)
    return cloud.client(
        service,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def refused(act: Any, harmless: frozenset[str] = frozenset(), **arguments: Any) -> bool:
    """Whether the rights do not suffice. `harmless`: what an act is answered that may be done, and finds nothing."""
    try:
        act(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] in harmless:
            return False
        assert error.response["Error"]["Code"] in ("AccessDeniedException", "AccessDenied"), error
        return True
    return False


@pytest.mark.parametrize("group", GROUPS)
def test_nobody_may_change_or_delete_what_was_posted(cloud: LocalCloud, journal: str, group: str) -> None:
    table = as_group(cloud, group)
    change: dict[str, Any] = {"TableName": journal, "Key": KEY, **SET_AT, **AT}
    assert refused(table.update_item, **change)
    assert refused(table.delete_item, TableName=journal, Key=KEY)
    assert refused(table.batch_write_item, RequestItems={journal: [{"DeleteRequest": {"Key": KEY}}]})
    assert refused(table.batch_write_item, RequestItems={journal: [{"PutRequest": {"Item": KEY}}]})
    assert refused(table.transact_write_items, TransactItems=[{"Update": change}])
    assert refused(table.transact_write_items, TransactItems=[{"Delete": {"TableName": journal, "Key": KEY}}])


@pytest.mark.parametrize("group", GROUPS)
def test_who_bills_may_post_and_nobody_else(cloud: LocalCloud, journal: str, group: str) -> None:
    table = as_group(cloud, group)
    posting = {"pk": {"S": "somebody"}, "sk": {"S": f"{group}#J#000001"}}
    once = {"TableName": journal, "Item": posting, "ConditionExpression": "attribute_not_exists(pk)"}
    assert refused(table.transact_write_items, TransactItems=[{"Put": once}]) is (group not in POSTING_GROUPS)


@pytest.mark.rule("D29")
@pytest.mark.parametrize("group", GROUPS)
def test_who_erases_what_was_said_may_delete_nothing_else_and_nobody_else_may_erase_it(
    cloud: LocalCloud, group: str
) -> None:
    table, market = as_group(cloud, group), cloud.outputs["MarketTable"]
    said = {"TableName": market, "Key": {"pk": {"S": f"CHAT#{group}"}, "sk": {"S": "customer#message-1"}}}
    account = {"TableName": market, "Key": {"pk": {"S": "ACC#nobody"}, "sk": {"S": "ACC"}}}
    quarrelled = {"TableName": market, "Key": {"pk": {"S": "THREAD#order-d1"}, "sk": {"S": "ACT#act"}}}
    written = {"TableName": market, "Key": {"pk": {"S": "THREAD#order"}, "sk": {"S": "MSG#message"}}}
    for act, wrapped in ((table.delete_item, dict), (table.transact_write_items, _transacted)):
        assert refused(act, **wrapped(said)) is (group != "Retention")
        assert refused(act, **wrapped(quarrelled)) is (group != "Retention")
        # The API gives up the places of orders and twips.
        assert refused(act, **wrapped(account)) is (group != "Rest")
        assert refused(act, **wrapped(written)), "correspondence stays with its order"


@pytest.mark.rule("D28", "D31")
def test_the_clocks_look_for_what_a_default_verdict_asks_and_who_is_to_decide_and_for_nothing_else(
    cloud: LocalCloud,
) -> None:
    table, market = as_group(cloud, "Lifecycles"), cloud.outputs["MarketTable"]
    for key, may in (
        ("CHAT#o-1", True),
        ("MEDIA#o-1", True),
        ("DUTY#arbiter", True),
        ("THREAD#o", False),
        ("SALE", False),
    ):
        asked: dict[str, Any] = {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": key}},
        }
        assert refused(table.query, TableName=market, **asked) is not may, key


def test_the_indexer_reads_what_is_on_sale_and_its_performers_and_nothing_else(cloud: LocalCloud) -> None:
    table, market = as_group(cloud, "Indexer"), cloud.outputs["MarketTable"]
    for key, may in (("TWP#t", True), ("USR#u", True), ("SEARCH#twips", True), ("ORD#o", False), ("ACC#u", False)):
        one = {"pk": {"S": key}, "sk": {"S": "ROW"}}
        assert refused(table.get_item, TableName=market, Key=one) is not may, key
        sold = {"pk": {"S": "TWP#t"}, "sk": {"S": "TWP"}}
        assert refused(table.batch_get_item, RequestItems={market: {"Keys": [sold, one]}}) is not may, key
    for index, owner, key, may in (
        (None, "pk", "SALE", True),
        (None, "pk", "THREAD#o", False),
        ("by_owner", "owner", "TWIPS#u", True),
        ("by_owner", "owner", "ORDERS#u", False),
    ):
        asked: dict[str, Any] = {
            "KeyConditionExpression": f"#{owner} = :of",
            "ExpressionAttributeNames": {f"#{owner}": owner},
            "ExpressionAttributeValues": {":of": {"S": key}},
            **({"IndexName": index} if index else {}),
        }
        assert refused(table.query, TableName=market, **asked) is not may, key


@pytest.mark.rule("E22")
def test_who_makes_public_pages_reads_what_is_public_and_nothing_else_of_it(cloud: LocalCloud) -> None:
    table, market = as_group(cloud, "Outside"), cloud.outputs["MarketTable"]
    user, twip = {"pk": {"S": "USR#u"}, "sk": {"S": "USR"}}, {"pk": {"S": "TWP#t"}, "sk": {"S": "TWP"}}
    account = {"pk": {"S": "ACC#u"}, "sk": {"S": "ACC"}}
    assert refused(table.get_item, TableName=market, Key=user)
    assert refused(table.put_item, TableName=market, Item=twip)
    assert refused(table.batch_get_item, RequestItems={market: {"Keys": [account], "ProjectionExpression": "id"}})
    read = {market: {"Keys": [twip], "ProjectionExpression": "id, published.texts"}}
    assert not refused(table.batch_get_item, RequestItems=read)
    for key, names, may in (("SALE", "pk, sk", True), ("SALE", None, False), ("MODERATION", "pk", False)):
        asked: dict[str, Any] = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": key}}}
        if names:
            asked["ProjectionExpression"] = names
        assert refused(table.query, TableName=market, **asked) is not may, (key, names)


def _transacted(deletion: dict[str, Any]) -> dict[str, Any]:
    return {"TransactItems": [{"Delete": deletion}]}


@pytest.mark.parametrize("group", GROUPS)
def test_nobody_may_drop_a_table_or_its_protection(cloud: LocalCloud, journal: str, group: str) -> None:
    table = as_group(cloud, group)
    assert refused(table.delete_table, TableName=journal)
    assert refused(table.update_table, TableName=journal, DeletionProtectionEnabled=False)


@pytest.mark.parametrize("group", GROUPS)
def test_who_acts_on_orders_may_begin_and_wake_executions_of_our_machines_and_nobody_else(
    cloud: LocalCloud, group: str
) -> None:
    """A token names its machine: without that, whoever may answer any would have to be allowed to answer all."""
    states = cloud.client("stepfunctions")
    ours = {machine["name"]: machine["stateMachineArn"] for machine in states.list_state_machines()["stateMachines"]}
    theirs = as_group(cloud, group, "stepfunctions")
    for name in ("twip-local-work-order", "twip-local-dispute"):
        token = f"{urlsafe_b64encode(ours[name].encode()).decode()}.used"
        assert refused(theirs.send_task_success, GONE, taskToken=token, output="{}") is (group not in WAKING_GROUPS)
        execution = f"{ours[name].replace(':stateMachine:', ':execution:')}:rights-of-{group}"
        wake = {"subject": "nobody", "version": 0, "phase": "closed", "due_s": 1}
        began = {"stateMachineArn": ours[name], "name": f"rights-of-{group}", "input": json.dumps(wake)}
        assert refused(theirs.start_execution, **began) is (group not in WAKING_GROUPS)
        if group in WAKING_GROUPS:
            # Its function looks for what is not there, and would try again and again.
            states.stop_execution(executionArn=execution)
        looks = refused(theirs.describe_execution, GONE, executionArn=execution)
        assert looks is (group != "Lifecycles")
    other = "arn:aws:states:us-east-1:000000000000:stateMachine:another"
    assert refused(
        theirs.send_task_success, taskToken=f"{urlsafe_b64encode(other.encode()).decode()}.used", output="{}"
    )
    assert refused(theirs.start_execution, stateMachineArn=other, name="x", input="{}")
