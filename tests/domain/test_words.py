"""Words of texts, and of what people look for in them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.families import MARK
from chalicelib.domain.words import (
    LONGEST_WORD,
    MOST_WORDS,
    Wanted,
    _Kept,
    are_said,
    asked_for,
    indexed,
    indexed_name,
    scheme,
    stem_of,
    wanted,
    words_of,
)

WRITTEN = st.text(max_size=200) | st.text(st.sampled_from("аеёйЙсС1cCéи\u0301\u0306\u00adK+#-.' 3н"), max_size=40)


def tokens_of(text: str) -> list[str]:
    """What stands in the index beside each other for a text."""
    return indexed(text).tokens.split()


def meets(query: str, text: str) -> bool:
    """Whether every word of a query meets a text by one of its keys."""
    tokens = set(tokens_of(text))
    return all(tokens & set(word.keys) for word in wanted(query))


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("консультации", "консультация"),
        ("Консультаций", "консультацией"),
        ("договоры", "договора"),
        ("ребёнок", "ребенок"),
        ("lawyers", "lawyer"),
        ("translating", "translates"),
        ("Ｌｅａｓｅ", "leases"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    stems = [{stem_of(word) for word in words_of(text)} for text in (one, other)]
    assert stems[0] == stems[1]


@pytest.mark.rule("R32", "R62")
@pytest.mark.parametrize("query", ["логотипы", "ЛОГОТИП для", "coffee", "coff", "лог кофе", "Irina logo", "  !!  "])
def test_a_word_is_said_in_any_form_of_it_and_as_a_beginning_in_any_of_the_texts(query: str) -> None:
    assert are_said(asked_for(query), "Логотип для кофейни", "A logo for a coffee shop", "Irina Vetrova")


@pytest.mark.parametrize("query", ["логопед", "offee", "logo Pavel", "Логотип пекарни"])
def test_every_word_must_be_said(query: str) -> None:
    assert not are_said(asked_for(query), "Логотип для кофейни", "A logo for a coffee shop", "Irina Vetrova")


def test_small_words_count_only_where_there_are_no_others() -> None:
    assert asked_for("a logo for the shop, a logo") == ("logo", "shop")
    assert asked_for("for the") == ("for", "the")
    assert asked_for("сколько стоят услуги юриста") == ("юриста",)
    assert asked_for("консультация юриста онлайн") == ("юриста",)
    assert asked_for("консультация онлайн") == ("консультация", "онлайн")
    assert asked_for("?!") == ()


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("query", "asked", "light"),
    [
        ("нужен хороший юрист недорого", ["юрист"], ["хороший", "недорого"]),
        ("репетитор по математике до 1000 рублей", ["математике"], ["репетитор", "1000", "рублей"]),
        ("посоветуйте недорогого учителя пения", ["пения"], ["посоветуйте", "недорогого", "учителя"]),
        ("looking for fast and cheap guitar lessons", ["guitar"], ["looking", "fast", "cheap", "lessons"]),
        ("landlord won't return my deposit", ["landlord", "return", "deposit"], []),
        ("3 ндфл", ["ндфл"], ["3"]),
        ("курс для начинающих", ["курс", "начинающих"], []),
        ("работа мастеринг", ["работа", "мастеринг"], []),
    ],
)
def test_how_somebody_wants_it_need_not_be_said_by_what_is_found_unless_nothing_else_is_asked(
    query: str, asked: list[str], light: list[str]
) -> None:
    words = wanted(query)
    assert [word.word for word in words if not word.light] == list(asked_for(query)) == asked
    assert [word.word for word in words if word.light] == light


@pytest.mark.rule("E1")
def test_a_performer_s_name_is_found_in_any_case_and_is_no_word_of_a_trade() -> None:
    named = set(indexed_name("Светлана Чеснокова").tokens.split())
    assert all(named & set(word.keys) for word in wanted("светланы чесноковой"))
    assert not any(named & set(word.keys) for word in wanted("светлый чеснок"))


@given(st.text(max_size=300))
def test_every_text_says_its_own_words(text: str) -> None:
    words = asked_for(text)
    assert len(words) <= MOST_WORDS
    assert are_said(words, text)


@pytest.mark.rule("R32", "R62")
@pytest.mark.parametrize(
    ("query", "title"),
    [("налоги", "Налоговый вычет"), ("бухгалтер", "Бухгалтерские услуги"), ("3ндфл", "3-НДФЛ"), ("cafe", "A café")],
)
def test_orders_are_found_by_words_of_the_same_family_however_they_are_spelt(query: str, title: str) -> None:
    assert are_said(asked_for(query), title)


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("консультаций по налогам", "Консультация: налоговый вычет"),
        ("налоги", "Выбор системы налогообложения"),
        ("рынок", "исследование рынка"),
        ("ребёнка", "ребенок"),
        ("бухгалтерские услуги", "Бухгалтер"),
        ("детский психолог", "психология детей"),
        ("дизайнер", "дизайн-проект"),
        ("переводчик", "переведу договор"),
        ("guitar teacher", "Guitar: I have taught for years"),
        ("tutors of maths", "Mathematics teaching"),
        ("resume", "your résumé"),
        ("подготовка", "подго\u00adтовка"),
        ("дирижабль", "дирижа\u0301бль"),
        ("замо\u0301к", "замок"),
        ("консультация", "Kонсультация"),
        ("c++", "C++"),
        ("с++", "C++"),
        ("c++", "Курс С++"),
        ("С#", "C#"),
        (".net", "Backend in .NET"),
        ("net", ".NET developer"),
        ("node js", "Node.js"),
        ("nodejs", "Node.js"),
        ("node.js", "NodeJS"),
        ("wifi", "Wi-Fi"),
        ("wi-fi", "wifi"),
        ("вайфай", "Wi-Fi"),
        ("восстановить", "Восстановление данных"),
        ("тревожность", "Тревога и выгорание"),
        ("1c", "1С:Бухгалтерия"),
        ("email", "e-mail"),
        ("dont", "Don’t"),
        ("client", "clients’ and the client's"),
    ],
)
def test_a_text_is_met_by_what_people_type_for_it(query: str, text: str) -> None:
    assert meets(query, text)


@pytest.mark.rule("E1")
@pytest.mark.parametrize("text", ["3-НДФЛ", "3НДФЛ", "3 НДФЛ"])
@pytest.mark.parametrize("query", ["3-ндфл", "3ндфл", "3 НДФЛ"])
def test_a_number_beside_a_word_is_met_however_they_are_joined(query: str, text: str) -> None:
    assert meets(query, text)


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("c++", "C and C#"),
        ("c#", "C++, C"),
        ("психиатр", "психолог"),
        ("налог", "наложенный платёж"),
        ("market", "marketing"),
        ("суд", "сода"),
        ("83", "1С 8.3"),
    ],
)
def test_a_text_is_not_met_by_what_only_resembles_its_words(query: str, text: str) -> None:
    assert meets(query, text) == (query == "market"), "a stemmer takes marketing for a form of market"


def test_a_word_of_a_query_says_what_it_meets_and_how_it_may_be_taken() -> None:
    assert wanted("рынка для c4d и 3") == (
        Wanted("рынка", ("рынка", "рынк", "рынок"), beginning=True, typos=True),
        Wanted("c4d", ("c4d",), beginning=True, typos=False),
        Wanted("3", ("3",), beginning=False, typos=False, light=True),
    )
    assert wanted("логотип") == (Wanted("логотип", ("логотип", "=логотип"), beginning=True, typos=True),)
    assert wanted("sql")[0].typos is False, "three letters with another are another word"


def test_a_misspelt_word_is_looked_for_by_its_stem_too_where_that_is_long_enough() -> None:
    assert wanted("призентация")[0].spelt == ("призентация", "призентац")
    assert wanted("недорого")[0].spelt == ("недорого",)
    assert wanted("логотип")[0].spelt == ("логотип",)


def test_a_misspelt_word_has_the_keys_of_what_it_may_be_meant_for() -> None:
    assert wanted("адваката")[0].meant == ("адвоката", "адвокат", "=юрист")
    assert wanted("адвоката")[0].meant == wanted("мурзбрык")[0].meant == ()


def test_a_stem_of_one_letter_is_no_key() -> None:
    assert wanted("ии")[0].keys == ("ии",)


def test_a_text_is_indexed_by_its_words_and_beside_each_by_what_meets_it() -> None:
    assert indexed("Рынка: C++, 2-й этаж").tokens == "рынка рынк рынок cplusplus =cplusplus 2 й 2й этаж"


def test_beside_its_words_stands_how_they_begin_each_once() -> None:
    assert indexed("Людям: налог, 2-й налог C++").beginnings == "люд чел нал 2 й 2й cpl"
    assert indexed("?!") == indexed("") == ("", "")


def test_what_is_kept_of_words_is_bounded_and_says_the_same_again(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [f"слово{number}" for number in range(9)]
    before = [indexed(word) for word in words]
    monkeypatch.setattr("chalicelib.domain.words.MOST_KEPT", 3)
    kept = _Kept()
    monkeypatch.setattr("chalicelib.domain.words._KEPT", kept)
    for _ in range(2):
        assert [indexed(word) for word in words] == before
        assert len(kept) <= 3


def test_a_text_that_is_written_plainly_is_folded_as_any_other() -> None:
    plain = "Ёлка, «Wi-Fi» и 3-НДФЛ: don't — (C++)"
    assert indexed(plain) == indexed(plain + " \u0301")


def test_the_name_of_the_scheme_is_of_letters_and_digits_and_changes_only_with_what_it_rests_on() -> None:
    assert scheme() == "41c5f67b7"


@given(WRITTEN)
def test_tokens_are_letters_and_digits_and_bounded(text: str) -> None:
    for token in tokens_of(text):
        assert token.removeprefix(MARK).isalnum()
        assert len(token.removeprefix(MARK)) <= LONGEST_WORD


@given(WRITTEN | st.text(st.sampled_from("=0налог-")))
def test_no_text_and_no_query_says_the_name_of_a_family(text: str) -> None:
    assert not any(MARK in word for word in (*words_of(text), *asked_for(text)))


def test_a_word_with_a_digit_before_its_letters_is_begun_as_any_other() -> None:
    assert indexed("0налог").beginnings == "0 нал 0на"


@given(WRITTEN)
def test_every_word_of_a_text_finds_it(text: str) -> None:
    assert meets(text, text)
    for word in text.split():
        assert meets(word, text)


@given(WRITTEN)
def test_case_and_the_form_of_accents_make_no_difference(text: str) -> None:
    tokens = tokens_of(text)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert tokens_of(unicodedata.normalize(form, text)) == tokens
    assert tokens_of(text.swapcase().swapcase()) == tokens_of(text.swapcase())


@pytest.mark.parametrize(
    "query", ["", "?!", "\x00", "\ud800", "___", "+++", "#", "AND OR NOT", '"a" NEAR(b)', "я " * 5000, "ё" * 10_000]
)
def test_no_query_is_too_odd_or_too_long(query: str) -> None:
    words = wanted(query)
    assert len(words) <= MOST_WORDS
    assert all(key.removeprefix(MARK).isalnum() and len(key) <= LONGEST_WORD + 1 for word in words for key in word.keys)
