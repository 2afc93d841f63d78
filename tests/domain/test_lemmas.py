"""Stems and dictionary forms."""

import sys
from importlib.metadata import version
from pathlib import Path
from threading import Thread

import pytest

from chalicelib.domain import lemmas
from chalicelib.domain.lemmas import LONGEST_GUESS, RESTS_ON, Parses, lemmas_of, stem_of


@pytest.mark.rule("E1")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ребенок", "ребенка"),
        ("рынок", "рынка"),
        ("сделок", "сделка"),
        ("ошибок", "ошибка"),
        ("писем", "письмо"),
        ("отец", "отца"),
        ("день", "дня"),
        ("экзаменов", "экзамен"),
        ("ищу", "искать"),
        ("taught", "teach"),
        ("children", "child"),
        ("wrote", "write"),
        ("analyses", "analysis"),
    ],
)
def test_forms_that_share_no_stem_share_a_word_of_the_dictionary(one: str, other: str) -> None:
    assert set(lemmas_of(one)) & set(lemmas_of(other))


def test_a_form_of_several_words_is_none_that_it_hardly_ever_is() -> None:
    assert lemmas_of("стали") == ("стать",)
    assert set(lemmas_of("банки")) == {"банк", "банка"}


def test_whether_a_form_is_likely_is_asked_only_where_it_may_be_one_of_several_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, parse = list[str](), lemmas._russian().parse

    def likely(word: str) -> Parses:
        asked.append(word)
        return parse(word)

    monkeypatch.setattr(lemmas._russian(), "parse", likely)
    assert [lemmas_of(word) for word in ("рынка", "стали", "рынками")] == [("рынок",), ("стать",), ("рынок",)]
    assert asked == ["стали"]


def test_a_dictionary_form_is_spelt_as_words_of_texts_are() -> None:
    assert lemmas_of("wifi") == ("wifi",), "the dictionary has wi-fi"
    assert lemmas_of("ребенком") == ("ребенок",), "the dictionary has ё"


@pytest.mark.parametrize("word", ["", "c3", "日本", "webдизайн", "2026"])
def test_what_is_no_word_of_the_two_languages_has_no_dictionary_form_and_is_its_own_stem(word: str) -> None:
    assert lemmas_of(word) == ()
    assert stem_of(word) == word


def test_long_words_of_the_dictionary_are_known_and_others_are_not_guessed() -> None:
    assert lemmas_of("предпринимательскими") == ("предпринимательский",)
    assert lemmas_of("рынкарынкарынкарынка") == ()


def test_an_unknown_word_is_given_to_the_guesser_only_if_it_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    guessed: list[str] = []

    def guess(word: str) -> Parses:
        guessed.append(word)
        return []

    monkeypatch.setattr(lemmas._russian(), "parse", guess)
    for length in (LONGEST_GUESS, LONGEST_GUESS + 1):
        assert lemmas_of("ы" * length) == ()
    assert guessed == ["ы" * LONGEST_GUESS]


def test_threads_share_no_stemmer() -> None:
    stemmed: list[str] = []

    def stem() -> None:
        stemmed.extend(stem_of.__wrapped__(word) for word in ("консультаций", "lawyers") * 500)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [Thread(target=stem) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert set(stemmed) == {"консультац", "lawyer"}
    assert len(stemmed) == 4000


def test_what_the_answers_rest_on_is_what_is_installed_and_what_is_deployed() -> None:
    said = dict(part.split() for part in RESTS_ON.split(", "))
    assert {name: version(name) for name in said} == said
    deployed = (Path(lemmas.__file__).parents[2] / "requirements.txt").read_text().lower().splitlines()
    assert {f"{name}=={number}" for name, number in said.items()} <= set(deployed)
