"""Money and times in mails, in the reader's language. Pages have their browser for that."""

from datetime import UTC, datetime

from chalicelib.domain.kinds import Lang

SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€"}
DIGITS = {"JPY": 0, "KRW": 0, "VND": 0}
"""Of the fraction (ISO 4217), where it has not two."""
NO_BREAK = "\N{NO-BREAK SPACE}"
MONTHS = {
    Lang.EN: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    Lang.RU: [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
}


def money_text(amount_minor: int, currency: str, lang: Lang) -> str:
    """An amount that is not negative: "₽1,500.00", "1 500,00 ₽"."""
    digits = DIGITS.get(currency, 2)
    whole, fraction = divmod(amount_minor, 10**digits)
    grouped, rest = f"{whole:,}", f"{fraction:0{digits}}" if digits else ""
    sign = SIGNS.get(currency, currency)
    if lang is Lang.RU:
        return grouped.replace(",", NO_BREAK) + (f",{rest}" if rest else "") + NO_BREAK + sign
    return (sign if len(sign) == 1 else sign + NO_BREAK) + grouped + (f".{rest}" if rest else "")


def instant_text(at_ms: int, lang: Lang) -> str:
    """A moment, by the one clock that both sides share: "30 November, 16:40 UTC"."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at.day}{NO_BREAK}{MONTHS[lang][at.month - 1]}, {at:%H:%M}{NO_BREAK}UTC"
