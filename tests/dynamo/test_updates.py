"""What an update makes of an item, and what DynamoDB does not take."""

import pytest
from botocore.exceptions import ParamValidationError

from dynamo.memory import MemoryDynamo
from tests.dynamo.shelf_scene import Request, at, key, number, refusal, text


class TestUpdates:
    def after(self, dynamo: MemoryDynamo, update: str, item: Request, **values: Request) -> Request:
        dynamo.put_item(TableName="live", Item={**key("X"), **item})
        given = {"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}
        answer = dynamo.update_item(**at("X", table="live"), UpdateExpression=update, **given, ReturnValues="ALL_NEW")
        attributes: Request = answer["Attributes"]
        return {name: value for name, value in attributes.items() if name not in ("pk", "sk")}

    def test_every_action_reads_the_item_as_it_was(self, dynamo: MemoryDynamo) -> None:
        swapped = self.after(dynamo, "SET a = b, b = a", {"a": number(1), "b": number(2)})
        assert swapped == {"a": number(2), "b": number(1)}

    def test_sums_are_exact(self, dynamo: MemoryDynamo) -> None:
        big = self.after(dynamo, "SET a = a - :n", {"a": number(10**37)}, n=number("0.1"))
        assert big == {"a": number("9999999999999999999999999999999999999.9")}
        assert self.after(dynamo, "ADD a :n", {"a": number("1.50")}, n=number("0.5")) == {"a": number(2)}

    def test_numbers_are_kept_in_their_shortest_form(self, dynamo: MemoryDynamo) -> None:
        kept = self.after(dynamo, "SET b = :n, c = :m", {"a": number("007")}, n=number("1E3"), m=number("-0.50"))
        assert kept == {"a": number(7), "b": number(1000), "c": number("-0.5")}

    def test_lists_are_appended_to_and_changed_by_position(self, dynamo: MemoryDynamo) -> None:
        notes = {"notes": {"L": [text("a"), text("b"), text("c")]}}
        more = self.after(dynamo, "SET notes = list_append(notes, :x)", notes, x={"L": [text("d")]})
        assert more["notes"]["L"][-1] == text("d")
        changed = self.after(dynamo, "SET notes[1] = :x REMOVE notes[0], notes[2]", notes, x=text("z"))
        assert changed == {"notes": {"L": [text("z")]}}
        beyond = self.after(dynamo, "SET notes[9] = :x", notes, x=text("end"))
        assert beyond["notes"]["L"][3:] == [text("end")]

    def test_maps_are_changed_by_path_and_the_stored_value_of_others_stays(self, dynamo: MemoryDynamo) -> None:
        person = {"person": {"M": {"given": text("a"), "home": {"M": {"city": text("b")}}}}}
        moved = self.after(dynamo, "SET person.home.city = :x REMOVE person.given", person, x=text("z"))
        assert moved == {"person": {"M": {"home": {"M": {"city": text("z")}}}}}

    def test_a_path_through_nothing_is_refused(self, dynamo: MemoryDynamo) -> None:
        for update in ("SET a.b = :x", "SET a[0] = :x", "REMOVE a.b", "REMOVE b.c.d"):
            values = {"x": number(1)} if ":x" in update else {}
            refusal(lambda u=update, v=values: self.after(dynamo, u, {"b": {"M": {}}}, **v), "ValidationException")  # type: ignore[misc]

    def test_sets_grow_and_shrink_and_an_empty_one_goes(self, dynamo: MemoryDynamo) -> None:
        tags = {"tags": {"SS": ["b", "a"]}}
        assert self.after(dynamo, "ADD tags :t", tags, t={"SS": ["c", "a"]}) == {"tags": {"SS": ["a", "b", "c"]}}
        assert self.after(dynamo, "ADD tags :t", {}, t={"SS": ["c"]}) == {"tags": {"SS": ["c"]}}
        assert self.after(dynamo, "DELETE tags :t", tags, t={"SS": ["a", "x"]}) == {"tags": {"SS": ["b"]}}
        assert self.after(dynamo, "DELETE tags :t", tags, t={"SS": ["a", "b"]}) == {}

    def test_two_sets_are_equal_whatever_the_order_of_their_members(self, dynamo: MemoryDynamo) -> None:
        for kind, members in (("SS", list("hgfedcba")), ("NS", ["100", "20", "3", "-4", "0.5"])):
            dynamo.put_item(TableName="live", Item={**key("X"), "set": {kind: members}})
            dynamo.update_item(
                **at("X", table="live"),
                UpdateExpression="ADD seen :one",
                ConditionExpression="#set = :set",
                ExpressionAttributeNames={"#set": "set"},
                ExpressionAttributeValues={":one": number(1), ":set": {kind: members[::-1]}},
            )

    def test_if_not_exists_gives_a_first_value(self, dynamo: MemoryDynamo) -> None:
        count = "SET n = if_not_exists(n, :zero) + :one"
        assert self.after(dynamo, count, {}, zero=number(0), one=number(1)) == {"n": number(1)}
        assert self.after(dynamo, count, {"n": number(4)}, zero=number(0), one=number(1)) == {"n": number(5)}

    @pytest.mark.parametrize(
        ("update", "value"),
        [
            ("SET a = a + :x", text("1")),
            ("SET a = s + :x", number(1)),
            ("SET a = missing", None),
            ("ADD s :x", number(1)),
            ("ADD a :x", text("1")),
            ("DELETE a :x", {"SS": ["1"]}),
            ("SET a = list_append(a, :x)", {"L": []}),
            ("SET pk = :x", text("Y")),
            ("REMOVE sk", None),
        ],
    )
    def test_what_cannot_be_updated_is_refused(self, dynamo: MemoryDynamo, update: str, value: Request | None) -> None:
        values = {} if value is None else {"x": value}
        item = {"a": number(1), "s": text("s")}
        refusal(lambda: self.after(dynamo, update, item, **values), "ValidationException")


class TestRefusedRequests:
    @pytest.mark.parametrize(
        "more",
        [
            {"ConditionExpression": "a = :missing"},
            {"ConditionExpression": "a = :v", "ExpressionAttributeValues": {":v": number(1), ":unused": number(2)}},
            {"ConditionExpression": "#missing = :v", "ExpressionAttributeValues": {":v": number(1)}},
            {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeNames": {"#unused": "b"}},
            {"ExpressionAttributeValues": {":v": number(1)}},
            {"ExpressionAttributeNames": {"#n": "n"}},
            {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeValues": {}},
            {"ConditionExpression": "a < :v", "ExpressionAttributeValues": {":v": {"BOOL": True}}},
            {
                "ConditionExpression": "a BETWEEN :v AND :w",
                "ExpressionAttributeValues": {":v": number(2), ":w": number(1)},
            },
            {"ConditionExpression": "begins_with(a, :v)", "ExpressionAttributeValues": {":v": number(2)}},
            {"ConditionExpression": "state = :v", "ExpressionAttributeValues": {":v": number(2)}},
            {"ReturnValues": "ALL_NEW"},
            {"ReturnValuesOnConditionCheckFailure": "ALL_NEW"},
        ],
    )
    def test_expressions_with_faults_are_refused_whatever_is_stored(self, dynamo: MemoryDynamo, more: Request) -> None:
        refusal(lambda: dynamo.put_item(TableName="live", Item=key("X"), **more), "ValidationException")

    @pytest.mark.parametrize(
        "item",
        [
            {"sk": text("-")},
            key(""),
            key("X", ""),
            key("x" * 2049),
            key("X", "я" * 513),
            {"pk": number(1), "sk": text("-")},
            {**key("X"), "ph": text(""), "wake_ms": number(1)},
            {**key("X"), "ph": number(1)},
            {**key("X"), "": text("x")},
            {**key("X"), "a": {}},
            {**key("X"), "a": {"S": "x", "N": "1"}},
            {**key("X"), "a": {"SS": []}},
            {**key("X"), "a": {"SS": ["x", "x"]}},
            {**key("X"), "a": {"NS": ["1", "1.0"]}},
            {**key("X"), "a": {"NULL": False}},
            {**key("X"), "a": number("1" * 39)},
            {**key("X"), "a": number("1E126")},
            {**key("X"), "a": number("NaN")},
            {**key("X"), "a": number("1_000")},
            {**key("X"), "a": text("x" * 400 * 1024)},
        ],
    )
    def test_items_that_dynamodb_does_not_take_are_refused(self, dynamo: MemoryDynamo, item: Request) -> None:
        refusal(lambda: dynamo.put_item(TableName="market", Item=item), "ValidationException")

    def test_an_item_of_400_kilobytes_is_taken_to_the_byte(self, dynamo: MemoryDynamo) -> None:
        names = len("pkXsk-a")
        dynamo.put_item(TableName="live", Item={**key("X"), "a": text("x" * (400 * 1024 - names))})
        refusal(
            lambda: dynamo.update_item(**at("X", table="live"), UpdateExpression="SET b = a"), "ValidationException"
        )

    def test_a_parameter_that_is_not_modelled_is_refused_not_ignored(self, dynamo: MemoryDynamo) -> None:
        for request in ({"ConsistentReads": True}, {"ReturnConsumedCapacity": "TOTAL"}):
            with pytest.raises(ParamValidationError):
                dynamo.get_item(**at("X"), **request)
        with pytest.raises(ParamValidationError):
            dynamo.put_item(TableName="live")
        with pytest.raises(ParamValidationError):
            dynamo.put_item(TableName="live", Item={**key("X"), "a": {"N": 1}})

    def test_a_table_that_is_not_there_is_a_resource_not_found(self, dynamo: MemoryDynamo) -> None:
        refusal(lambda: dynamo.get_item(**at("X", table="nowhere")), "ResourceNotFoundException")
