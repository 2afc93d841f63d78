"""All that is stored, for the audit: whole tables, read by an operator. No function of the service has the right to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from chalicelib.billing.ledger import Entry
from chalicelib.domain.accounts import Account
from chalicelib.domain.orders.consultation import OpenOrder
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.sessions import Session
from chalicelib.domain.topups import TopUp
from chalicelib.outages import translate_errors
from chalicelib.storage.codec import Item, decode
from chalicelib.storage.keys import JOURNAL, MARKET

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KINDS: dict[tuple[str, str], type[Any]] = {
    ("ACC", "ACC"): Account,
    ("ORD", "ORD"): Order,
    ("ORD", "SES"): Session,
    ("TOP", "TOP"): TopUp,
}


class DynamoBooks:
    """See services.audit.Books; raises Unavailable when no answer comes. Reads are consistent, but for the index of what users receive."""

    def __init__(self, client: "DynamoDBClient", tables: dict[str, str]) -> None:
        self._client = cast(Any, client)
        self._tables = tables

    def market(self) -> Iterator[Account | AnyOrder | Session | TopUp | OpenOrder]:
        """A scan."""
        for item in self._all("scan", TableName=self._tables[MARKET], ConsistentRead=True):
            kind = _kind(item)
            if kind is not None:
                yield decode(kind, item)

    def journal(self) -> Iterator[Entry]:
        """A scan; acts of staff lie in the same table."""
        for item in self._all("scan", TableName=self._tables[JOURNAL], ConsistentRead=True):
            if "postings" in item:
                yield decode(Entry, item)

    def paid(self, account: str, since_ms: int = 0) -> Iterator[Entry]:
        """The account's partition."""
        return self._query(account, since_ms, "pk", ConsistentRead=True)

    def received(self, account: str) -> Iterator[Entry]:
        """The payee's index."""
        return self._query(account, 0, "payee", IndexName="payee")

    def _query(self, account: str, since_ms: int, name: str, **how: Any) -> Iterator[Entry]:
        items = self._all(
            "query",
            TableName=self._tables[JOURNAL],
            KeyConditionExpression=f"{name} = :account AND sk >= :since",
            ExpressionAttributeValues={":account": {"S": account}, ":since": {"S": f"{since_ms:013d}"}},
            **how,
        )
        return (decode(Entry, item) for item in items)

    def _all(self, operation: str, **request: Any) -> Iterator[Item]:
        start: Item | None = None
        while True:
            with translate_errors():
                page = getattr(self._client, operation)(**request, **({"ExclusiveStartKey": start} if start else {}))
            yield from page["Items"]
            start = page.get("LastEvaluatedKey")
            if not start:
                return


def _kind(item: Item) -> type[Any] | None:
    pk, sk = item["pk"]["S"].partition("#")[0], item["sk"]["S"].partition("#")[0]
    return OpenOrder if pk == "OPN" else _KINDS.get((pk, sk))
