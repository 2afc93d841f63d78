"""The store of the use cases over DynamoDB's low-level client: one request a read, one request a commit."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

from botocore.exceptions import ClientError

from chalicelib.billing.ledger import Entry, user
from chalicelib.domain.durations import Durations
from chalicelib.domain.errors import InvalidCursor, Unavailable
from chalicelib.domain.sessions import Session
from chalicelib.outages import translate_errors
from chalicelib.services.changes import Change, CommitRefused, Contention, Ref
from chalicelib.services.ports import Listing, Page, Parties, Snapshot, Waking
from chalicelib.storage.codec import Item, decode
from chalicelib.storage.cursors import from_cursor, to_cursor
from chalicelib.storage.keys import JOURNAL, LIVE, MARKET
from chalicelib.storage.listings import INDEX_KEYS, SOURCES, Source
from chalicelib.storage.operations import Operation, Operations

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")
BATCH = 100
ATTEMPTS = 5
"""At one request."""
_SINGLE = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}
_BUSY = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "TransactionInProgress"})
_BUSY_ERRORS = frozenset(
    {
        "TransactionConflictException",
        "TransactionInProgressException",
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
    }
)


class DynamoStore:
    """See services.ports.Store; what the tables do not answer, see outages. `pause` waits before retry n (0, 1, ...), with jitter: the only
    place where a commit waits."""

    def __init__(
        self, client: "DynamoDBClient", tables: dict[str, str], durations: Durations, pause: Callable[[int], None]
    ) -> None:
        self._client = cast(Any, client)
        self._ops = Operations(tables, durations)
        self._tables = tables
        self._pause = pause

    @translate_errors()
    def get(self, ref: Ref[T]) -> T | None:
        """One entity, consistently."""
        found = self._client.get_item(TableName=self._ops.table(ref.kind), Key=self._ops.key(ref), ConsistentRead=True)
        return decode(ref.kind, found["Item"]) if "Item" in found else None

    @translate_errors()
    def read(self, *refs: Ref[Any]) -> Snapshot:
        """Entities by one BatchGetItem; what DynamoDB leaves unprocessed is asked for again."""
        wanted = {self._ops.place(ref): ref for ref in refs}
        found: dict[Ref[Any], Any] = {}
        asked: dict[str, Any] = {}
        for table, pk, sk in wanted:
            entry = asked.setdefault(table, {"Keys": [], "ConsistentRead": True})
            entry["Keys"].append({"pk": {"S": pk}, "sk": {"S": sk}})
        for table, item in self._batch(asked):
            ref = wanted[(table, *_key_text(item))]
            found[ref] = decode(ref.kind, item)
        return Snapshot(found)

    def _batch(self, asked: dict[str, Any]) -> Iterator[tuple[str, Item]]:
        """The items of these keys, with the names of their tables. What DynamoDB leaves unprocessed is asked for again after a pause: it is
        out of breath, and no race was lost."""
        for attempt in range(ATTEMPTS):
            if not asked:
                return
            if attempt:
                self._pause(attempt)
            answer = self._client.batch_get_item(RequestItems=asked)
            for table, items in answer["Responses"].items():
                for item in items:
                    yield table, item
            asked = answer.get("UnprocessedKeys") or {}
        if asked:
            raise Unavailable

    @translate_errors()
    def commit(self, *changes: Change) -> None:
        """All of it or nothing, by one request. While another transaction holds an item, the same request is sent again after a pause:
        nobody has been refused yet, so there is nothing to read again."""
        operations = self._ops.operations(changes)
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(attempt)
            try:
                return self._write(operations)
            except ClientError as error:
                refused = _refused(error, changes)
                if refused:
                    raise CommitRefused(refused) from None
                if not _is_busy(error):
                    raise
        raise Contention("transaction conflicts")

    def _write(self, operations: list[Operation]) -> None:
        ((name, arguments),) = operations[0].items()
        if len(operations) == 1 and name in _SINGLE:
            getattr(self._client, _SINGLE[name])(**arguments)
            return
        self._client.transact_write_items(TransactItems=operations)

    @translate_errors()
    def page(
        self,
        listing: Listing,
        owner: str = "",
        *,
        before_ms: int | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Any]:
        """A part of a listing, newest first; through an index of keys the entities are read in a second request."""
        source = SOURCES[listing]
        answer = self._query(source, owner, f"{listing}#{owner}", before_ms, cursor, limit)
        items = answer["Items"]
        if source.index is not None:
            items = self._whole(source, items)
        next_cursor = to_cursor(f"{listing}#{owner}", answer.get("LastEvaluatedKey"))
        return Page(tuple(decode(source.kind(item), item) for item in items), next_cursor)

    def _query(
        self, source: Source, owner: str, scope: str, before_ms: int | None, cursor: str | None, limit: int
    ) -> dict[str, Any]:
        hash_name, range_name = INDEX_KEYS[source.index]
        names = frozenset({"pk", "sk", hash_name, range_name})
        condition, values = "#h = :h", {":h": {"S": source.partition.format(owner)}}
        aliases = {"#h": hash_name}
        if source.prefix:
            condition, aliases = f"{condition} AND begins_with(#r, :r)", {**aliases, "#r": range_name}
            values[":r"] = {"S": source.prefix}
        if before_ms is not None:
            condition, aliases = f"{condition} AND #r < :b", {**aliases, "#r": range_name}
            values[":b"] = {"S": f"{before_ms:013d}"}
        start = from_cursor(scope, cursor, names)
        if start is not None and not (
            start[hash_name] == values[":h"] and start[range_name]["S"].startswith(source.prefix)
        ):
            raise InvalidCursor
        arguments: dict[str, Any] = {
            "TableName": self._tables[source.table],
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": aliases,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": source.oldest_first,
            "Limit": limit,
            **({"IndexName": source.index} if source.index else {"ConsistentRead": True}),
            **({"ExclusiveStartKey": start} if start else {}),
        }
        return cast(dict[str, Any], self._client.query(**arguments))

    def _whole(self, source: Source, keys: list[Item]) -> list[Item]:
        if not keys:
            return []
        wanted = [_key_text(key) for key in keys]
        table = self._tables[source.table]
        asked: dict[str, Any] = {table: {"Keys": [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in wanted]}}
        found = {_key_text(item): item for _, item in self._batch(asked)}
        return [found[key] for key in wanted if key in found]

    @translate_errors()
    def bump(self, counter: str, *, expires_ms: int) -> int:
        """Counts in the `live` table; the item goes with its time to live."""
        answer = self._client.update_item(
            TableName=self._tables[LIVE],
            Key={"pk": {"S": f"CNT#{counter}"}, "sk": {"S": "CNT"}},
            UpdateExpression="SET #ttl = :ttl ADD n :one",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues={":one": {"N": "1"}, ":ttl": {"N": str(expires_ms // 1000 + 1)}},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["n"]["N"])

    @translate_errors()
    def due_in(self, due_minute: str, *, cursor: str | None = None, limit: int = 1_000) -> Page[Waking]:
        """Constants only are read from the time index, so that a block costs it nothing. The cursor is the last session's id: a
        watermark keeps it, and one of an older release must lead on, too."""
        start = {"ph": {"S": due_minute}, **self._ops.key(Ref(Session, cursor))} if cursor else None
        answer = self._client.query(
            TableName=self._tables[MARKET],
            IndexName="phase",
            KeyConditionExpression="ph = :ph",
            ExpressionAttributeValues={":ph": {"S": due_minute}},
            Limit=limit,
            **({"ExclusiveStartKey": start} if start else {}),
        )
        found = tuple(_waking(item) for item in answer["Items"])
        return Page(found, found[-1].session_id if answer.get("LastEvaluatedKey") else None)

    @translate_errors()
    def entries(self, user_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[Entry]:
        """What the user paid lies in their partition, what they received in the payee index; both are in order of time, and merged."""
        account, scope = user(user_id), f"entries#{user_id}"
        start = from_cursor(scope, cursor, frozenset({"before"}))
        paid = self._entries(account, start, limit, None)
        received = self._entries(account, start, limit, "payee")
        merged = sorted([*paid, *received], key=lambda item: (item["sk"]["S"], item["pk"]["S"]), reverse=True)
        page = merged[:limit]
        more = len(merged) > limit or len(paid) == limit or len(received) == limit
        last = {"before": page[-1]["sk"]} if page and more else None
        return Page(tuple(decode(Entry, item) for item in page), to_cursor(scope, last))

    def _entries(self, account: str, start: Item | None, limit: int, index: str | None) -> list[Item]:
        values: Item = {":a": {"S": account}}
        condition = f"{'payee' if index else 'pk'} = :a"
        if start:
            condition, values[":before"] = f"{condition} AND sk < :before", start["before"]
        answer = self._client.query(
            TableName=self._tables[JOURNAL],
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ScanIndexForward=False,
            Limit=limit,
            **({"IndexName": index} if index else {"ConsistentRead": True}),
        )
        return cast(list[Item], answer["Items"])


def _waking(item: Item) -> Waking:
    parties = Parties(item["customer_id"]["S"], item["performer_id"]["S"])
    return Waking(item["sk"]["S"].removeprefix("SES#"), parties, int(item["wake_ms"]["N"]))


def _key_text(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _refused(error: ClientError, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
        return changes
    reasons = cast(dict[str, Any], error.response).get("CancellationReasons", [])
    return tuple(
        change
        for change, reason in zip(changes, reasons, strict=False)
        if reason.get("Code") == "ConditionalCheckFailed"
    )


def _is_busy(error: ClientError) -> bool:
    reasons = cast(dict[str, Any], error.response).get("CancellationReasons", [])
    return error.response["Error"]["Code"] in _BUSY_ERRORS or any(reason.get("Code") in _BUSY for reason in reasons)
