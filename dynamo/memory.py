"""An in-memory stand-in for boto3's low-level DynamoDB client, with DynamoDB's conditions and transactions.

    dynamo = MemoryDynamo(twip_tables())
    dynamo.put_item(TableName="market", Item={"pk": {"S": "ACC#1"}, "sk": {"S": "-"}, "available": {"N": "900"}})

Same keyword arguments, same attribute values, same exceptions as the client's; responses carry no `ResponseMetadata`.
A parameter that is not modelled is refused, never ignored. Where ministack, moto and DynamoDB Local differ from AWS's
documentation, this follows the documentation. Contention never arises by itself: `before` injects it
(`errors.conflict`).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from dynamo.counts import Counts
from dynamo.errors import NO_REASON, Invalid, Refused, cancelled, client_error, modelled
from dynamo.pages import Page, Source, read_units
from dynamo.plans import Picks, shown
from dynamo.requests import CHOICES, Request, check, only_action, planned, projected
from dynamo.tables import (
    IndexStore,
    IndexWrite,
    Part,
    Partition,
    Table,
    TableStore,
)
from dynamo.values import MAX_ITEM_BYTES, Item, Row, admitted_row, copied_item
from dynamo.writes import Write, refused, returned, verdict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.client import Exceptions

Response: TypeAlias = dict[str, Any]
Hook: TypeAlias = Callable[[str, Request], None]

MAX_TRANSACTION_ITEMS = 100
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024
MAX_BATCH_KEYS = 100
TOKEN_LIFE_MS = 10 * 60 * 1000
PENDING_INDEX_WRITES = 10_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of all tables at one moment."""

    tables: Mapping[str, tuple[dict[Part, Partition], dict[str, dict[Part, Partition]]]]
    tokens: Mapping[str, tuple[int, Request]]
    pending: tuple[IndexWrite, ...]


class MemoryDynamo:
    """`client("dynamodb")` over dictionaries.

    Hooks, all optional: `before(operation, request)` and `after(operation, request)` run around every operation, `after`
    only when it succeeded; both may raise, which leaves nothing done or everything done. `served(n)` says how many of
    the n keys of a batch are read, the rest come back as `UnprocessedKeys`. `gsi_lag()` True shows an index query the
    state before the writes since the last query that did not lag. `now_ms` is the clock for the life of request tokens.
    `shares`: whoever reads gets what is stored and not a copy, and changes nothing in it.
    """

    def __init__(
        self,
        tables: Mapping[str, Table],
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        *,
        shares: bool = False,
    ) -> None:
        self.now_ms = now_ms
        self.shares = shares
        self.counts = Counts()
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.served: Callable[[int], int] | None = None
        self.gsi_lag: Callable[[], bool] | None = None
        self._pending: list[IndexWrite] = []
        self._tables = {name: TableStore(name, table, self._pending) for name, table in tables.items()}
        self._tokens: dict[str, tuple[int, Request]] = {}
        self._lock = RLock()

    @property
    def exceptions(self) -> "Exceptions":
        """`client.exceptions`, for code that catches `client.exceptions.TransactionCanceledException`."""
        return cast("Exceptions", modelled())

    def as_client(self) -> "DynamoDBClient":
        """The same object, under the type that adapters ask for."""
        return cast("DynamoDBClient", self)

    # For tests: the state itself, uncounted and without hooks

    def items(self, table: str) -> Iterator[Item]:
        """Every stored item, not copied: look, do not touch."""
        for partition in self._tables[table].rows.partitions.values():
            for item, _ in partition.rows.values():
                yield item

    def item(self, table: str, pk: str, sk: str) -> Item | None:
        """One stored item, not copied: look, do not touch."""
        row = self._tables[table].rows.get(pk, sk)
        return None if row is None else row[0]

    def snapshot(self) -> Snapshot:
        """The present state; costs one reference a partition, whatever the partitions hold."""
        if self.gsi_lag is None:
            self._catch_up()
        tables = {
            name: (
                table.rows.snapshot(),
                {index: store.publishing.snapshot() for index, store in table.indexes.items()},
            )
            for name, table in self._tables.items()
        }
        return Snapshot(tables, dict(self._tokens), tuple(self._pending))

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot of this very object, any number of times. Counts and hooks stay as they are."""
        for name, (rows, indexes) in snapshot.tables.items():
            self._tables[name].rows.restore(rows)
            for index, partitions in indexes.items():
                self._tables[name].indexes[index].publishing.restore(partitions)
        self._tokens = dict(snapshot.tokens)
        self._pending[:] = snapshot.pending

    # The client's operations

    def get_item(self, **request: Any) -> Response:
        return self._call("get_item", request, self._get)

    def batch_get_item(self, **request: Any) -> Response:
        return self._call("batch_get_item", request, self._batch_get)

    def put_item(self, **request: Any) -> Response:
        return self._call("put_item", request, self._put)

    def update_item(self, **request: Any) -> Response:
        return self._call("update_item", request, self._update)

    def delete_item(self, **request: Any) -> Response:
        return self._call("delete_item", request, self._delete)

    def query(self, **request: Any) -> Response:
        return self._call("query", request, self._query)

    def scan(self, **request: Any) -> Response:
        return self._call("scan", request, self._scan)

    def transact_write_items(self, **request: Any) -> Response:
        return self._call("transact_write_items", request, self._transact)

    def _call(self, operation: str, request: Request, act: Callable[[Request], Response]) -> Response:
        if self.before is not None:
            self.before(operation, request)
        self.counts.requests[operation] += 1
        try:
            with self._lock:
                check(operation, request)
                response = act(request)
        except Invalid as fault:
            raise client_error(operation, "ValidationException", str(fault)) from fault
        except Refused as refusal:
            raise client_error(operation, refusal.code, str(refusal), **refusal.members) from None
        if self.after is not None:
            self.after(operation, request)
        return response

    # Writes

    def _put(self, request: Request) -> Response:
        return self._write_one("put_item", "Put", request)

    def _update(self, request: Request) -> Response:
        return self._write_one("update_item", "Update", request)

    def _delete(self, request: Request) -> Response:
        return self._write_one("delete_item", "Delete", request)

    def _write_one(self, operation: str, act: str, request: Request) -> Response:
        wanted = request.get("ReturnValues", "NONE")
        if wanted not in CHOICES[operation]:
            raise Invalid(f"ReturnValues can only be one of {sorted(CHOICES[operation])}")
        write = self._prepared(act, request)
        if not write.holds():
            self.counts.plain_units += write.units()
            raise refused(write)
        write.settle()
        self.counts.plain_units += write.units()
        self._commit([write])
        return returned(write, wanted)

    def _transact(self, request: Request) -> Response:
        actions = request["TransactItems"]
        if not 1 <= len(actions) <= MAX_TRANSACTION_ITEMS:
            raise Invalid(f"Member must have length between 1 and {MAX_TRANSACTION_ITEMS}: transactItems")
        token = request.get("ClientRequestToken")
        if token is not None and self._replayed(token, request):
            return {}
        writes = [self._prepared(*only_action(action), in_transaction=True) for action in actions]
        if len({(write.table.name, write.pk, write.sk) for write in writes}) < len(writes):
            raise Invalid("Transaction request cannot include multiple operations on one item")
        reasons = [verdict(write) for write in writes]
        self.counts.transactional_units += 2 * sum([write.units() for write in writes])
        if any(reason is not NO_REASON for reason in reasons):
            raise cancelled([dict(reason) for reason in reasons])
        if sum([0 if write.new is None else write.new[1] for write in writes]) > MAX_TRANSACTION_BYTES:
            raise Invalid("Transaction request exceeds the 4MB transaction size limit")
        self._commit(writes)
        if token is not None:
            self._tokens[token] = (self.now_ms(), deepcopy(request))
        return {}

    def _replayed(self, token: str, request: Request) -> bool:
        """Whether this very transaction was carried out within ten minutes; it is then billed as a read."""
        if not 1 <= len(token) <= 36:
            raise Invalid("Member must have length between 1 and 36: clientRequestToken")
        now = self.now_ms()
        known = self._tokens.get(token)
        if known is None or now - known[0] >= TOKEN_LIFE_MS:
            return False
        if known[1] != request:
            raise Refused(
                "IdempotentParameterMismatchException",
                "Request token already in use for another request with a different payload",
            )
        for action in request["TransactItems"]:
            write = self._prepared(*only_action(action), in_transaction=True)
            self.counts.read_units += 2 * read_units(0 if write.old is None else write.old[1])
        return True

    def _prepared(self, act: str, request: Request, in_transaction: bool = False) -> Write:
        """A write checked as far as it can be without looking at what is stored."""
        if in_transaction:
            check(act, request)
        table = self._table(request)
        row: Row | None = None
        if act == "Put":
            row = admitted_row(request["Item"])
            if row[1] > MAX_ITEM_BYTES:
                raise Invalid("Item size has exceeded the maximum allowed size")
            if table.index_keys:
                table.refuse_empty_index_keys(row[0])
            pk, sk = table.key_of(row[0])
        else:
            pk, sk = table.key(request["Key"])
        shows_old = request.get("ReturnValuesOnConditionCheckFailure", "NONE")
        if shows_old not in CHOICES["ReturnValuesOnConditionCheckFailure"]:
            raise Invalid("ReturnValuesOnConditionCheckFailure can only be ALL_OLD or NONE")
        plan, values = planned(request)
        if not plan.touched.isdisjoint(table.key_names):
            name = min(plan.touched & table.key_names)
            raise Invalid(
                f"One or more parameter values were invalid: Cannot update attribute {name}. "
                "This attribute is part of the key"
            )
        old = table.rows.get(pk, sk)
        return Write(act, table, pk, sk, row, plan, values, shows_old == "ALL_OLD", old)

    def _commit(self, writes: list[Write]) -> None:
        for write in writes:
            self.counts.index_units += write.commit()
        if len(self._pending) > PENDING_INDEX_WRITES:
            self._catch_up()

    def _catch_up(self) -> None:
        for publishing, hash_part, sort, row in self._pending:
            if row is None:
                publishing.remove(hash_part, sort)
            else:
                publishing.put(hash_part, sort, row)
        self._pending.clear()

    # Reads

    def _get(self, request: Request) -> Response:
        table = self._table(request)
        item = self._read(table, table.key(request["Key"]), request, projected(request))
        return {} if item is None else {"Item": item}

    def _batch_get(self, request: Request) -> Response:
        wanted: Mapping[str, Request] = request["RequestItems"]
        tables: dict[str, tuple[TableStore, Picks]] = {}
        for name, entry in wanted.items():
            check("Keys", entry)
            tables[name] = self._table({"TableName": name}), projected(entry)
        keys = [(name, key) for name, entry in wanted.items() for key in entry["Keys"]]
        if not 1 <= len(keys) <= MAX_BATCH_KEYS or not all(entry["Keys"] for entry in wanted.values()):
            raise Invalid("Too many items requested for the BatchGetItem call" if keys else "No keys requested")
        places = [(name, tables[name][0].key(key)) for name, key in keys]
        if len(set(places)) < len(places):
            raise Invalid("Provided list of item keys contains duplicates")
        served = len(places) if self.served is None else self.served(len(places))
        found: dict[str, list[Item]] = {name: [] for name in wanted}
        for name, place in places[:served]:
            table, picks = tables[name]
            item = self._read(table, place, wanted[name], picks)
            if item is not None:
                found[name].append(item)
        left: dict[str, Request] = {}
        for name, key in keys[served:]:
            left.setdefault(name, {**wanted[name], "Keys": []})["Keys"].append(deepcopy(key))
        return {"Responses": found, "UnprocessedKeys": left}

    def _read(self, table: TableStore, place: tuple[str, str], request: Request, picks: Picks) -> Item | None:
        row = table.rows.get(*place)
        self.counts.read_units += read_units(0 if row is None else row[1], bool(request.get("ConsistentRead")))
        if row is None:
            return None
        item = shown(row[0], picks) if picks else row[0]
        return item if self.shares else copied_item(item)

    def _query(self, request: Request) -> Response:
        table = self._table(request)
        return self._paid(request, Source(table, self._index(table, request), self.shares).query(request))

    def _scan(self, request: Request) -> Response:
        return self._paid(request, Source(self._table(request), shares=self.shares).scan(request))

    def _paid(self, request: Request, page: Page) -> Response:
        self.counts.read_units += read_units(page.bytes_read, bool(request.get("ConsistentRead")))
        return page.response

    def _index(self, table: TableStore, request: Request) -> IndexStore | None:
        name = request.get("IndexName")
        if name is None:
            return None
        if name not in table.indexes:
            raise Invalid(f"The table does not have the specified index: {name}")
        if request.get("ConsistentRead"):
            raise Invalid("Consistent reads are not supported on global secondary indexes")
        if self.gsi_lag is None or not self.gsi_lag():
            self._catch_up()
        return table.indexes[name]

    def _table(self, request: Request) -> TableStore:
        table = self._tables.get(request["TableName"])
        if table is None:
            raise Refused("ResourceNotFoundException", "Requested resource not found")
        return table
