"""Words of a query that narrow nothing down (E1): they are said of everything here, or say how somebody wants it and not what."""

import re

_RUSSIAN_STOPS = (
    "а без бы в во вы где да для до его ее если есть еще же за и из или им их к как ко когда который кто ли меня мне мой моя мою мое "
    "моего моей мы на над нам нас наш не него нет ничего но ну о об он она они от очень по под почему при про с себя себе со так такое "
    "то только ты у уже чем что чтобы это этот я нужен нужна нужно нужны услуга услуги услуг услугами сколько стоит стоят какой какая "
    "какое какие хочу надо можно пожалуйста онлайн консультация консультации консультацию консультаций консультацией консультациям"
)
_ENGLISH_STOPS = (
    "a about am an and any are as at be been by can cant consultation consultations could do does doesnt dont for from get had has have "
    "how i if ill im in is isnt it its ive me my near need needs no not of on online or our out please services she he so some somebody "
    "someone that the their them there they this to too up very want wants was we were what whats when where which who why will with "
    "wont would you your"
)
STOP_WORDS = frozenset(f"{_RUSSIAN_STOPS} {_ENGLISH_STOPS}".split())
"""They are left out, unless a query has no others. Everything here is a service, and most are consultations online."""

_ROOTS = (
    "нужн хорош лучш грамотн опытн проверенн недорог дешев бесплатн выгодн срочн быстр качественн стоимост рубл отзыв рейтинг помощ "
    "частн начинающ новичк взросл репетитор репетиторств учител учительниц преподавател педагог инструктор специалист мастер эксперт "
    "профессионал фрилансер урок курс заняти обучени"
)
_FORMS = (
    "цена цены цену руб помогать помочь помогите поможете ищу ищем найти найдите подскажите посоветуйте требуется сделать сделайте "
    "сделаете работает работают нуль нуля новичок год года лет профи обучать учиться научиться выучить научить"
)
_ENGLISH = (
    "best better good great cheap cheaper inexpensive affordable free price cost usd urgent asap fast quick quickly help "
    "helping looking find hire hiring working works recommend professional experienced beginner beginners adults scratch speaking years "
    "teacher teach teaching tutor tutoring instructor specialist expert freelancer writer lesson lessons course courses class classes "
    "learn learning practice practise practising"
)
_ENDINGS = "а|ам|ами|ах|ая|е|ев|ее|ей|ем|его|ему|и|ие|ий|им|ими|их|о|ов|ого|ое|ой|ом|ому|у|ую|ы|ые|ый|ым|ыми|ых|ь|ью|ю|юю|я|ям|ями|ях|"
_LIGHT_FORM = re.compile(f"(?:{'|'.join(_ROOTS.split())})(?:{_ENDINGS})")
_LIGHT_WORDS = frozenset(f"{_FORMS} {_ENGLISH}".split())


def is_light(word: str) -> bool:
    """Whether a folded word need not be said by what is found, where others are: a wish, a trade that is named beside what it is about,
    or a number, which is an age, a year or a price. Who says it comes first. No dictionary is asked."""
    return word.isdigit() or word in _LIGHT_WORDS or _LIGHT_FORM.fullmatch(word) is not None
