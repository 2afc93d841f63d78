"""What a twip says and costs."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.content import (
    BRING_AT_MOST,
    DAYS_AT_MOST,
    DESCRIPTION_AT_MOST,
    EXCERPT,
    PRICE_AT_MOST_MINOR,
    TITLE_AT_MOST,
    Amendment,
    Content,
    FilesEdit,
    FilesOffer,
    Shown,
    Text,
    WorkOffer,
    amended,
    check_complete,
    excerpt,
    shown_to,
)
from chalicelib.domain.errors import FieldError, InvalidInput
from chalicelib.domain.goods import LINKS_AT_MOST, Goods
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from tests.support.goods import LETTER, LINK, PHOTO, PLAN, SONG

RUSSIAN = Text("Проверю договор аренды", "Пришлите договор перед звонком, назову спорные пункты.")
ENGLISH = Text("Lease check", "Send me the lease before the call, I name the risky clauses.")
WHOLE = Content((Lang.RU,), {Lang.RU: RUSSIAN}, {Mode.VIDEO: 90_000})
JOB = replace(WHOLE, prices={}, work=WorkOffer(500_000, 7))
SOLD = replace(WHOLE, prices={}, files=FilesOffer(50_000, Goods(links=(LINK,))))


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, str]:
    return {fault.field: fault.code for fault in refused.value.errors}


@pytest.mark.rule("D1")
def test_a_draft_may_be_empty() -> None:
    assert amended(Content(), Amendment()) == Content()


@pytest.mark.rule("D1")
def test_an_edit_replaces_what_it_names_and_leaves_the_rest() -> None:
    edited = amended(WHOLE, Amendment(prices={Mode.TEXT: 60_000}))
    assert edited == replace(WHOLE, prices={Mode.TEXT: 60_000})
    assert amended(WHOLE, Amendment(work=WorkOffer(5, 3))) == replace(WHOLE, work=WorkOffer(5, 3))
    assert amended(WHOLE, Amendment(files=FilesEdit(5))) == replace(WHOLE, files=FilesOffer(5))


@pytest.mark.rule("D1")
def test_a_draft_of_a_work_may_name_its_price_first_and_its_days_later_and_take_both_back() -> None:
    begun = amended(Content(), Amendment(work=WorkOffer(price_minor=500_000)))
    assert begun.work == WorkOffer(500_000, None)
    assert amended(begun, Amendment(work=WorkOffer(days=7))).work == WorkOffer(None, 7)
    assert amended(begun, Amendment(work=WorkOffer())) == Content()
    assert amended(replace(begun, files=FilesOffer(1)), Amendment(files=FilesEdit())) == begun


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


@pytest.mark.rule("E2")
def test_a_category_that_is_chosen_is_on_the_list_and_one_that_stands_may_be_gone_from_it() -> None:
    with pytest.raises(InvalidInput) as refused:
        amended(WHOLE, Amendment(category="alchemy"))
    assert codes(refused) == {"category": "not_allowed"}
    long_ago = replace(WHOLE, category="alchemy")
    assert amended(long_ago, Amendment(tags=("gold",))) == replace(long_ago, tags=("gold",))


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
        (Text("", "", "a" * (BRING_AT_MOST + 1)), ("texts.ru.bring", "too_long")),
        (Text("", "", "a\x00b"), ("texts.ru.bring", "control_characters")),
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
        amended(
            WHOLE,
            Amendment(prices={Mode.TEXT: price_minor}, work=WorkOffer(price_minor, 1), files=FilesEdit(price_minor)),
        )
    assert codes(refused) == {"prices.text": code, "work.price": code, "files.price": code}


@pytest.mark.rule("R8", "D31")
@pytest.mark.parametrize(("days", "fault"), [(0, ("too_small", 1)), (91, ("too_large", 90)), (1, None), (90, None)])
def test_a_work_is_delivered_within_1_to_90_days(days: int, fault: tuple[str, int] | None) -> None:
    if fault is None:
        return check_complete(TwipKind.WORK, amended(JOB, Amendment(work=WorkOffer(500_000, days))))
    with pytest.raises(InvalidInput) as refused:
        amended(JOB, Amendment(work=WorkOffer(500_000, days)))
    assert refused.value.errors == (FieldError("work.days", *fault),)
    return None


@pytest.mark.rule("R8", "D1")
def test_a_work_is_submitted_with_a_price_and_days_and_may_say_what_the_customer_must_bring() -> None:
    check_complete(TwipKind.WORK, JOB)
    told = replace(RUSSIAN, bring="Скан договора и паспорт.")
    check_complete(TwipKind.WORK, amended(JOB, Amendment(texts={Lang.RU: told})))
    with pytest.raises(InvalidInput) as refused:
        check_complete(TwipKind.WORK, replace(JOB, work=WorkOffer(days=7)))
    assert codes(refused) == {"work.price": "required"}
    with pytest.raises(InvalidInput) as refused:
        check_complete(TwipKind.WORK, replace(JOB, work=WorkOffer(price_minor=1)))
    assert codes(refused) == {"work.days": "required"}


@pytest.mark.rule("R7", "R8")
def test_what_to_bring_alone_is_no_text_of_a_language() -> None:
    texts = {Lang.RU: RUSSIAN, Lang.EN: Text(bring="Your passport.")}
    half = amended(JOB, Amendment(languages=(Lang.RU, Lang.EN), texts=texts))
    with pytest.raises(InvalidInput) as refused:
        check_complete(TwipKind.WORK, half)
    assert codes(refused) == {"texts.en.title": "required", "texts.en.description": "required"}


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
        (TwipKind.CONSULTATION, replace(WHOLE, work=WorkOffer(1)), {"work": "not_allowed"}),
        (TwipKind.CONSULTATION, replace(WHOLE, files=FilesOffer(1)), {"files": "not_allowed"}),
        (TwipKind.WORK, replace(JOB, files=FilesOffer(1)), {"files": "not_allowed"}),
        (TwipKind.WORK, WHOLE, {"work.price": "required", "work.days": "required", "prices": "not_allowed"}),
        (TwipKind.FILES, SOLD, {}),
        (TwipKind.FILES, replace(SOLD, files=FilesOffer(1, Goods((PLAN,)))), {}),
        (TwipKind.FILES, JOB, {"files.price": "required", "files.files": "required", "work": "not_allowed"}),
        (TwipKind.FILES, WHOLE, {"files.price": "required", "files.files": "required", "prices": "not_allowed"}),
    ],
)
def test_each_kind_has_prices_of_its_own(kind: TwipKind, content: Content, faults: dict[str, str]) -> None:
    if not faults:
        return check_complete(kind, content)
    with pytest.raises(InvalidInput) as refused:
        check_complete(kind, content)
    assert codes(refused) == faults
    return None


@pytest.mark.rule("R5")
@pytest.mark.parametrize("kind", [TwipKind.CONSULTATION, TwipKind.FILES])
def test_a_work_alone_says_what_the_customer_must_bring(kind: TwipKind) -> None:
    told = {Lang.RU: replace(RUSSIAN, bring="Скан договора.")}
    whole = WHOLE if kind is TwipKind.CONSULTATION else SOLD
    with pytest.raises(InvalidInput) as refused:
        check_complete(kind, replace(whole, texts=told))
    assert codes(refused) == {"texts.ru.bring": "not_allowed"}


def sold(*edits: FilesEdit) -> Goods:
    """What is sold after these edits of an empty draft."""
    content = Content()
    for edit in edits:
        content = amended(content, Amendment(files=edit), (PLAN, LETTER, PHOTO, SONG))
    return content.goods


@pytest.mark.rule("D1")
@pytest.mark.parametrize(
    ("files", "faults"),
    [
        (FilesOffer(None, Goods((PLAN,))), {"files.price": "required"}),
        (FilesOffer(1), {"files.files": "required"}),
    ],
)
def test_files_go_to_moderation_with_a_price_and_at_least_one_file_or_link(
    files: FilesOffer, faults: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_complete(TwipKind.FILES, replace(SOLD, files=files))
    assert codes(refused) == faults


@pytest.mark.rule("R74", "R76")
def test_files_are_added_removed_replaced_and_put_in_order_by_naming_them_all() -> None:
    chosen = [("plan",), ("letter", "plan"), ("plan", "photo", "letter"), ("song",), ()]
    for number, ids in enumerate(chosen, 1):
        edits = [FilesEdit(5, it) for it in chosen[:number]]
        assert tuple(good.id for good in sold(*edits).files) == ids


@pytest.mark.rule("R74")
def test_what_an_edit_of_files_does_not_name_stays() -> None:
    begun = FilesEdit(5, ("plan",), (LINK,))
    assert sold(begun, FilesEdit(6)) == sold(begun) == Goods((PLAN,), (LINK,))
    assert sold(begun, FilesEdit(6, ("letter",))) == Goods((LETTER,), (LINK,))
    assert sold(begun, FilesEdit(6, None, ())) == Goods((PLAN,))
    draft = Content(files=FilesOffer(5, Goods((PLAN,))))
    assert amended(draft, Amendment(files=FilesEdit(6, ("plan",)))).goods == draft.goods, "what it has, it may keep"


@pytest.mark.rule("R76")
def test_a_fourth_file_one_named_twice_and_one_that_is_not_there_are_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        sold(FilesEdit(5, ("plan", "letter", "plan", "made up")))
    assert [(it.field, it.code, it.limit) for it in refused.value.errors] == [
        ("files.files", "too_long", 3),
        ("files.files.2", "repeated", None),
        ("files.files.3", "unknown_upload", None),
    ]


@pytest.mark.rule("R74")
def test_an_eleventh_link_is_refused() -> None:
    links = tuple(f"https://a.example/{n}" for n in range(LINKS_AT_MOST + 1))
    assert sold(FilesEdit(5, None, links[:-1])).links == links[:-1]
    with pytest.raises(InvalidInput) as refused:
        sold(FilesEdit(5, None, links))
    assert codes(refused) == {"files.links": "too_long"}


@pytest.mark.rule("R77")
def test_before_they_pay_people_see_names_types_sizes_and_how_many_links_there_are() -> None:
    whole = replace(SOLD, files=FilesOffer(5, Goods((PLAN, LETTER), (LINK, LINK + "/2"))))
    shown = whole.shown
    assert [(good.id, good.file.name, good.file.media_type, good.file.size_bytes) for good in shown.goods.files] == [
        ("plan", "plan.pdf", "application/pdf", 5),
        ("letter", "letter.pdf", "application/pdf", 5),
    ]
    assert len(shown.goods.links) == 2
    assert not {"place-of-plan", "0f" * 32, LINK} & set(re.findall(r"'([^']*)'", str(shown)))
    assert JOB.shown == JOB


def test_all_prices_are_those_it_can_be_bought_at() -> None:
    assert WHOLE.all_prices == (90_000,)
    assert JOB.all_prices == (500_000,)
    assert Content(files=FilesOffer(7)).all_prices == (7,)
    assert Content(work=WorkOffer(days=7)).all_prices == Content().all_prices == ()


@pytest.mark.rule("D3")
def test_a_reader_of_the_other_language_sees_the_twip_with_its_language_marked() -> None:
    assert shown_to(WHOLE, Lang.RU) == Shown(Lang.RU, foreign=False)
    assert shown_to(WHOLE, Lang.EN) == Shown(Lang.RU, foreign=True)
    both = replace(WHOLE, languages=(Lang.EN, Lang.RU))
    assert shown_to(both, Lang.EN) == Shown(Lang.RU, foreign=True)
    assert shown_to(replace(both, texts={Lang.RU: RUSSIAN, Lang.EN: ENGLISH}), Lang.EN) == Shown(Lang.EN, foreign=False)


TEXTS = st.builds(Text, st.text(max_size=150), st.text(max_size=150), st.text(max_size=150))
AMENDMENTS = st.builds(
    Amendment,
    languages=st.none() | st.lists(st.sampled_from(Lang), max_size=3).map(tuple),
    texts=st.none() | st.dictionaries(st.sampled_from(Lang), TEXTS),
    prices=st.none() | st.dictionaries(st.sampled_from(Mode), st.integers()),
    work=st.none() | st.builds(WorkOffer, st.none() | st.integers(), st.none() | st.integers()),
    files=st.none()
    | st.builds(
        FilesEdit,
        st.none() | st.integers(),
        st.none() | st.lists(st.sampled_from(["plan", "letter", "made up"]), max_size=4).map(tuple),
        st.none()
        | st.lists(st.sampled_from([LINK, "https://b.example/", "b"]) | st.text(max_size=9), max_size=11).map(tuple),
    ),
)


@pytest.mark.rule("R8")
@given(st.lists(AMENDMENTS, max_size=4))
def test_whatever_is_sent_what_is_kept_is_in_bounds(amendments: list[Amendment]) -> None:
    content = Content()
    for by in amendments:
        try:
            content = amended(content, by, (PLAN, LETTER))
        except InvalidInput as refused:
            assert refused.errors
    assert set(content.texts) <= set(content.languages)
    assert len(set(content.languages)) == len(content.languages)
    assert all(1 <= price_minor <= PRICE_AT_MOST_MINOR for price_minor in content.all_prices)
    assert len(content.goods.files) <= 3
    assert len(set(content.goods.links)) == len(content.goods.links) <= LINKS_AT_MOST
    assert content.work is None or content.work.days is None or 1 <= content.work.days <= DAYS_AT_MOST
    assert all(
        len(text.title) <= TITLE_AT_MOST
        and len(text.description) <= DESCRIPTION_AT_MOST
        and len(text.bring) <= BRING_AT_MOST
        for text in content.texts.values()
    )
    assert "\x00" not in "".join(text.title + text.description + text.bring for text in content.texts.values())


def test_an_excerpt_is_one_line_cut_between_words() -> None:
    assert excerpt("a\n\nb  c") == "a b c"
    cut = excerpt("слово " * 100)
    assert len(cut) <= EXCERPT
    assert cut.endswith("слово…")
    assert excerpt("x" * 999) == "x" * (EXCERPT - 1) + "…"
