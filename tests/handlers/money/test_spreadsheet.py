"""Tables for spreadsheets."""

import csv
import io

import pytest

from chalicelib.handlers.money.spreadsheet import to_csv


@pytest.mark.rule("E6")
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    (_, (cell,)) = csv.reader(io.StringIO(to_csv(["text"], [[text]]), newline=""))
    assert cell == f"'{text}"


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert to_csv(["amount_minor", "order_id"], [[-90_000, None]]) == "amount_minor,order_id\r\n-90000,\r\n"


def test_what_a_table_is_made_of_may_stand_in_its_cells() -> None:
    made = to_csv(["text"], [['a "quoted", cell\nof two lines']])
    assert list(csv.reader(io.StringIO(made, newline=""))) == [["text"], ['a "quoted", cell\nof two lines']]
