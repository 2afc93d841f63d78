"""What the simulation may rely on: the in-memory store keeps DynamoDB's promises on writes and transactions."""

from typing import Any

import pytest

from dynamo.errors import conflict, conflict_of_one
from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables
from tests.dynamo.shelf_scene import Request, account, at, available, debit, key, number, posting, refusal, text, waking


class TestTransactions:
    def test_a_transaction_is_carried_out_whole(self, dynamo: MemoryDynamo) -> None:
        dynamo.transact_write_items(TransactItems=[debit("rich", 900), posting("ACC#rich", "S1#J#000001")])
        assert available(dynamo, "rich") == 100
        assert dynamo.item("journal", "ACC#rich", "S1#J#000001") is not None

    def test_one_refused_condition_undoes_everything_and_the_reasons_stand_in_order(self, dynamo: MemoryDynamo) -> None:
        actions = [posting("ACC#poor", "S1#J#000001"), debit("poor", 900), debit("rich", 1)]
        response = refusal(lambda: dynamo.transact_write_items(TransactItems=actions), "TransactionCanceledException")
        assert [reason["Code"] for reason in response["CancellationReasons"]] == [
            "None",
            "ConditionalCheckFailed",
            "None",
        ]
        assert list(dynamo.items("journal")) == []
        assert (available(dynamo, "poor"), available(dynamo, "rich")) == (5, 1000)

    def test_all_refused_conditions_are_named_not_only_the_first(self, dynamo: MemoryDynamo) -> None:
        actions = [debit("poor", 6), debit("rich", 1001)]
        response = refusal(lambda: dynamo.transact_write_items(TransactItems=actions), "TransactionCanceledException")
        assert [reason["Code"] for reason in response["CancellationReasons"]] == ["ConditionalCheckFailed"] * 2

    def test_a_reason_shows_the_item_only_to_those_who_asked(self, dynamo: MemoryDynamo) -> None:
        asked, silent = debit("poor", 6), debit("rich", 1001)
        asked["Update"]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        response = refusal(
            lambda: dynamo.transact_write_items(TransactItems=[asked, silent]), "TransactionCanceledException"
        )
        shown, hidden = response["CancellationReasons"]
        assert shown["Item"] == account("poor", 5)
        assert "Item" not in hidden

    def test_conditions_see_the_items_as_they_were_before_the_transaction(self, dynamo: MemoryDynamo) -> None:
        check = {"ConditionCheck": {**at("S1"), "ConditionExpression": "attribute_not_exists(pk)"}}
        dynamo.transact_write_items(TransactItems=[posting("S1", "-"), check])
        assert dynamo.item("journal", "S1", "-") is not None

    def test_two_operations_on_one_item_are_refused_before_anything_is_looked_at(self, dynamo: MemoryDynamo) -> None:
        actions = [debit("poor", 900), {"ConditionCheck": {**at("ACC#poor"), "ConditionExpression": "available = :a",
                   "ExpressionAttributeValues": {":a": number(5)}}}]  # fmt: skip
        refusal(lambda: dynamo.transact_write_items(TransactItems=actions), "ValidationException")

    def test_the_same_key_in_two_tables_is_two_items(self, dynamo: MemoryDynamo) -> None:
        puts = [{"Put": {"TableName": table, "Item": key("X")}} for table in ("market", "journal", "live")]
        dynamo.transact_write_items(TransactItems=puts)
        assert dynamo.item("live", "X", "-") == key("X")

    def test_a_hundred_items_pass_and_a_hundred_and_one_do_not(self, dynamo: MemoryDynamo) -> None:
        puts = [{"Put": {"TableName": "live", "Item": key(f"X{n}")}} for n in range(101)]
        refusal(lambda: dynamo.transact_write_items(TransactItems=puts), "ValidationException")
        dynamo.transact_write_items(TransactItems=puts[:100])
        assert len(list(dynamo.items("live"))) == 100

    def test_an_update_that_cannot_be_made_cancels_with_a_validation_error(self, dynamo: MemoryDynamo) -> None:
        fee = {"Update": {**at("ACC#rich"), "UpdateExpression": "SET fee = fee + :f",
               "ExpressionAttributeValues": {":f": number(1)}}}  # fmt: skip
        response = refusal(
            lambda: dynamo.transact_write_items(TransactItems=[debit("poor", 1), fee]), "TransactionCanceledException"
        )
        assert [reason["Code"] for reason in response["CancellationReasons"]] == ["None", "ValidationError"]
        assert available(dynamo, "poor") == 5

    def test_four_megabytes_are_too_many(self, dynamo: MemoryDynamo) -> None:
        puts = [
            {"Put": {"TableName": "live", "Item": {**key(f"X{n}"), "text": text("x" * 390_000)}}} for n in range(11)
        ]
        refusal(lambda: dynamo.transact_write_items(TransactItems=puts), "ValidationException")
        assert list(dynamo.items("live")) == []


class TestRequestTokens:
    def test_the_same_request_under_the_same_token_is_carried_out_once(self, dynamo: MemoryDynamo) -> None:
        for _ in range(3):
            dynamo.transact_write_items(TransactItems=[debit("rich", 100)], ClientRequestToken="one")
        assert available(dynamo, "rich") == 900

    def test_another_request_under_the_same_token_is_refused(self, dynamo: MemoryDynamo) -> None:
        dynamo.transact_write_items(TransactItems=[debit("rich", 100)], ClientRequestToken="one")
        refusal(
            lambda: dynamo.transact_write_items(TransactItems=[debit("rich", 101)], ClientRequestToken="one"),
            "IdempotentParameterMismatchException",
        )

    def test_a_token_is_forgotten_after_ten_minutes(self) -> None:
        now = [0]
        dynamo = MemoryDynamo(twip_tables(), now_ms=lambda: now[0])
        dynamo.put_item(TableName="market", Item=account("rich", 1000))
        for minutes, left in ((0, 900), (9, 900), (10, 800)):
            now[0] = minutes * 60_000
            dynamo.transact_write_items(TransactItems=[debit("rich", 100)], ClientRequestToken="one")
            assert available(dynamo, "rich") == left

    def test_a_refused_transaction_leaves_its_token_unused(self, dynamo: MemoryDynamo) -> None:
        broke = {"TransactItems": [debit("poor", 6)], "ClientRequestToken": "one"}
        refusal(lambda: dynamo.transact_write_items(**broke), "TransactionCanceledException")
        dynamo.put_item(TableName="market", Item=account("poor", 6))
        dynamo.transact_write_items(**broke)
        assert available(dynamo, "poor") == 0


class TestSingleWrites:
    def test_a_refused_condition_is_an_exception_with_the_item_if_asked_for(self, dynamo: MemoryDynamo) -> None:
        request = debit("poor", 6)["Update"]
        response = refusal(lambda: dynamo.update_item(**request), "ConditionalCheckFailedException")
        assert "Item" not in response
        response = refusal(
            lambda: dynamo.update_item(**request, ReturnValuesOnConditionCheckFailure="ALL_OLD"),
            "ConditionalCheckFailedException",
        )
        assert response["Item"] == account("poor", 5)

    def test_refusals_are_the_modelled_exceptions_of_boto3(self, dynamo: MemoryDynamo) -> None:
        with pytest.raises(dynamo.exceptions.ConditionalCheckFailedException):
            dynamo.update_item(**debit("poor", 6)["Update"])

    def test_an_update_creates_the_item_unless_a_condition_forbids_it(self, dynamo: MemoryDynamo) -> None:
        dynamo.update_item(
            **at("ACC#new"), UpdateExpression="ADD available :n", ExpressionAttributeValues={":n": number(7)}
        )
        assert dynamo.item("market", "ACC#new", "-") == {**key("ACC#new"), "available": number(7)}
        refusal(
            lambda: dynamo.update_item(
                **at("ACC#erased"),
                UpdateExpression="ADD available :n",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":n": number(7)},
            ),
            "ConditionalCheckFailedException",
        )

    def test_return_values_show_the_item_before_or_after_or_only_what_was_updated(self, dynamo: MemoryDynamo) -> None:
        def update(wanted: str) -> Any:
            return dynamo.update_item(
                **at("ACC#rich"),
                UpdateExpression="SET available = available + :n",
                ExpressionAttributeValues={":n": number(1)},
                ReturnValues=wanted,
            ).get("Attributes")

        assert update("NONE") is None
        assert update("ALL_OLD") == account("rich", 1001)
        assert update("ALL_NEW") == account("rich", 1003)
        assert update("UPDATED_OLD") == {"available": number(1003)}
        assert update("UPDATED_NEW") == {"available": number(1005)}

    def test_a_delete_returns_what_it_removed_and_nothing_the_second_time(self, dynamo: MemoryDynamo) -> None:
        assert dynamo.delete_item(**at("ACC#poor"), ReturnValues="ALL_OLD") == {"Attributes": account("poor", 5)}
        assert dynamo.delete_item(**at("ACC#poor"), ReturnValues="ALL_OLD") == {}

    def test_a_put_replaces_the_whole_item(self, dynamo: MemoryDynamo) -> None:
        old = dynamo.put_item(TableName="market", Item=key("ACC#poor"), ReturnValues="ALL_OLD")
        assert old == {"Attributes": account("poor", 5)}
        assert dynamo.get_item(**at("ACC#poor")) == {"Item": key("ACC#poor")}


class TestFaults:
    def test_a_crash_before_a_write_leaves_nothing_done_and_one_after_it_everything(self, dynamo: MemoryDynamo) -> None:
        def crash(operation: str, request: Request) -> None:
            raise ConnectionError(operation)

        dynamo.before = crash
        with pytest.raises(ConnectionError):
            dynamo.transact_write_items(TransactItems=[debit("rich", 100)])
        assert (available(dynamo, "rich"), dynamo.counts.requests.total()) == (1000, 0)
        dynamo.before, dynamo.after = None, crash
        with pytest.raises(ConnectionError):
            dynamo.transact_write_items(TransactItems=[debit("rich", 100)])
        assert available(dynamo, "rich") == 900

    def test_a_conflict_is_injected_as_the_cancellation_that_aws_describes(self, dynamo: MemoryDynamo) -> None:
        def contend(operation: str, request: Request) -> None:
            raise conflict(len(request["TransactItems"]), at=1)

        dynamo.before = contend
        actions = [debit("rich", 1), posting("ACC#rich", "S1"), debit("poor", 1)]
        response = refusal(lambda: dynamo.transact_write_items(TransactItems=actions), "TransactionCanceledException")
        assert [reason["Code"] for reason in response["CancellationReasons"]] == ["None", "TransactionConflict", "None"]

    def test_a_plain_write_conflicts_under_another_name(self, dynamo: MemoryDynamo) -> None:
        with pytest.raises(dynamo.exceptions.TransactionConflictException):
            raise conflict_of_one("update_item")

    def test_a_snapshot_can_be_returned_to_any_number_of_times(self, dynamo: MemoryDynamo) -> None:
        start = dynamo.snapshot()
        dynamo.transact_write_items(TransactItems=[debit("rich", 100), posting("ACC#rich", "S1")])
        later = dynamo.snapshot()
        for _ in range(2):
            dynamo.restore(start)
            assert (available(dynamo, "rich"), list(dynamo.items("journal"))) == (1000, [])
            dynamo.delete_item(**at("ACC#rich"))
            dynamo.restore(later)
            assert (available(dynamo, "rich"), len(list(dynamo.items("journal")))) == (900, 1)
            assert waking(dynamo) == []
            found = dynamo.query(
                TableName="journal",
                IndexName="payee",
                KeyConditionExpression="payee = :p",
                ExpressionAttributeValues={":p": text("ACC#payee")},
            )
            assert found["Count"] == 1
