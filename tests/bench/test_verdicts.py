"""What two builds' figures say about each other: nothing is called worse by chance, and nothing that is worse is passed over."""

import pytest

from bench.verdicts import Better, Verdict, Word, verdict

FLAT = (100.0,) * 7


def test_a_figure_that_is_dearer_in_six_of_seven_pairs_and_by_more_than_a_twentieth_is_worse() -> None:
    today = (110, 111, 112, 109, 110, 113, 99)
    assert verdict(FLAT, today, Better.LESS) == Verdict(100, 110, 6, Word.WORSE)


def test_five_pairs_of_seven_say_nothing_however_far_apart_they_are() -> None:
    today = (200, 200, 200, 200, 200, 99, 99)
    assert verdict(FLAT, today, Better.LESS) == Verdict(100, 200, 5, Word.EQUAL)


@pytest.mark.parametrize(
    ("today", "word"), [(105.0, Word.EQUAL), (105.1, Word.WORSE), (95.0, Word.EQUAL), (94.9, Word.BETTER)]
)
def test_a_twentieth_is_no_difference_even_where_all_pairs_agree(today: float, word: Word) -> None:
    assert verdict(FLAT, (today,) * 7, Better.LESS).word is word


@pytest.mark.parametrize(("today", "word"), [(90.0, Word.WORSE), (110.0, Word.BETTER)])
def test_of_a_rate_more_is_better(today: float, word: Word) -> None:
    assert verdict(FLAT, (today,) * 7, Better.MORE).word is word


def test_pairs_are_compared_one_by_one_so_that_a_machine_that_tires_is_fair_to_both() -> None:
    then = (100, 110, 120, 130, 140, 150, 160)
    today = tuple(value * 0.9 for value in then)
    assert verdict(then, today, Better.LESS) == Verdict(130, 117, 7, Word.BETTER)


def test_figures_no_further_apart_than_can_be_told_are_the_same() -> None:
    assert verdict((16,) * 7, (21,) * 7, Better.LESS, least=5) == Verdict(16, 21, 0, Word.EQUAL)
    assert verdict((16,) * 7, (22,) * 7, Better.LESS, least=5).word is Word.WORSE


def test_what_once_cost_nothing_is_worse_as_soon_as_it_costs_something() -> None:
    assert verdict((0,) * 7, (1,) * 7, Better.LESS).word is Word.WORSE


def test_a_counted_figure_is_equal_or_it_differs() -> None:
    assert verdict((8,), (8,), Better.SAME) == Verdict(8, 8, 1, Word.EQUAL)
    assert verdict((8,), (7,), Better.SAME) == Verdict(8, 7, 0, Word.DIFFERS)


def test_there_is_no_verdict_where_the_older_build_lacks_the_ability() -> None:
    assert verdict((), FLAT, Better.LESS) == Verdict(None, 100, 0, Word.NONE)


def test_only_what_is_worse_or_differs_must_not_stay() -> None:
    assert [word for word in Word if not word.holds] == [Word.WORSE, Word.DIFFERS]


def test_what_is_measured_once_is_compared_by_its_one_pair() -> None:
    assert verdict((355,), (1,), Better.LESS).word is Word.BETTER
    assert verdict((355,), (400,), Better.LESS).word is Word.WORSE
    assert verdict((355,), (360,), Better.LESS).word is Word.EQUAL


def test_below_its_ceiling_a_figure_may_be_dearer_and_above_it_never() -> None:
    assert verdict((58,), (96,), Better.LESS, most=200).holds
    assert not verdict((58,), (96,), Better.LESS).holds
    assert not verdict((355,), (201,), Better.LESS, most=200).holds
    assert not verdict((), (201,), Better.LESS, most=200).holds
