"""Values: classes that compare by their fields, as frozen dataclasses do."""

from dataclasses import field

from chalicelib.domain.values import value


@value
class Price:
    minor: int
    notes: dict[str, str] = field(default_factory=dict)


@value
class Weight:
    minor: int
    notes: dict[str, str] = field(default_factory=dict)


@value
class Size:
    width: int
    height: int = 1


def test_a_value_equals_one_of_its_class_with_the_same_fields() -> None:
    assert Price(3) == Price(3, {})
    assert Price(3) != Price(3, {"a": "b"})
    others: tuple[object, ...] = (Weight(3), 3)
    assert all(Price(3) != other for other in others)


def test_equal_values_are_one_in_a_set() -> None:
    assert {Size(3), Size(3, 1), Size(3, 2)} == {Size(3), Size(3, 2)}


def test_a_value_shows_its_fields() -> None:
    assert repr(Size(3)) == "Size(width=3, height=1)"
