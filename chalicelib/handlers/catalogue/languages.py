"""Which of our languages a reader prefers."""

from chalicelib.domain.kinds import Lang


def reader_lang(accept_language: str) -> Lang:
    """By the Accept-Language header: ours with the highest weight, the first of equals; Russian when it names none of them."""
    wishes = [_wish(part) for part in accept_language.split(",")]
    ours = [(weight, Lang(primary)) for primary, weight in wishes if primary in list(Lang) and weight > 0]
    return max(ours, key=lambda wish: wish[0], default=(1.0, Lang.RU))[1]


def _wish(part: str) -> tuple[str, float]:
    tag, _, weight = part.strip().lower().partition(";")
    return tag.partition("-")[0].strip(), _weight(weight)


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
