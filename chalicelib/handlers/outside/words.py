"""What public pages say, in both languages; where the client says the same, in the same words: its page takes this one's place."""

from dataclasses import dataclass

from chalicelib.domain.kinds import Lang, Mode, TwipKind

Forms = tuple[str, str, str]


@dataclass(frozen=True)
class Words:
    """Of one language. Forms are for 1, 2 and 5 of a thing."""

    find: str
    promise: str
    """Of the whole site, in a sentence or two."""
    menu: str
    other: tuple[str, str]
    """The way to the other language: short, and its name."""
    kinds: dict[TwipKind, str]
    modes: dict[Mode, str]
    per_block: str
    whole: dict[TwipKind, str]
    term: str
    days: Forms
    bring: str
    only_in: dict[Lang, str]
    reviews: Forms
    unrated: str
    order: str
    twips_of: str
    on_sale: str
    script: str
    missing: tuple[str, str]
    gone: tuple[str, str]


WORDS = {
    Lang.RU: Words(
        find="Найти твип",
        promise="Консультации по видео и в чате с оплатой по 15 минут, работа с оплатой после приёмки, файлы с доступом сразу.",
        menu="Меню",
        other=("EN", "English"),
        kinds={TwipKind.CONSULTATION: "Консультация", TwipKind.WORK: "Работа", TwipKind.FILES: "Файлы"},
        modes={Mode.VIDEO: "Видеозвонок", Mode.TEXT: "Переписка"},
        per_block="за 15 мин",
        whole={TwipKind.WORK: "за всю работу", TwipKind.FILES: "за все файлы и ссылки"},
        term="Срок: {}",
        days=("день", "дня", "дней"),
        bring="Что понадобится от вас",
        only_in={Lang.RU: "Только русский", Lang.EN: "Только английский"},
        reviews=("отзыв", "отзыва", "отзывов"),
        unrated="Оценок пока нет",
        order="Заказать",
        twips_of="Твипы исполнителя",
        on_sale="Сейчас на Twip",
        script="Чтобы заказать, включите JavaScript.",
        missing=("Такой страницы нет", "Возможно, адрес устарел или набран с ошибкой."),
        gone=("Этого твипа нет в продаже", "Возможно, автор снял его с публикации."),
    ),
    Lang.EN: Words(
        find="Find a twip",
        promise="Consultations by video and chat, paid by the quarter of an hour; work, paid on acceptance; files, yours at once.",
        menu="Menu",
        other=("РУ", "Русский"),
        kinds={TwipKind.CONSULTATION: "Consultation", TwipKind.WORK: "Work", TwipKind.FILES: "Files"},
        modes={Mode.VIDEO: "Video call", Mode.TEXT: "Text chat"},
        per_block="per 15 min",
        whole={TwipKind.WORK: "for the whole work", TwipKind.FILES: "for all files and links"},
        term="Delivery in {}",
        days=("day", "days", "days"),
        bring="What you need to bring",
        only_in={Lang.RU: "Only Russian", Lang.EN: "Only English"},
        reviews=("review", "reviews", "reviews"),
        unrated="No ratings yet",
        order="Order",
        twips_of="Twips of this performer",
        on_sale="On Twip now",
        script="To order, switch JavaScript on.",
        missing=("There is no such page", "The address may be old or mistyped."),
        gone=("This twip is not on offer", "Its author may have taken it off the market."),
    ),
}


def counted(number: int, forms: Forms, lang: Lang) -> str:
    """A number with its noun."""
    if lang is Lang.EN:
        return f"{number} {forms[0 if number == 1 else 1]}"
    few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    one = number % 10 == 1 and number % 100 != 11
    return f"{number}\N{NO-BREAK SPACE}{forms[0 if one else 1 if few else 2]}"


def stars(tenths: int, lang: Lang) -> str:
    """A rating: `4,7`, `4.7`."""
    return f"{tenths // 10}{',' if lang is Lang.RU else '.'}{tenths % 10}"
