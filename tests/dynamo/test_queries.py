"""Reads, pages and indexes as DynamoDB gives them."""

import pytest

from dynamo.memory import MemoryDynamo
from dynamo.tables import Index, Table, twip_tables
from tests.dynamo.shelf_scene import Request, account, at, debit, key, number, refusal, text, waking


class TestReads:
    def test_what_is_read_or_written_is_the_callers_own_copy(self, dynamo: MemoryDynamo) -> None:
        item = {**key("X"), "m": {"M": {"l": {"L": [text("a")]}}}, "t": {"SS": ["a"]}}
        dynamo.put_item(TableName="live", Item=item)
        item["m"]["M"]["l"]["L"].clear()
        read = dynamo.get_item(**at("X", table="live"))["Item"]
        read["m"]["M"]["l"]["L"].append(text("b"))
        read["t"]["SS"].append("b")
        assert dynamo.get_item(**at("X", table="live"))["Item"]["m"] == {"M": {"l": {"L": [text("a")]}}}
        assert dynamo.get_item(**at("X", table="live"))["Item"]["t"] == {"SS": ["a"]}

    def test_a_store_that_shares_gives_each_reader_what_it_keeps(self) -> None:
        dynamo = MemoryDynamo(twip_tables(), shares=True)
        dynamo.put_item(TableName="live", Item=key("X"))
        kept = dynamo.item("live", "X", "-")
        found = dynamo.query(
            TableName="live", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": text("X")}
        )["Items"]
        batch = dynamo.batch_get_item(RequestItems={"live": {"Keys": [key("X")]}})["Responses"]["live"]
        read = dynamo.get_item(**at("X", table="live"))["Item"]
        assert kept is not None
        assert all(item is kept for item in (read, *batch, *found))

    def test_a_batch_reads_over_tables_and_leaves_out_what_is_missing(self, dynamo: MemoryDynamo) -> None:
        dynamo.put_item(TableName="live", Item=key("X"))
        answer = dynamo.batch_get_item(
            RequestItems={
                "market": {"Keys": [key("ACC#rich"), key("ACC#nobody")], "ConsistentRead": True},
                "live": {"Keys": [key("X")]},
            }
        )
        assert answer == {
            "Responses": {"market": [account("rich", 1000)], "live": [key("X")]},
            "UnprocessedKeys": {},
        }

    def test_keys_that_a_batch_did_not_get_to_can_be_asked_for_again_as_they_are(self, dynamo: MemoryDynamo) -> None:
        dynamo.served = lambda wanted: wanted // 2
        asked = {"market": {"Keys": [key("ACC#rich"), key("ACC#poor")], "ConsistentRead": True}}
        first = dynamo.batch_get_item(RequestItems=asked)
        assert first["UnprocessedKeys"] == {"market": {"Keys": [key("ACC#poor")], "ConsistentRead": True}}
        dynamo.served = None
        second = dynamo.batch_get_item(RequestItems=first["UnprocessedKeys"])
        assert second["Responses"] == {"market": [account("poor", 5)]}

    def test_a_batch_of_101_keys_or_with_one_twice_is_refused(self, dynamo: MemoryDynamo) -> None:
        for keys in ([key(f"X{n}") for n in range(101)], [key("X"), key("X")], []):
            refusal(
                lambda k=keys: dynamo.batch_get_item(RequestItems={"live": {"Keys": k}}),  # type: ignore[misc]
                "ValidationException",
            )

    def test_a_projection_shows_only_what_was_asked_for(self, dynamo: MemoryDynamo) -> None:
        home = {"M": {"city": text("a"), "street": text("b")}}
        dynamo.put_item(TableName="live", Item={**key("X"), "home": home, "l": {"L": [text("a"), text("b")]}})
        answer = dynamo.get_item(
            **at("X", table="live"),
            ProjectionExpression="sk, #h.city, l[1], nothing",
            ExpressionAttributeNames={"#h": "home"},
        )
        assert answer == {"Item": {"sk": text("-"), "home": {"M": {"city": text("a")}}, "l": {"L": [text("b")]}}}

    def test_a_scan_comes_back_in_pages_and_filters_after_reading(self, dynamo: MemoryDynamo) -> None:
        for n in range(10):
            dynamo.put_item(TableName="live", Item={**key(f"X{n % 3}", f"{n}"), "n": number(n)})
        found: list[str] = []
        start: Request = {}
        while True:
            page = dynamo.scan(
                TableName="live",
                Limit=4,
                FilterExpression="n > :n",
                ExpressionAttributeValues={":n": number(4)},
                **start,
            )
            assert page["ScannedCount"] <= 4
            found += [item["n"]["N"] for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert sorted(found) == ["5", "6", "7", "8", "9"]


class TestQueries:
    @pytest.fixture
    def journal(self, dynamo: MemoryDynamo) -> MemoryDynamo:
        for n in (3, 1, 4, 0, 2):
            dynamo.put_item(TableName="journal", Item={**key("A", f"S{n}#J"), "payee": text("B")})
        dynamo.put_item(TableName="journal", Item=key("A", "T0"))
        dynamo.put_item(TableName="journal", Item=key("AA", "S9#J"))
        return dynamo

    @pytest.mark.parametrize(
        ("condition", "values", "expected"),
        [
            ("pk = :p", {}, "S0 S1 S2 S3 S4 T0"),
            ("pk = :p AND sk = :a", {":a": "S2#J"}, "S2"),
            ("pk = :p AND sk < :a", {":a": "S2#J"}, "S0 S1"),
            ("pk = :p AND sk <= :a", {":a": "S2#J"}, "S0 S1 S2"),
            ("sk > :a AND pk = :p", {":a": "S2#J"}, "S3 S4 T0"),
            ("pk = :p AND sk >= :a", {":a": "S2#J"}, "S2 S3 S4 T0"),
            ("pk = :p AND sk BETWEEN :a AND :b", {":a": "S1#J", ":b": "S3#J"}, "S1 S2 S3"),
            ("pk = :p AND begins_with(sk, :a)", {":a": "S"}, "S0 S1 S2 S3 S4"),
            ("(pk = :p) AND (sk > :a)", {":a": "Z"}, ""),
        ],
    )
    def test_sort_keys_are_bounded_in_every_way(
        self, journal: MemoryDynamo, condition: str, values: dict[str, str], expected: str
    ) -> None:
        for forward in (True, False):
            found = journal.query(
                TableName="journal",
                KeyConditionExpression=condition,
                ExpressionAttributeValues={":p": text("A"), **{name: text(value) for name, value in values.items()}},
                ScanIndexForward=forward,
            )
            names = [item["sk"]["S"][:2] for item in found["Items"]]
            assert names == (expected.split() if forward else expected.split()[::-1])
            assert found["Count"] == found["ScannedCount"] == len(names)

    @pytest.mark.parametrize("index", [None, "payee"])
    @pytest.mark.parametrize("forward", [True, False])
    def test_pages_join_without_gap_or_repeat(self, journal: MemoryDynamo, index: str | None, forward: bool) -> None:
        query: Request = {
            "TableName": "journal",
            "KeyConditionExpression": "payee = :p" if index else "pk = :p",
            "ExpressionAttributeValues": {":p": text("B" if index else "A")},
            "ScanIndexForward": forward,
            **({"IndexName": index} if index else {}),
        }
        whole = journal.query(**query)["Items"]
        found: list[Request] = []
        page = journal.query(**query, Limit=2)
        while page["Items"]:
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            assert page["LastEvaluatedKey"].keys() == ({"pk", "sk", "payee"} if index else {"pk", "sk"})
            page = journal.query(**query, Limit=2, ExclusiveStartKey=page["LastEvaluatedKey"])
        assert found == whole

    def test_a_page_that_ends_with_its_limit_names_a_key_though_nothing_follows(self, journal: MemoryDynamo) -> None:
        page = journal.query(
            TableName="journal", KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": text("AA")}, Limit=1
        )
        assert page["LastEvaluatedKey"] == key("AA", "S9#J")

    def test_a_page_holds_a_megabyte_at_most(self, dynamo: MemoryDynamo) -> None:
        for n in range(4):
            dynamo.put_item(TableName="live", Item={**key("X", f"{n}"), "text": text("x" * 300_000)})
        page = dynamo.query(
            TableName="live", KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": text("X")}
        )
        assert (page["Count"], page["LastEvaluatedKey"]) == (3, key("X", "2"))

    def test_a_count_shows_no_items(self, journal: MemoryDynamo) -> None:
        counted = journal.query(
            TableName="journal",
            KeyConditionExpression="pk = :p",
            FilterExpression="attribute_exists(payee)",
            ExpressionAttributeValues={":p": text("A")},
            Select="COUNT",
        )
        assert counted == {"Count": 5, "ScannedCount": 6}

    @pytest.mark.parametrize(
        "fault",
        [
            {"KeyConditionExpression": "sk = :p"},
            {"KeyConditionExpression": "pk > :p"},
            {"KeyConditionExpression": "pk = :p OR sk = :p"},
            {"KeyConditionExpression": "pk = :p AND payee = :p"},
            {"KeyConditionExpression": "pk = :p AND pk = :p"},
            {"KeyConditionExpression": "pk = :p AND sk <> :p"},
            {"KeyConditionExpression": "pk = :p AND contains(sk, :p)"},
            {"KeyConditionExpression": "payee = :p", "IndexName": "payees"},
            {"KeyConditionExpression": "payee = :p", "IndexName": "payee", "ConsistentRead": True},
            {"FilterExpression": "sk > :p"},
            {"Limit": 0},
            {"ExclusiveStartKey": key("B", "S1#J")},
            {"ExclusiveStartKey": {"pk": text("A")}},
            {"KeyConditionExpression": "pk = :p AND sk < :p", "ExclusiveStartKey": key("A", "S1#J")},
            {"ExpressionAttributeValues": {":p": number(1)}},
            {"ExpressionAttributeValues": {":p": text("")}},
        ],
    )
    def test_faulty_queries_are_refused(self, journal: MemoryDynamo, fault: Request) -> None:
        query = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": text("A")}}
        refusal(lambda: journal.query(TableName="journal", **{**query, **fault}), "ValidationException")


class TestIndexes:
    def session(self, dynamo: MemoryDynamo, **more: Request) -> None:
        item = {**key("ORD#1", "SES#1"), "ph": text("03#0"), "wake_ms": number(9), "blk": number(0), **more}
        dynamo.put_item(TableName="market", Item=item)

    def test_only_items_with_both_index_keys_are_in_a_sparse_index(self, dynamo: MemoryDynamo) -> None:
        assert waking(dynamo) == []
        self.session(dynamo)
        assert len(waking(dynamo)) == 1
        dynamo.update_item(**at("ORD#1", "SES#1"), UpdateExpression="REMOVE ph")
        assert waking(dynamo) == []

    def test_an_index_shows_its_projection_and_the_keys_of_the_table(self, dynamo: MemoryDynamo) -> None:
        self.session(dynamo, owner=text("O"), owner_at=text("1"))
        assert waking(dynamo) == [{**key("ORD#1", "SES#1"), "ph": text("03#0"), "wake_ms": number(9)}]
        owned = dynamo.query(
            TableName="market",
            IndexName="by_owner",
            KeyConditionExpression="#owner = :o",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues={":o": text("O")},
        )["Items"]
        assert owned == [{**key("ORD#1", "SES#1"), "owner": text("O"), "owner_at": text("1")}]

    def test_an_attribute_outside_the_projection_cannot_be_asked_for(self, dynamo: MemoryDynamo) -> None:
        query = {
            "TableName": "market",
            "IndexName": "phase",
            "KeyConditionExpression": "ph = :ph",
            "ExpressionAttributeValues": {":ph": text("03#0")},
        }
        assert dynamo.query(**query, ProjectionExpression="wake_ms")["Count"] == 0
        refusal(lambda: dynamo.query(**query, ProjectionExpression="blk"), "ValidationException")

    def test_an_index_of_the_tables_keys_turned_round_has_every_item(self) -> None:
        dynamo = MemoryDynamo({"things": Table(indexes={"turned": Index(("sk", "pk"), projection="KEYS_ONLY")})})
        dynamo.update_item(**at("X", "1", table="things"))
        dynamo.update_item(
            **at("Y", "1", table="things"), UpdateExpression="SET a = :a", ExpressionAttributeValues={":a": number(1)}
        )
        turned = {
            "IndexName": "turned",
            "KeyConditionExpression": "sk = :s",
            "ExpressionAttributeValues": {":s": text("1")},
        }
        assert [item["pk"]["S"] for item in dynamo.query(TableName="things", **turned)["Items"]] == ["X", "Y"]

    def test_a_changed_index_key_moves_the_entry(self, dynamo: MemoryDynamo) -> None:
        self.session(dynamo)
        dynamo.update_item(
            **at("ORD#1", "SES#1"), UpdateExpression="SET ph = :ph", ExpressionAttributeValues={":ph": text("07#0")}
        )
        assert (waking(dynamo), len(waking(dynamo, "07#0"))) == ([], 1)

    def test_a_refused_transaction_leaves_the_indexes_alone(self, dynamo: MemoryDynamo) -> None:
        self.session(dynamo)
        rest = {"Update": {**at("ORD#1", "SES#1"), "UpdateExpression": "REMOVE ph"}}
        refusal(
            lambda: dynamo.transact_write_items(TransactItems=[rest, debit("poor", 900)]),
            "TransactionCanceledException",
        )
        assert len(waking(dynamo)) == 1

    def test_a_lagging_index_shows_the_past_until_it_catches_up(self, dynamo: MemoryDynamo) -> None:
        self.session(dynamo)
        assert len(waking(dynamo)) == 1
        lagging = [True]
        dynamo.gsi_lag = lambda: lagging[0]
        dynamo.delete_item(**at("ORD#1", "SES#1"))
        assert len(waking(dynamo)) == 1
        lagging[0] = False
        assert waking(dynamo) == []

    def test_an_index_may_be_sorted_by_numbers(self) -> None:
        dynamo = MemoryDynamo(
            {"things": Table(indexes={"by_size": Index(("kind", "bytes"))}, numbers=frozenset({"bytes"}))}
        )
        for size in (10, 9, 100):
            dynamo.put_item(TableName="things", Item={**key(f"T{size}"), "kind": text("k"), "bytes": number(size)})
        found = dynamo.query(
            TableName="things",
            IndexName="by_size",
            KeyConditionExpression="kind = :k AND #b >= :b",
            ExpressionAttributeNames={"#b": "bytes"},
            ExpressionAttributeValues={":k": text("k"), ":b": number(10)},
        )["Items"]
        assert [item["bytes"]["N"] for item in found] == ["10", "100"]
