"""Capacity units as DynamoDB bills them."""

from collections.abc import Callable
from functools import partial

import pytest

from dynamo.memory import MemoryDynamo
from dynamo.values import canonical_number, measured_number, number_size
from tests.dynamo.shelf_scene import Request, at, debit, key, number, posting, refusal, text


class TestUnits:
    """The prices of DynamoDB: 1 KB a write unit, 4 KB a read unit, everything twice in a transaction."""

    def spent(self, dynamo: MemoryDynamo, act: Callable[[], object]) -> tuple[int, int, int, float]:
        mark = dynamo.counts.mark()
        act()
        counts = dynamo.counts.since(mark)
        return counts.plain_units, counts.transactional_units, counts.index_units, counts.read_units

    def put(self, dynamo: MemoryDynamo, size: int, **more: Request) -> tuple[int, int, int, float]:
        item = {**key("X"), "t": text("x" * size), **more}
        return self.spent(dynamo, lambda: dynamo.put_item(TableName="market", Item=item))

    def test_a_plain_write_costs_its_started_kilobytes_old_or_new(self, dynamo: MemoryDynamo) -> None:
        around_it = len("pkXsk-t")
        assert self.put(dynamo, 10) == (1, 0, 0, 0)
        assert self.put(dynamo, 1024 - around_it) == (1, 0, 0, 0)
        assert self.put(dynamo, 1025 - around_it) == (2, 0, 0, 0)
        assert self.put(dynamo, 10) == (2, 0, 0, 0)
        assert self.spent(dynamo, lambda: dynamo.delete_item(**at("X"))) == (1, 0, 0, 0)
        assert self.spent(dynamo, lambda: dynamo.delete_item(**at("X"))) == (1, 0, 0, 0)

    def test_an_item_updated_often_costs_no_more_than_its_size(self, dynamo: MemoryDynamo) -> None:
        def update(length: int) -> None:
            dynamo.update_item(
                **at("X"),
                UpdateExpression=f"SET {'n' * 200} = :x, t = :x ADD tags :tags",
                ExpressionAttributeValues={":x": text("x" * length), ":tags": {"SS": ["a", "b"]}},
            )

        for length in range(100, 110):
            assert self.spent(dynamo, partial(update, length)) == (1, 0, 0, 0)

    def test_a_transaction_costs_double_checks_included(self, dynamo: MemoryDynamo) -> None:
        check = {"ConditionCheck": {**at("ACC#poor"), "ConditionExpression": "attribute_exists(pk)"}}
        actions = [debit("rich", 1), posting("ACC#rich", "S1"), check]
        assert self.spent(dynamo, lambda: dynamo.transact_write_items(TransactItems=actions)) == (0, 6, 1, 0)

    def test_a_refused_condition_costs_as_much(self, dynamo: MemoryDynamo) -> None:
        def refused() -> None:
            refusal(lambda: dynamo.update_item(**debit("poor", 6)["Update"]), "ConditionalCheckFailedException")
            actions = [debit("poor", 6), posting("ACC#poor", "S1")]
            refusal(lambda: dynamo.transact_write_items(TransactItems=actions), "TransactionCanceledException")

        assert self.spent(dynamo, refused) == (1, 4, 0, 0)

    def test_an_index_costs_one_to_enter_leave_or_change_and_two_to_move(self, dynamo: MemoryDynamo) -> None:
        entry = {"ph": text("03#0"), "wake_ms": number(1)}
        assert self.put(dynamo, 10, **entry) == (1, 0, 1, 0)
        assert self.put(dynamo, 20, **entry) == (1, 0, 0, 0), "what changed is not projected"
        assert self.put(dynamo, 20, **{**entry, "wake_ms": number(2)}) == (1, 0, 1, 0)
        assert self.put(dynamo, 20, ph=text("04#0"), wake_ms=number(2)) == (1, 0, 2, 0)
        assert self.put(dynamo, 20) == (1, 0, 1, 0)

    def test_a_block_of_a_session_in_the_time_index_costs_its_index_nothing(self, dynamo: MemoryDynamo) -> None:
        session = {**key("ORD#1", "SES#1"), "ph": text("03#0"), "wake_ms": number(9), "blk": number(0)}
        dynamo.put_item(TableName="market", Item=session)
        block = {"Update": {**at("ORD#1", "SES#1"), "UpdateExpression": "SET blk = blk + :one",
                 "ExpressionAttributeValues": {":one": number(1)}}}  # fmt: skip
        assert self.spent(dynamo, lambda: dynamo.transact_write_items(TransactItems=[block])) == (0, 2, 0, 0)

    def test_reads_cost_a_unit_each_four_kilobytes_and_half_if_eventually_consistent(
        self, dynamo: MemoryDynamo
    ) -> None:
        dynamo.put_item(TableName="live", Item={**key("X"), "t": text("x" * 5000)})
        here = at("X", table="live")
        assert self.spent(dynamo, lambda: dynamo.get_item(**here))[3] == 1
        assert self.spent(dynamo, lambda: dynamo.get_item(**here, ConsistentRead=True))[3] == 2
        assert self.spent(dynamo, lambda: dynamo.get_item(**at("nothing")))[3] == 0.5
        asked = {"market": {"Keys": [key("ACC#rich"), key("ACC#poor")], "ConsistentRead": True}}
        assert self.spent(dynamo, lambda: dynamo.batch_get_item(RequestItems=asked))[3] == 2

    def test_a_query_costs_by_the_sum_of_what_it_read_not_by_item(self, dynamo: MemoryDynamo) -> None:
        for n in range(6):
            dynamo.put_item(TableName="live", Item={**key("X", f"{n}"), "t": text("x" * 1000)})
        query = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": text("X")}}
        assert self.spent(dynamo, lambda: dynamo.query(TableName="live", **query))[3] == 1
        assert self.spent(dynamo, lambda: dynamo.query(TableName="live", **query, ConsistentRead=True))[3] == 2

    def test_a_repeated_token_is_billed_as_a_transactional_read(self, dynamo: MemoryDynamo) -> None:
        request = {"TransactItems": [debit("rich", 1)], "ClientRequestToken": "one"}
        assert self.spent(dynamo, lambda: dynamo.transact_write_items(**request)) == (0, 2, 0, 0)
        assert self.spent(dynamo, lambda: dynamo.transact_write_items(**request)) == (0, 0, 0, 2)

    @pytest.mark.parametrize(
        "text", ["0", "7", "10", "99", "100", "1001", "1000", "120000", "1" + "0" * 37, "007", "10.50", "-20"]
    )
    def test_a_number_takes_a_byte_for_each_two_of_its_digits_however_it_is_measured(self, text: str) -> None:
        canonical = canonical_number(text)
        assert measured_number(text) == ({"N": canonical}, number_size(canonical))

    def test_requests_are_counted_by_operation(self, dynamo: MemoryDynamo) -> None:
        dynamo.get_item(**at("X"))
        dynamo.get_item(**at("X"))
        dynamo.put_item(TableName="live", Item=key("X"))
        assert dynamo.counts.requests == {"get_item": 2, "put_item": 1}
        assert dynamo.counts.write_units == 1
