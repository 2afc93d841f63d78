"""What a twip says and costs."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.content import (
    DAYS_AT_MOST,
    DESCRIPTION_AT_MOST,
    PRICE_AT_MOST_MINOR,
    TITLE_AT_MOST,
    Amendment,
    Content,
    Shown,
    Text,
    amended,
    check_complete,
    shown_to,
)
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.kinds import Lang, Mode, TwipKind

RUSSIAN = Text("Проверю договор аренды", "Пришлите договор перед звонком, назову спорные пункты.")
ENGLISH = Text("Lease check", "Send me the lease before the call, I name the risky clauses.")
WHOLE = Content((Lang.RU,), {Lang.RU: RUSSIAN}, {Mode.VIDEO: 90_000})


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, str]:
    return {fault.field: fault.code for fault in refused.value.errors}


@pytest.mark.rule("D1")
def test_a_draft_may_be_empty() -> None:
    assert amended(Content(), Amendment()) == Content()


@pytest.mark.rule("D1")
def test_an_edit_replaces_what_it_names_and_leaves_the_rest() -> None:
    edited = amended(WHOLE, Amendment(prices={Mode.TEXT: 60_000}))
    assert edited == replace(WHOLE, prices={Mode.TEXT: 60_000})
    assert amended(WHOLE, Amendment(price_minor=5, days=3)) == replace(WHOLE, price_minor=5, days=3)


@pytest.mark.rule("R6", "R7")
@pytest.mark.parametrize("texts", [{Lang.RU: RUSSIAN}, {Lang.EN: ENGLISH}, {Lang.RU: RUSSIAN, Lang.EN: ENGLISH}])
def test_with_two_languages_one_text_is_enough_and_both_may_be_given(texts: dict[Lang, Text]) -> None:
    check_complete(TwipKind.CONSULTATION, amended(WHOLE, Amendment(languages=(Lang.RU, Lang.EN), texts=texts)))


@pytest.mark.rule("R6")
def test_a_text_in_a_language_that_is_not_the_twips_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        amended(WHOLE, Amendment(texts={Lang.EN: ENGLISH}))
    assert codes(refused) == {"texts.en": "not_declared"}


@pytest.mark.rule("R6")
def test_a_language_is_named_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        amended(WHOLE, Amendment(languages=(Lang.RU, Lang.RU)))
    assert codes(refused) == {"languages": "repeated"}


@pytest.mark.rule("R8")
@pytest.mark.parametrize("unseen", [Text(" ", "\n"), Text("\u3164" * 3, "\u200b" * 20), Text("\u2800", "\u0301\ufe0f")])
def test_a_text_that_nobody_can_see_is_no_text(unseen: Text) -> None:
    edited = amended(WHOLE, Amendment(languages=(Lang.RU, Lang.EN), texts={Lang.RU: RUSSIAN, Lang.EN: unseen}))
    assert edited.texts == {Lang.RU: RUSSIAN}


def test_texts_are_kept_tidied() -> None:
    edited = amended(
        WHOLE, Amendment(texts={Lang.RU: Text(f"\t{RUSSIAN.title}\n ", f"{RUSSIAN.description}\u00ad\r\n")})
    )
    assert edited.texts == {Lang.RU: RUSSIAN}


@pytest.mark.rule("R8")
def test_a_submission_is_told_of_every_fault_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_complete(TwipKind.CONSULTATION, Content())
    assert codes(refused) == {"languages": "required", "texts": "required", "prices": "required"}


@pytest.mark.rule("R8")
def test_a_submitted_text_has_a_title_and_a_description_that_say_something() -> None:
    short = replace(WHOLE, texts={Lang.RU: Text("Аб", "Коротко")})
    with pytest.raises(InvalidInput) as refused:
        check_complete(TwipKind.CONSULTATION, short)
    assert codes(refused) == {"texts.ru.title": "too_short", "texts.ru.description": "too_short"}
    with pytest.raises(InvalidInput) as refused:
        check_complete(TwipKind.CONSULTATION, replace(WHOLE, texts={Lang.RU: Text("Только заголовок", "")}))
    assert codes(refused) == {"texts.ru.description": "required"}


@pytest.mark.rule("R8")
def test_a_least_length_is_filled_by_what_can_be_seen() -> None:
    padded = Text("А\u200bб", "Коротко" + "\u3164" * 20)
    with pytest.raises(InvalidInput) as refused:
        check_complete(TwipKind.CONSULTATION, amended(WHOLE, Amendment(texts={Lang.RU: padded})))
    assert codes(refused) == {"texts.ru.title": "too_short", "texts.ru.description": "too_short"}
    kept_long_ago = Text("\u3164" * 3, "\u200b" * 20)
    with pytest.raises(InvalidInput) as refused:
        check_complete(TwipKind.CONSULTATION, replace(WHOLE, texts={Lang.RU: kept_long_ago}))
    assert codes(refused) == {"texts.ru.title": "required", "texts.ru.description": "required"}


@pytest.mark.rule("R8")
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (Text("a" * (TITLE_AT_MOST + 1), ""), ("texts.ru.title", "too_long")),
        (Text("", "a" * (DESCRIPTION_AT_MOST + 1)), ("texts.ru.description", "too_long")),
        (Text("two\x00lines", ""), ("texts.ru.title", "control_characters")),
        (Text("", "a\x00b"), ("texts.ru.description", "control_characters")),
        (Text("", "a\u202eb"), ("texts.ru.description", "control_characters")),
    ],
)
def test_a_text_out_of_bounds_is_refused_even_in_a_draft(text: Text, fault: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        amended(WHOLE, Amendment(texts={Lang.RU: text}))
    assert codes(refused) == dict([fault])


@pytest.mark.rule("R8", "R25")
@pytest.mark.parametrize(
    ("price_minor", "code"), [(0, "too_small"), (-1, "too_small"), (PRICE_AT_MOST_MINOR + 1, "too_large")]
)
def test_an_absurd_price_is_refused(price_minor: int, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        amended(WHOLE, Amendment(prices={Mode.TEXT: price_minor}, price_minor=price_minor))
    assert codes(refused) == {"prices.text": code, "price": code}


def test_an_absurd_term_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        amended(Content(), Amendment(days=DAYS_AT_MOST + 1))
    assert codes(refused) == {"days": "too_large"}


@pytest.mark.rule("R25")
@pytest.mark.parametrize("modes", [(Mode.VIDEO,), (Mode.TEXT,), (Mode.VIDEO, Mode.TEXT)])
def test_video_and_text_are_priced_apart_and_either_may_be_absent_but_not_both(modes: tuple[Mode, ...]) -> None:
    check_complete(TwipKind.CONSULTATION, replace(WHOLE, prices=dict.fromkeys(modes, 1)))
    with pytest.raises(InvalidInput) as refused:
        check_complete(TwipKind.CONSULTATION, replace(WHOLE, prices={}))
    assert codes(refused) == {"prices": "required"}


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    ("kind", "content", "faults"),
    [
        (TwipKind.CONSULTATION, replace(WHOLE, price_minor=1, days=1), {"price": "not_allowed", "days": "not_allowed"}),
        (TwipKind.WORK, replace(WHOLE, prices={}, price_minor=1, days=1), {}),
        (TwipKind.WORK, WHOLE, {"price": "required", "days": "required", "prices": "not_allowed"}),
        (TwipKind.FILES, replace(WHOLE, prices={}, price_minor=1), {}),
        (TwipKind.FILES, replace(WHOLE, days=1), {"price": "required", "days": "not_allowed", "prices": "not_allowed"}),
    ],
)
def test_each_kind_has_prices_of_its_own(kind: TwipKind, content: Content, faults: dict[str, str]) -> None:
    if not faults:
        return check_complete(kind, content)
    with pytest.raises(InvalidInput) as refused:
        check_complete(kind, content)
    assert codes(refused) == faults
    return None


def test_all_prices_are_those_it_can_be_bought_at() -> None:
    assert WHOLE.all_prices == (90_000,)
    assert Content(price_minor=7).all_prices == (7,)


@pytest.mark.rule("D3")
def test_a_reader_of_the_other_language_sees_the_twip_with_its_language_marked() -> None:
    assert shown_to(WHOLE, Lang.RU) == Shown(Lang.RU, foreign=False)
    assert shown_to(WHOLE, Lang.EN) == Shown(Lang.RU, foreign=True)
    both = replace(WHOLE, languages=(Lang.EN, Lang.RU))
    assert shown_to(both, Lang.EN) == Shown(Lang.RU, foreign=True)
    assert shown_to(replace(both, texts={Lang.RU: RUSSIAN, Lang.EN: ENGLISH}), Lang.EN) == Shown(Lang.EN, foreign=False)


TEXTS = st.builds(Text, st.text(max_size=150), st.text(max_size=150))
AMENDMENTS = st.builds(
    Amendment,
    languages=st.none() | st.lists(st.sampled_from(Lang), max_size=3).map(tuple),
    texts=st.none() | st.dictionaries(st.sampled_from(Lang), TEXTS),
    prices=st.none() | st.dictionaries(st.sampled_from(Mode), st.integers()),
    price_minor=st.none() | st.integers(),
    days=st.none() | st.integers(),
)


@pytest.mark.rule("R8")
@given(st.lists(AMENDMENTS, max_size=4))
def test_whatever_is_sent_what_is_kept_is_in_bounds(amendments: list[Amendment]) -> None:
    content = Content()
    for by in amendments:
        try:
            content = amended(content, by)
        except InvalidInput as refused:
            assert refused.errors
    assert set(content.texts) <= set(content.languages)
    assert len(set(content.languages)) == len(content.languages)
    assert all(1 <= price_minor <= PRICE_AT_MOST_MINOR for price_minor in content.all_prices)
    assert all(
        len(text.title) <= TITLE_AT_MOST and len(text.description) <= DESCRIPTION_AT_MOST
        for text in content.texts.values()
    )
    assert "\x00" not in "".join(text.title + text.description for text in content.texts.values())
