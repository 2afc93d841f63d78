"""Money and times, as mails write them."""

import pytest

from chalicelib.domain.kinds import Lang
from chalicelib.services.notices.wording import instant_text, money_text


@pytest.mark.parametrize(
    ("amount_minor", "currency", "en", "ru"),
    [
        (150_000, "RUB", "₽1,500.00", "1 500,00 ₽"),
        (5, "USD", "$0.05", "0,05 $"),
        (123_456_789, "EUR", "€1,234,567.89", "1 234 567,89 €"),
        (1_500, "JPY", "JPY 1,500", "1 500 JPY"),
        (0, "CHF", "CHF 0.00", "0,00 CHF"),
    ],
)
def test_money_is_written_as_its_readers_write_it(amount_minor: int, currency: str, en: str, ru: str) -> None:
    written = [money_text(amount_minor, currency, lang).replace("\xa0", " ") for lang in (Lang.EN, Lang.RU)]
    assert written == [en, ru]


def test_a_moment_is_written_by_the_one_clock_that_both_sides_share() -> None:
    at_ms = 1_795_797_600_000
    written = [instant_text(at_ms, lang).replace("\xa0", " ") for lang in (Lang.EN, Lang.RU)]
    assert written == ["27 November, 16:40 UTC", "27 ноября, 16:40 UTC"]
