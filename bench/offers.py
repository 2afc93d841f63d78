"""A made-up market of a hundred thousand twips, the same on every machine, as the neutral form that each build's adapter reads.

The words are those of the product's own dictionaries, in all their forms: 95 of them a twip, drawn by Zipf's law. Beside them stand
words of which it is known how many twips have them. The market is made once and kept under build/bench."""

import itertools
import json
import os
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "build" / "bench"
MARKET = 1
"""Another number is another market."""
TWIPS = "TWIP_BENCH_TWIPS"
"""The environment variable that says how many; fewer are for trying."""
BEYOND = 1_000
"""So many more are made: what publications bring."""
WORDS, RUSSIAN, ENGLISH = 95, 30_000, 20_000
"""Words of a twip, and how many words each language has, each with its forms."""
SKEWED = ("Name", "Surn", "Patr", "Geox", "Abbr", "Arch", "Infr", "Slng", "Erro", "Dist", "Orgn")
SPEECH = {"NOUN", "ADJF", "VERB", "INFN", "PRTF"}
BEGINNING, EVERY = "про", "онлайн"
"""A word of every twip begins so, and this is a word of every twip."""
HALF = (
    ("вопрос", "вопроса", "вопросы", "вопросов", "вопросам", "вопросами"),
    ("помощь", "помощи", "помощью"),
)
"""Of each, a form is in 40 % of twips."""
RARE = (
    ("наследство", "наследства", "наследству"),
    ("ипотека", "ипотеки", "ипотеку", "ипотекой"),
    ("апелляция", "апелляции", "апелляцию"),
)
"""Of each, a form is in 1 %."""
QUARTER = ("консультация", "консультации", "консультацию", "консультаций", "консультациям")
FIRST = (
    "Анна",
    "Иван",
    "Мария",
    "Пётр",
    "Ольга",
    "Сергей",
    "Елена",
    "Алексей",
    "John",
    "Mary",
    "Peter",
    "Alice",
    "Emma",
)

Family = tuple[str, Sequence[str]]
"""A word and its forms."""


@dataclass(frozen=True)
class Offer:
    """A twip on sale."""

    twip_id: str
    author_id: str
    name: str
    """The performer's."""
    kind: str
    """`consultation`, `work` or `files`."""
    texts: Mapping[str, Sequence[str]]
    """Title and description by language."""
    video_minor: int | None = None
    text_minor: int | None = None
    whole_minor: int | None = None
    published_ms: int = 0
    rating_tenths: int = 0


def size() -> int:
    """How many twips the market has."""
    return int(os.environ.get(TWIPS, "100000"))


def path() -> Path:
    """Where the market is kept."""
    return FOLDER / f"market-{size()}.jsonl"


def market() -> Iterator[Offer]:
    """The twips on sale, and behind them those that publications bring."""
    with path().open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            yield Offer(**json.loads(line))


def key() -> str:
    """Another one is another market."""
    with path().open(encoding="utf-8") as lines:
        return str(json.loads(next(lines))["key"])


def make() -> None:
    """Makes the market, unless it is there."""
    wanted = f"{MARKET}, {version('pymorphy3-dicts-ru')}, {version('simplemma')}"
    if path().exists() and key() == wanted:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    part = path().with_suffix(".part")
    with part.open("w", encoding="utf-8") as out:
        out.write(json.dumps({"key": wanted}) + "\n")
        for offer in made(random.Random(1), size() + BEYOND):
            out.write(json.dumps(asdict(offer), ensure_ascii=False) + "\n")
    part.replace(path())


def made(draw: random.Random, count: int) -> Iterator[Offer]:
    """The first so many."""
    maker = _Maker(draw)
    return (maker.offer(number) for number in range(count))


class _Maker:
    """Draws every twip from one row of random numbers."""

    def __init__(self, draw: random.Random) -> None:
        self._random = draw

    @cached_property
    def _words(self) -> dict[str, tuple[list[Family], list[float]]]:
        """Families by language, with their cumulative weights."""
        draw = random.Random(7)
        found = {}
        for lang, families, wanted in (("ru", _russian(), RUSSIAN), ("en", _english(), ENGLISH)):
            draw.shuffle(families)
            weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(wanted)))
            found[lang] = (families[:wanted], weights)
        return found

    @cached_property
    def _beginnings(self) -> list[str]:
        forms = (form for _, forms in self._words["ru"][0] for form in forms)
        return [form for form in forms if form.startswith(BEGINNING)][:3_000]

    @cached_property
    def _surnames(self) -> list[str]:
        return [word.capitalize() + "ов" for word, _ in self._words["ru"][0][:4_000] if len(word) > 4][:3_000]

    def offer(self, number: int) -> Offer:
        """The next one."""
        draw = self._random
        kind = draw.choices(("consultation", "work", "files"), (6, 3, 2))[0]
        langs = draw.choices((("ru",), ("en",), ("ru", "en")), (7, 2, 1))[0]
        price_minor = draw.randrange(1, 400) * 2_500
        author = number // 3
        return Offer(
            f"{number:08d}" + "".join(draw.choices("0123456789abcdefghjkmnpqrstvwxyz", k=18)),
            f"author{author:020d}",
            f"{FIRST[author % len(FIRST)]} {self._surnames[author // 7 % len(self._surnames)]}",
            kind,
            self._texts(langs),
            **self._prices(kind, price_minor),
            published_ms=1_790_000_000_000 + number * 1_000 + draw.randrange(999),
            rating_tenths=(author * 7_919) % 51,
        )

    def _prices(self, kind: str, price_minor: int) -> dict[str, Any]:
        if kind != "consultation":
            return {"whole_minor": price_minor * 3}
        if self._random.random() < 0.4:
            return {"video_minor": price_minor}
        return {"video_minor": price_minor, "text_minor": max(2_500, price_minor // 2)}

    def _texts(self, langs: Sequence[str]) -> dict[str, tuple[str, str]]:
        planted = self._planted()
        found = {}
        for lang in langs:
            families, weights = self._words[lang]
            count = WORDS // len(langs) - len(planted)
            drawn = self._random.choices(families, cum_weights=weights, k=count)
            words = [self._random.choice(forms) for _, forms in drawn]
            found[lang] = self._text(words[:4], words[4:], planted)
            planted = []
        return found

    def _planted(self) -> list[str]:
        draw = self._random
        planted = [EVERY, draw.choice(self._beginnings)]
        for share, families in ((0.4, HALF), (0.01, RARE), (0.25, (QUARTER,))):
            if draw.random() < share:
                planted += [draw.choice(forms) for forms in families]
        return planted

    def _text(self, title: list[str], rest: list[str], planted: list[str]) -> tuple[str, str]:
        draw = self._random
        for word in planted:
            if draw.random() < 0.1:
                title.append(word)
            else:
                rest.insert(draw.randrange(len(rest)), word)
        ends = draw.choices((".", ",", ""), (1, 1, 8), k=len(rest))
        said = " ".join(word + end for word, end in zip(rest, ends, strict=True))
        return " ".join(title).capitalize(), said.capitalize() + "."


def _russian() -> list[Family]:
    """Words of pymorphy3's dictionary that are neither names nor rare ways of speaking, with their forms."""
    import pymorphy3

    dictionary, letters = pymorphy3.MorphAnalyzer().dictionary, re.compile("[а-яё]{3,16}")
    families: dict[tuple[str, bool], set[str]] = {}
    endings: dict[int, Sequence[tuple[str, Any, str]]] = {}
    for word, (paradigm, place) in dictionary.words.iteritems(""):
        if place or not letters.fullmatch(word):
            continue
        if paradigm not in endings:
            endings[paradigm] = dictionary.build_paradigm_info(paradigm)
        before, first, behind = endings[paradigm][0]
        if any(name in str(first) for name in SKEWED):
            continue
        stem = word[len(before) : len(word) - len(behind)]
        told = {f"{start}{stem}{end}" for start, tag, end in endings[paradigm] if tag.POS in SPEECH}
        told = {form for form in told if letters.fullmatch(form)}
        if told:
            families.setdefault((word, first.POS == "NOUN"), set()).update(told)
    return [(word, sorted(forms)) for (word, _), forms in sorted(families.items())]


def _english() -> list[Family]:
    """Words of simplemma's dictionary that have several forms."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    letters = re.compile("[a-z]{3,14}")
    families: dict[str, set[str]] = {}
    for form, word in DefaultDictionaryFactory().get_dictionary("en").items():
        form, word = (part.decode() if isinstance(part, bytes) else part for part in (form, word))
        if letters.fullmatch(form) and letters.fullmatch(word):
            families.setdefault(word, {word}).add(form)
    return [(word, sorted(forms)) for word, forms in sorted(families.items()) if len(forms) > 1]
