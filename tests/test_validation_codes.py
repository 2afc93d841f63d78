"""What pydantic finds, in our codes: the same for a body, a query and a frame (R8)."""

import re
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType

from chalicelib import validation_codes
from chalicelib.domain.errors import FieldError
from chalicelib.domain.kinds import Lang


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    words: list[str] = Field(default=[], min_length=0, max_length=2)


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    kind: Literal["thing"] = "thing"
    name: str = Field(min_length=2, max_length=4)
    size: int = Field(default=1, gt=0, le=9)
    lang: Lang = Lang.EN
    inner: Inner = Inner()


class Other(BaseModel):
    kind: Literal["other"]


OF_KIND: TypeAdapter[Any] = TypeAdapter(Annotated[Thing | Other, Field(discriminator="kind")])


def found(model: TypeAdapter[Any], text: str, skip: int = 0) -> tuple[FieldError, ...]:
    with pytest.raises(ValidationError) as refused:
        model.validate_json(text)
    return validation_codes.invalid(refused.value, skip=skip).errors


@pytest.mark.rule("R8")
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{}", FieldError("name", "required")),
        ('{"name": "a"}', FieldError("name", "too_short", 2)),
        ('{"name": "abcde"}', FieldError("name", "too_long", 4)),
        ('{"name": 7}', FieldError("name", "invalid")),
        ('{"name": "ab", "size": 0}', FieldError("size", "too_small", 0)),
        ('{"name": "ab", "size": 10}', FieldError("size", "too_large", 9)),
        ('{"name": "ab", "lang": "tlh"}', FieldError("lang", "not_allowed")),
        ('{"name": "ab", "kind": "other"}', FieldError("kind", "not_allowed")),
        ('{"name": "ab", "colour": "red"}', FieldError("colour", "unknown")),
        ('{"name": "ab", "inner": {"words": ["a", "b", "c"]}}', FieldError("inner.words", "too_long", 2)),
        ('{"name": "ab", "inner": {"words": ["a", 2]}}', FieldError("inner.words.1", "invalid")),
        ("{", FieldError("", "not_json")),
    ],
)
def test_each_wrong_field_is_named_with_a_code_of_ours_and_the_bound_that_was_crossed(
    text: str, fault: FieldError
) -> None:
    assert found(TypeAdapter(Thing), text) == (fault,)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"kind": "thing"}', FieldError("name", "required")),
        ("{}", FieldError("kind", "required")),
        ('{"kind": "nothing"}', FieldError("kind", "not_allowed")),
    ],
)
def test_of_one_of_several_kinds_the_field_that_tells_them_apart_is_named_too(text: str, fault: FieldError) -> None:
    assert found(OF_KIND, text, skip=1) == (fault,)


def test_the_table_has_no_fault_that_cannot_be_found() -> None:
    assert set(validation_codes.CODES) <= set(get_args(ErrorType))
    assert all(re.fullmatch("[a-z_]+", code) for code in validation_codes.CODES.values())
