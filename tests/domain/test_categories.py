"""The list of categories that a deployment has."""

import json
from typing import Any

import pytest

from chalicelib.domain.categories import AT_MOST, NAME_AT_MOST, OTHER, categories, read
from chalicelib.domain.kinds import Lang

LAW = {"id": "law", "ru": "Право", "en": "Law"}
REST = {"id": "other", "ru": "Другое", "en": "Other"}


@pytest.mark.rule("E2")
def test_the_list_that_comes_with_the_product_is_one_and_ends_with_everything_else() -> None:
    listed = list(categories())
    assert 14 <= len(listed) <= 18
    assert listed[-1].id == OTHER
    assert all(set(category.names) == set(Lang) for category in listed)


@pytest.mark.rule("E2")
def test_a_deployment_has_its_own_list_in_its_own_order() -> None:
    own = read(json.dumps([REST, LAW]))
    assert [category.id for category in own] == ["other", "law"]
    assert own.of("law").names == {Lang.RU: "Право", Lang.EN: "Law"}
    assert "law" in own
    assert "it" not in own


@pytest.mark.rule("E2")
def test_what_is_gone_from_the_list_counts_as_everything_else() -> None:
    assert read(json.dumps([LAW, REST])).of("it").id == OTHER


@pytest.mark.rule("E2")
@pytest.mark.parametrize(
    "entries",
    [
        {"law": LAW},
        [LAW],
        [LAW, REST, {**LAW, "ru": "Юристы", "en": "Lawyers"}],
        [LAW, REST, {"id": "lawyers", "ru": "Юристы", "en": "law"}],
        [LAW, REST, {"id": "lawyers", "ru": "право", "en": "Lawyers"}],
        [REST, "law"],
        [REST, {"id": "law", "ru": "Право"}],
        [REST, {**LAW, "de": "Recht"}],
        [REST, {**LAW, "en": None}],
        [REST, {**LAW, "en": ""}],
        [REST, {**LAW, "en": " Law"}],
        [REST, {**LAW, "en": "L" * (NAME_AT_MOST + 1)}],
        [REST, {**LAW, "id": "Law"}],
        [REST, {**LAW, "id": "l"}],
        [REST, {**LAW, "id": "l" * 31}],
        [REST, *({"id": f"c{n}", "ru": f"П{n}", "en": f"L{n}"} for n in range(AT_MOST))],
    ],
)
def test_a_list_that_is_none_is_refused(entries: Any) -> None:
    with pytest.raises(ValueError, match="categor"):
        read(json.dumps(entries))
