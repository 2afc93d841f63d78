"""The public side of the market, by requests that name each attribute which they want: the function that makes public pages has the right
to no other (infra/cdk/groups.py)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from chalicelib.domain.errors import Unavailable
from chalicelib.outages import translate_errors
from chalicelib.services.catalogue.showcase import AT_ONCE, ShownPerformer, ShownTwip
from chalicelib.storage.codec import Item, decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")
ATTEMPTS = 4
OF_TWIP = (
    "id",
    "author_id",
    "kind",
    "withdrawn",
    "published.languages",
    "published.texts",
    "published.prices",
    "published.#work",
    # Of what is sold nothing but its price: links are goods (R77).
    "published.#files.price_minor",
)
OF_PERFORMER = ("user_id", "display_name", "blocked", "rating")
NAMES = {"#work": "work", "#files": "files"}
ATTRIBUTES = frozenset(
    {"pk", "sk", "owner", "owner_at", *(path.partition(".")[0] for path in (*OF_TWIP, *OF_PERFORMER))}
)
"""All that is ever asked for or looked up by."""


class DynamoWindow:
    """See services.catalogue.showcase.Window. `pause` waits before retry n."""

    def __init__(self, client: "DynamoDBClient", market: str, pause: "Callable[[int], None]") -> None:
        self._client, self._market, self._pause = cast(Any, client), market, pause

    def twips(self, twip_ids: Iterable[str]) -> Mapping[str, ShownTwip]:
        """By one BatchGetItem."""
        keys = [{"pk": {"S": f"TWP#{ident}"}, "sk": {"S": "TWP"}} for ident in dict.fromkeys(twip_ids)]
        found = (decode(ShownTwip, item) for item in self._batch(keys, OF_TWIP, NAMES))
        return {twip.id: twip for twip in found}

    def performers(self, user_ids: Iterable[str]) -> Mapping[str, ShownPerformer]:
        """By one BatchGetItem."""
        keys = [{"pk": {"S": f"USR#{ident}"}, "sk": {"S": "PROFILE"}} for ident in dict.fromkeys(user_ids)]
        found = (decode(ShownPerformer, item) for item in self._batch(keys, OF_PERFORMER, {}))
        return {performer.user_id: performer for performer in found}

    def on_sale(self, part: str, limit: int | None = None) -> Iterator[Sequence[str]]:
        """By a query of the base table, so that nothing that stays on sale is missed."""
        condition, values = "pk = :sale", {":sale": {"S": "SALE"}}
        if part:
            condition, values = f"{condition} AND begins_with(sk, :part)", {**values, ":part": {"S": part}}
        left, start = limit, dict[str, Any]()
        while left is None or left > 0:
            answer = self._query(
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                Limit=AT_ONCE if left is None else min(AT_ONCE, left),
                ConsistentRead=True,
                **start,
            )
            ids = [item["sk"]["S"] for item in answer["Items"]]
            if ids:
                yield ids
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
            left = None if left is None else left - len(ids)

    def of_author(self, user_id: str) -> Sequence[str]:
        """By the index of owners."""
        answer = self._query(
            IndexName="by_owner",
            KeyConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues={":owner": {"S": f"TWIPS#{user_id}"}},
            Limit=AT_ONCE,
            ScanIndexForward=False,
        )
        return [item["pk"]["S"].removeprefix("TWP#") for item in answer["Items"]]

    @translate_errors()
    def _query(self, **asked: Any) -> dict[str, Any]:
        return cast(dict[str, Any], self._client.query(TableName=self._market, ProjectionExpression="pk, sk", **asked))

    @translate_errors()
    def _batch(self, keys: list[Item], paths: tuple[str, ...], names: dict[str, str]) -> list[Item]:
        """Raises Unavailable. What is left unprocessed is asked for again."""
        wanted: dict[str, Any] = {"Keys": keys, "ConsistentRead": True, "ProjectionExpression": ", ".join(paths)}
        asked, found = {self._market: {**wanted, **({"ExpressionAttributeNames": names} if names else {})}}, []
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(attempt)
            answer = self._client.batch_get_item(RequestItems=asked)
            found += answer["Responses"].get(self._market, [])
            asked = answer.get("UnprocessedKeys") or {}
            if not asked:
                return found
        raise Unavailable
