"""What a request may say, and how it is read: parameters, expressions with their names and values."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from botocore.exceptions import ParamValidationError

from dynamo.conditions import Values
from dynamo.errors import Invalid
from dynamo.plans import Picks, ReadPlan, WritePlan, read_plan, refuse_mismatched_values, write_plan
from dynamo.values import Item, admitted

Request: TypeAlias = dict[str, Any]

NOTHING: Item = {}
NO_PICKS: Picks = {}
NO_PLAN = write_plan(None, None, ())


class Shape(NamedTuple):
    """The parameters an operation needs, and all it knows."""

    needed: frozenset[str]
    known: frozenset[str]


def shape(needed: str, optional: str = "") -> Shape:
    return Shape(frozenset(needed.split()), frozenset(f"{needed} {optional}".split()))


NAMED = "ExpressionAttributeNames"
CONDITIONAL = (
    "ConditionExpression ExpressionAttributeNames ExpressionAttributeValues ReturnValuesOnConditionCheckFailure"
)
READ = "ProjectionExpression ExpressionAttributeNames ExpressionAttributeValues FilterExpression ConsistentRead Limit"
SHAPES: Mapping[str, Shape] = {
    "get_item": shape("TableName Key", f"ConsistentRead ProjectionExpression {NAMED}"),
    "batch_get_item": shape("RequestItems"),
    "put_item": shape("TableName Item", f"{CONDITIONAL} ReturnValues"),
    "update_item": shape("TableName Key", f"{CONDITIONAL} UpdateExpression ReturnValues"),
    "delete_item": shape("TableName Key", f"{CONDITIONAL} ReturnValues"),
    "query": shape("TableName KeyConditionExpression", f"{READ} IndexName ScanIndexForward ExclusiveStartKey Select"),
    "scan": shape("TableName", f"{READ} ExclusiveStartKey Select"),
    "transact_write_items": shape("TransactItems", "ClientRequestToken"),
    "Keys": shape("Keys", f"ConsistentRead ProjectionExpression {NAMED}"),
    "Put": shape("TableName Item", CONDITIONAL),
    "Update": shape("TableName Key UpdateExpression", CONDITIONAL),
    "Delete": shape("TableName Key", CONDITIONAL),
    "ConditionCheck": shape("TableName Key ConditionExpression", CONDITIONAL),
}
CHOICES: Mapping[str, frozenset[str]] = {
    "put_item": frozenset({"NONE", "ALL_OLD"}),
    "delete_item": frozenset({"NONE", "ALL_OLD"}),
    "update_item": frozenset({"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"}),
    "ReturnValuesOnConditionCheckFailure": frozenset({"NONE", "ALL_OLD"}),
}


def check(operation: str, request: Request) -> None:
    """Refuse what botocore would refuse, and parameters that are not modelled here."""
    if type(request) is dict and shaped(operation, *request):
        return
    needed, known = SHAPES[operation]
    raise ParamValidationError(
        report=f"{operation}: missing {sorted(needed - set(request))}, unknown here {sorted(set(request) - known)}"
    )


@lru_cache(1024)
def shaped(operation: str, *names: str) -> bool:
    """Whether an operation knows these parameters, and needs no other."""
    needed, known = SHAPES[operation]
    return needed <= set(names) <= known


def only_action(action: Mapping[str, Request]) -> tuple[str, Request]:
    if len(action) != 1:
        raise Invalid("TransactItems can only contain one of Check, Put, Update or Delete")
    for act, request in action.items():
        if act in ("Put", "Update", "Delete", "ConditionCheck"):
            return act, request
    raise ParamValidationError(report=f"Unknown action in TransactItems: {sorted(action)}")


def planned(request: Request) -> tuple[WritePlan, Values]:
    condition, update = request.get("ConditionExpression"), request.get("UpdateExpression")
    names, given = request.get("ExpressionAttributeNames"), request.get("ExpressionAttributeValues")
    if condition is None and update is None and names is None and given is None:
        return NO_PLAN, NOTHING
    plan = write_plan(condition, update, named(names))
    values = valued(given, plan.refs)
    for demand in plan.demands:
        demand(values)
    return plan, values


def read_planned(request: Request, keys: tuple[str, str] | None) -> tuple[ReadPlan, Values]:
    plan = read_plan(
        request.get("KeyConditionExpression"),
        request.get("FilterExpression"),
        request.get("ProjectionExpression"),
        named(request.get("ExpressionAttributeNames")),
        keys,
    )
    values = valued(request.get("ExpressionAttributeValues"), plan.refs)
    for demand in plan.demands:
        demand(values)
    return plan, values


def projected(request: Request) -> Picks:
    if "ProjectionExpression" not in request and NAMED not in request:
        return NO_PICKS
    names = named(request.get("ExpressionAttributeNames"))
    return read_plan(None, None, request.get("ProjectionExpression"), names, None).shows


def named(names: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    if names is None:
        return ()
    if not names:
        raise Invalid("ExpressionAttributeNames must not be empty")
    return tuple(names.items())


def valued(given: Mapping[str, Any] | None, refs: Mapping[str, str]) -> Values:
    if given is not None and not given:
        raise Invalid("ExpressionAttributeValues must not be empty")
    values = {ref: admitted(value) for ref, value in given.items()} if given else NOTHING
    if values.keys() != refs.keys():
        refuse_mismatched_values(values, refs)
    return values
