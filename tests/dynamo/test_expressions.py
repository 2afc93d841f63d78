"""The parser of expressions: what is printed is read back, and nothing but a refusal comes out of nonsense."""

from collections.abc import Mapping
from typing import Any, assert_never

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ministack.services._dynamodb_keywords import AWS_KEYWORDS

from dynamo.conditions import predicate
from dynamo.errors import Invalid
from dynamo.expressions import Parser
from dynamo.plans import read_plan, write_plan
from dynamo.reserved import RESERVED
from dynamo.trees import (
    Absent,
    Action,
    Add,
    Among,
    And,
    Append,
    Assign,
    BeginsWith,
    Between,
    Compare,
    Condition,
    Contains,
    Drop,
    Exists,
    IfAbsent,
    Not,
    OfType,
    Operand,
    Or,
    Path,
    Ref,
    SetValue,
    Size,
    Subtract,
    Sum,
)

NAMES = st.sampled_from(["pk", "available", "busy", "v2", "owner_at", "kind", "profile"])
REFS = st.sampled_from([":p", ":v", ":session", ":a1", ":_"]).map(Ref)
PATHS = st.builds(
    lambda root, rest: Path((root, *rest)), NAMES, st.lists(st.one_of(NAMES, st.integers(0, 9)), max_size=3)
)
OPERANDS: st.SearchStrategy[Any] = st.one_of(PATHS, REFS, st.builds(Size, PATHS))
COMPARATORS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def differing(pair: tuple[Operand, Operand]) -> bool:
    return pair[0] != pair[1] or isinstance(pair[0], Ref)


PAIRS = st.tuples(OPERANDS, OPERANDS).filter(differing)
PREDICATES: st.SearchStrategy[Any] = st.one_of(
    st.builds(lambda comparator, pair: Compare(comparator, *pair), COMPARATORS, PAIRS),
    st.builds(Between, OPERANDS, OPERANDS, OPERANDS),
    st.builds(Among, OPERANDS, st.lists(OPERANDS, min_size=1, max_size=3).map(tuple)),
    st.builds(Exists, PATHS),
    st.builds(Absent, PATHS),
    st.builds(OfType, PATHS, REFS),
    st.builds(lambda pair: BeginsWith(*pair), PAIRS),
    st.builds(lambda pair: Contains(*pair), PAIRS),
)
CONDITIONS: st.SearchStrategy[Any] = st.recursive(
    PREDICATES,
    lambda inner: st.one_of(st.builds(And, inner, inner), st.builds(Or, inner, inner), st.builds(Not, inner)),
    max_leaves=8,
)
SET_OPERANDS: st.SearchStrategy[Any] = st.recursive(
    st.one_of(PATHS, REFS),
    lambda inner: st.one_of(st.builds(IfAbsent, PATHS, inner), st.builds(Append, inner, inner)),
    max_leaves=4,
)
SET_VALUES = st.one_of(SET_OPERANDS, st.builds(Sum, SET_OPERANDS, SET_OPERANDS, st.sampled_from([1, -1])))


def shown(tree: Condition) -> str:
    match tree:
        case And(left, right):
            return f"({shown(left)}) AND ({shown(right)})"
        case Or(left, right):
            return f"({shown(left)}) OR ({shown(right)})"
        case Not(condition):
            return f"NOT ({shown(condition)})"
        case Compare(comparator, left, right):
            return f"{operand(left)} {comparator} {operand(right)}"
        case Between(value, low, high):
            return f"{operand(value)} BETWEEN {operand(low)} AND {operand(high)}"
        case Among(value, choices):
            return f"{operand(value)} IN ({', '.join(map(operand, choices))})"
        case Exists(path):
            return f"attribute_exists({operand(path)})"
        case Absent(path):
            return f"attribute_not_exists({operand(path)})"
        case OfType(path, kind):
            return f"attribute_type({operand(path)}, {operand(kind)})"
        case BeginsWith(value, prefix):
            return f"begins_with({operand(value)}, {operand(prefix)})"
        case Contains(value, part):
            return f"contains({operand(value)},{operand(part)})"
    assert_never(tree)


def operand(tree: Operand) -> str:
    match tree:
        case Ref(name):
            return name
        case Size(path):
            return f"size({operand(path)})"
        case Path(parts):
            return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")
    assert_never(tree)


def set_value(tree: SetValue) -> str:
    match tree:
        case Sum(left, right, sign):
            return f"{set_value(left)} {'+' if sign == 1 else '-'} {set_value(right)}"
        case IfAbsent(path, default):
            return f"if_not_exists({operand(path)}, {set_value(default)})"
        case Append(left, right):
            return f"list_append({set_value(left)}, {set_value(right)})"
        case Path() | Ref():
            return operand(tree)
    assert_never(tree)


def update_text(actions: tuple[Action, ...]) -> str:
    sections: dict[str, list[str]] = {}
    for action in actions:
        match action:
            case Assign(path, value):
                sections.setdefault("SET", []).append(f"{operand(path)} = {set_value(value)}")
            case Drop(path):
                sections.setdefault("REMOVE", []).append(operand(path))
            case Add(path, amount):
                sections.setdefault("ADD", []).append(f"{operand(path)} {operand(amount)}")
            case Subtract(path, members):
                sections.setdefault("DELETE", []).append(f"{operand(path)} {operand(members)}")
            case _:
                assert_never(action)
    return " ".join(f"{section} {', '.join(entries)}" for section, entries in sections.items())


def condition(text: str, names: Mapping[str, str] | None = None) -> Condition:
    return Parser("ConditionExpression", text, names or {}).condition()


def update(text: str) -> tuple[Action, ...]:
    return Parser("UpdateExpression", text, {}).update()


@given(CONDITIONS)
def test_a_printed_condition_is_read_back_as_the_same_tree(tree: Condition) -> None:
    assert condition(shown(tree)) == tree


@given(CONDITIONS)
def test_keywords_are_read_in_any_case_and_white_space_does_not_matter(tree: Condition) -> None:
    text = shown(tree)
    for keyword in ("AND", "OR", "NOT", "BETWEEN", "IN"):
        text = text.replace(f"{keyword} ", f"{keyword.lower()}\t\n ")
    assert condition(f"  {text} \n") == tree


@given(st.lists(SET_VALUES, min_size=1, max_size=4), st.booleans())
def test_a_printed_update_is_read_back_as_the_same_actions(values: list[Any], more: bool) -> None:
    actions: tuple[Action, ...] = tuple(Assign(Path((f"a{at}", at)), value) for at, value in enumerate(values))
    if more:
        actions += (Drop(Path(("gone",))), Add(Path(("fee",)), Ref(":p")), Subtract(Path(("tags",)), Ref(":v")))
    assert update(update_text(actions)) == actions


@given(st.lists(st.sampled_from([*"()=,.[]+-<>", "a", ":v", "#n", "AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE",
                                 "ADD", "size", "contains", "begins_with", "if_not_exists", "0", "7", "!", "_", "я"]),
                max_size=14))  # fmt: skip
def test_nonsense_is_refused_and_nothing_worse(tokens: list[str]) -> None:
    text = " ".join(tokens)
    for plan in (
        lambda: write_plan(text, None, (("#n", "name"),)),
        lambda: write_plan(None, text, (("#n", "name"),)),
        lambda: read_plan(text, None, None, (), ("pk", "sk")),
        lambda: read_plan(None, None, text, (), None),
    ):
        try:
            plan()
        except Invalid as refusal:
            assert str(refusal)


ITEMS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.one_of(
        st.integers(-3, 3).map(lambda n: {"N": str(n)}),
        st.sampled_from([{"S": "x"}, {"S": "xy"}, {"BOOL": True}, {"SS": ["x", "y"]}, {"L": [{"S": "x"}]}]),
    ),
)
SIMPLE = st.sampled_from(
    [
        *[f"a {comparator} :n" for comparator in ("=", "<>", "<", "<=", ">", ">=")],
        *["attribute_exists(b)", "b < c", "begins_with(a, :s)", "contains(b, :s)", "a IN (b, :n, :s)", "size(c) > :n"],
    ]
)


@given(ITEMS, SIMPLE, SIMPLE)
def test_and_or_and_not_mean_what_they_mean_in_logic(item: Any, one: str, other: str) -> None:
    values = {":n": {"N": "1"}, ":s": {"S": "x"}}

    def holds(text: str) -> bool:
        return predicate(condition(text))(item, values)

    assert holds(f"NOT ({one} AND {other})") == holds(f"NOT {one} OR NOT {other}")
    assert holds(f"{one} OR {other} AND {one}") == holds(f"{one} OR ({other} AND {one})")
    assert holds(f"NOT {one}") != holds(one)


@given(ITEMS)
def test_comparators_of_numbers_agree_with_each_other(item: Any) -> None:
    values = {":n": {"N": "1"}}

    def holds(text: str) -> bool:
        return predicate(condition(text))(item, values)

    assert holds("a <= :n") == (holds("a < :n") or ("N" in item.get("a", {}) and holds("a = :n")))
    assert holds("a <> :n") != holds("a = :n")
    assert holds("a BETWEEN :n AND :n") == holds("a = :n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "can not be empty"),
        ("a =", 'token: "<EOF>"'),
        ("a == :v", "Syntax error"),
        ("a = :v AND", "Syntax error"),
        ("(a = :v", "Syntax error"),
        ("a = :v)", "Syntax error"),
        ("a = 5", "Syntax error"),
        ("_a = :v", "Syntax error"),
        ("state = :v", "reserved keyword: state"),
        ("a.Timestamp = :v", "reserved keyword: Timestamp"),
        ("((a = :v))", "redundant parentheses"),
        ("a = a", "must be distinct"),
        ("size(a)", "Syntax error"),
        ("exists(a)", "Invalid function name; function: exists"),
        ("ATTRIBUTE_EXISTS(a)", "Invalid function name"),
        ("attribute_exists(:v)", "requires a document path"),
        ("attribute_exists(a, b)", "Incorrect number of operands"),
        ("a = contains(b, :v)", "not allowed to be used this way"),
        ("#a = :v", "attribute name: #a"),
        ("a[x] = :v", "Syntax error"),
        ("a IN ()", "Syntax error"),
        (f"{'a' * 5000} = :v", "maximum allowed size"),
    ],
)
def test_a_condition_that_dynamodb_refuses_is_refused_here(text: str, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        condition(text)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a = :v", "Syntax error"),
        ("SET", "Syntax error"),
        ("SET a", "Syntax error"),
        ("SET a = :v,", "Syntax error"),
        ("SET a = :v SET b = :v", "can only be used once"),
        ("SET a = b + :v + :w", "Syntax error"),
        ("SET a = size(b)", "not allowed to be used this way"),
        ("SET a = if_not_exists(:v, b)", "requires a document path"),
        ("SET a = :v, a = :w", "overlap"),
        ("SET a.b = :v REMOVE a", "overlap"),
        ("SET a.b = :v, a[0] = :v", "conflict"),
        ("ADD a.b :v", "top-level"),
        ("ADD a b", "Syntax error"),
        ("DELETE a", "Syntax error"),
        ("SET a == :v", "Syntax error"),
    ],
)
def test_an_update_that_dynamodb_refuses_is_refused_here(text: str, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        update(text)
    assert reason in str(refusal.value)


def test_and_binds_tighter_than_or_and_not_tighter_than_and() -> None:
    a, b, c = (Exists(Path((name,))) for name in "abc")
    there = "attribute_exists({})".format
    assert condition(f"{there('a')} OR NOT {there('b')} AND {there('c')}") == Or(a, And(Not(b), c))


def test_names_stand_for_attributes_that_cannot_be_written_plainly() -> None:
    tree = condition("#s.#x[1] = :v", {"#s": "state", "#x": "with space"})
    assert tree == Compare("=", Path(("state", "with space", 1)), Ref(":v"))


def test_the_reserved_words_are_those_of_the_developer_guide() -> None:
    assert RESERVED == AWS_KEYWORDS
