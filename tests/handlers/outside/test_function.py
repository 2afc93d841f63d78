"""Public pages, as whoever has no JavaScript reads them (E22)."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from chalicelib.domain.availability import Profile
from chalicelib.domain.content import Content, Text
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.kinds import Lang, Mode
from chalicelib.domain.people import User
from chalicelib.domain.ratings import Rating
from chalicelib.domain.twips import OnSale, Twip
from chalicelib.handlers.outside import function, pictures
from chalicelib.handlers.outside.function import Answer, Asked
from chalicelib.handlers.outside.shell import parsed
from chalicelib.services.catalogue.showcase import PARTS
from chalicelib.services.changes import Insert, Ref, Remove, Save
from tests.support.house import House
from tests.support.people import settle
from tests.support.sales import CONTENT, offer
from tests.support.shop import FONTS

SHELL = Path("web/index.html").resolve()
HOSTILE = "Pavel </script><script>alert(1)</script> \"'&"
ONLY_RUSSIAN = Content(
    (Lang.RU,), {Lang.RU: Text("Разбор партий", "Разберём ваши партии по ходам.")}, {Mode.TEXT: 40_000}
)


@pytest.fixture
def house() -> House:
    made = House()
    made.settings = replace(made.settings, web_shell=str(SHELL), stage="prod", currency="RUB")
    return made


@pytest.fixture
def pavel(house: House) -> User:
    return settle(house, "pavel@example.org", name="Pavel")


def on_sale(house: House, author: User, content: Content = CONTENT, name: str = "twip") -> Twip:
    twip = offer(house, author, content, name)
    house.store.commit(Insert(OnSale(twip.id)))
    return twip


def asked(house: House, path: str, lang: Lang = Lang.EN, method: str = "GET", **more: Any) -> Answer:
    return function.answer(house, Asked(method, path, lang, more.get("etag", ""), more.get("zipped", False)))


class Reader(HTMLParser):
    """What a reader without scripts has: texts outside of scripts, links, and what the head says."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.links: dict[str, str] = {}
        self.named: dict[str, str] = {}
        self.hrefs: list[str] = []
        self.tags: list[str] = []
        self._in_script = False
        self.feed(answer.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self._in_script = tag == "script"
        if tag == "link" and found["rel"] in ("canonical", "alternate"):
            self.links[found.get("hreflang", found["rel"])] = found["href"]
        if tag == "meta" and "content" in found:
            self.named[found.get("name") or found.get("property", "")] = found["content"]
        if tag == "a":
            self.hrefs.append(found["href"])

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        (self.scripts if self._in_script else self.words).append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(filter(None, self.words))

    @property
    def data(self) -> Any:
        return json.loads(next(it for it in self.scripts if "schema.org" in it))


@pytest.mark.rule("E22")
def test_a_twip_is_read_without_javascript_in_either_language(house: House, pavel: User) -> None:
    twip = on_sale(house, pavel)
    russian = asked(house, f"/ru/twips/{twip.id}", Lang.EN)
    page = Reader(russian)
    assert russian.status == 200
    assert '<html lang="ru">' in russian.body.decode()
    for told in ("Дебюты", "Разберём ваши партии по ходам.", "Pavel", "900\N{NO-BREAK SPACE}₽", "Консультация"):
        assert told in page.text
    assert f"/ru/performers/{pavel.id}" in page.hrefs
    assert page.named["description"] == "Разберём ваши партии по ходам."
    assert page.named["og:title"] == "Дебюты"
    base = "https://twip.example"
    pair = {lang: f"{base}/{lang}/twips/{twip.id}" for lang in ("ru", "en")}
    assert page.links == {"canonical": pair["ru"], **pair, "x-default": f"{base}/twips/{twip.id}"}
    english = Reader(asked(house, f"/en/twips/{twip.id}", Lang.RU))
    assert "We go through your games." in english.text
    assert english.links == {**page.links, "canonical": pair["en"]}, "each names both"


@pytest.mark.rule("E22", "D3")
def test_where_a_text_is_in_one_language_only_that_page_is_the_canonical_one(house: House, pavel: User) -> None:
    twip = on_sale(house, pavel, ONLY_RUSSIAN)
    page = Reader(asked(house, f"/en/twips/{twip.id}"))
    assert page.links == {"canonical": f"https://twip.example/ru/twips/{twip.id}"}
    assert "Only Russian" in page.text
    assert page.data["inLanguage"] == "ru"


@pytest.mark.rule("E22")
def test_a_hostile_name_or_text_is_text_everywhere(house: House) -> None:
    mallory = settle(house, "mallory@example.org", name=HOSTILE)
    text = Text(HOSTILE, f"{HOSTILE} <!--served--> <img src=x onerror=alert(1)>")
    twip = on_sale(house, mallory, replace(CONTENT, texts={Lang.EN: text}))
    plain = Reader(asked(house, f"/en/twips/{'0' * 26}"))
    for path in (f"/en/twips/{twip.id}", f"/en/performers/{mallory.id}", "/en/"):
        page = Reader(asked(house, path))
        assert HOSTILE in page.text
        assert not [it for it in page.scripts if it.startswith("alert")]
        assert page.tags.count("script") == plain.tags.count("script") + 1, "one more, of data"
    assert Reader(asked(house, f"/en/performers/{mallory.id}")).data["mainEntity"]["name"] == HOSTILE


@pytest.mark.rule("E22")
def test_machines_are_told_prices_and_what_customers_have_said_and_nothing_before_that(
    house: House, pavel: User
) -> None:
    twip = on_sale(house, pavel)
    data = Reader(asked(house, f"/en/twips/{twip.id}")).data
    assert [(it["price"], it["priceCurrency"]) for it in data["offers"]] == [("900.00", "RUB"), ("400.00", "RUB")]
    assert "aggregateRating" not in data["brand"], "what is assumed of beginners is nobody's review"
    profile = house.store.get(Ref(Profile, pavel.id))
    assert profile is not None
    house.store.commit(Save(replace(profile, rating=Rating(fours=1, fives=2, refused=1))))
    rating = Reader(asked(house, f"/en/twips/{twip.id}")).data["brand"]["aggregateRating"]
    assert (rating["ratingValue"], rating["reviewCount"]) == ("4.7", 3)


@pytest.mark.rule("E22", "R10", "D2")
def test_what_was_never_published_is_not_there_and_what_was_withdrawn_is_gone(house: House, pavel: User) -> None:
    twip = on_sale(house, pavel)
    secret = replace(CONTENT, texts={Lang.EN: Text("A secret plan", "Nobody is to know of it yet.")})
    house.store.commit(Save(replace(twip, draft=secret)))
    assert b"secret" not in asked(house, f"/en/twips/{twip.id}").body
    stored = house.store.get(Ref(Twip, twip.id))
    assert stored is not None
    house.store.commit(Save(replace(stored, withdrawn=True)), Remove(OnSale(twip.id)))
    gone = asked(house, f"/en/twips/{twip.id}")
    assert (gone.status, Reader(gone).named["robots"]) == (410, "noindex")
    assert asked(house, f"/en/performers/{pavel.id}").status == 410
    stored = house.store.get(Ref(Twip, twip.id))
    assert stored is not None
    house.store.commit(Save(replace(stored, published=None)))
    assert asked(house, f"/en/twips/{twip.id}").status == 404
    assert asked(house, f"/en/performers/{pavel.id}").status == 404, "who has published nothing is nobody here"


@pytest.mark.rule("E22", "D28")
def test_of_people_who_are_blocked_nothing_is_shown(house: House, pavel: User) -> None:
    twip = on_sale(house, pavel)
    profile = house.store.get(Ref(Profile, pavel.id))
    assert profile is not None
    house.store.commit(Save(replace(profile, blocked=True)))
    for path in (f"/ru/twips/{twip.id}", f"/ru/performers/{pavel.id}"):
        assert asked(house, path).status == 404
    for path in ("/ru/", f"/sitemap-{twip.id[0]}.xml"):
        assert twip.id not in asked(house, path).body.decode()


@pytest.mark.rule("E22", "R77")
def test_of_files_a_stranger_reads_the_price_and_not_where_they_are(house: House, pavel: User) -> None:
    twip = on_sale(house, pavel, FONTS)
    answer = asked(house, f"/en/twips/{twip.id}")
    assert "₽100.01" in Reader(answer).text
    assert b"fonts.example" not in answer.body
    assert Reader(answer).data["@type"] == "Product"


@pytest.mark.rule("E22")
def test_an_address_that_is_none_is_told_so_and_pages_of_the_clients_are_there(house: House) -> None:
    for path in (
        "/nowhere",
        "/ru/orders",
        "/twips/short",
        "/ru/twips/x",
        "/orders/a/b",
        "/.env",
        "/%00",
        "/sitemap-u.xml",
    ):
        answer = asked(house, path, Lang.RU)
        assert answer.status == 404, path
        assert "Такой страницы нет" in Reader(answer).text
    for path in ("/orders", "/orders/1", "/twips/1/order/video", "/admin", "/admin/people/1", "/sign-in"):
        assert asked(house, path).status == 200, path
    assert asked(house, "/ru/", method="POST").status == 405


@pytest.mark.rule("E22")
def test_the_bare_address_goes_by_language(house: House, pavel: User) -> None:
    twip = on_sale(house, pavel)
    for lang in Lang:
        moved = asked(house, f"/twips/{twip.id}", lang)
        assert (moved.status, moved.headers["location"]) == (302, f"/{lang}/twips/{twip.id}")
        assert moved.headers["vary"] == "Accept-Language"
        home = asked(house, "/", lang)
        assert f'<html lang="{lang}">' in home.body.decode()
        assert f"/{lang}/twips/{twip.id}" in Reader(home).hrefs


@pytest.mark.rule("E22")
def test_a_page_is_kept_for_a_minute_and_known_by_its_tag(house: House, pavel: User) -> None:
    twip = on_sale(house, pavel)
    path = f"/en/twips/{twip.id}"
    first = asked(house, path)
    assert "s-maxage=60" in first.headers["cache-control"]
    same = asked(house, path, etag=first.headers["etag"])
    assert (same.status, same.body) == (304, b"")
    profile = house.store.get(Ref(Profile, pavel.id))
    assert profile is not None
    house.store.commit(Save(replace(profile, display_name="Paul")))
    assert asked(house, path, etag=first.headers["etag"]).status == 200


def test_a_storage_that_does_not_answer_is_no_missing_page(house: House, pavel: User) -> None:
    twip = on_sale(house, pavel)

    class Broken:
        def twips(self, twip_ids: Any) -> Any:
            raise Unavailable

    house.window = Broken()  # type: ignore[assignment]
    answer = asked(house, f"/en/twips/{twip.id}")
    assert (answer.status, answer.headers["cache-control"]) == (503, "no-store")


@pytest.mark.rule("E22")
def test_search_engines_stay_away_from_a_stage_for_trying_things_out(house: House, pavel: User) -> None:
    twip = on_sale(house, pavel)
    assert "x-robots-tag" not in asked(house, f"/en/twips/{twip.id}").headers
    assert b"Sitemap: https://twip.example/sitemap.xml" in asked(house, "/robots.txt").body
    house.settings = replace(house.settings, stage="dev")
    assert asked(house, f"/en/twips/{twip.id}").headers["x-robots-tag"] == "noindex"
    assert asked(house, "/robots.txt").body == b"User-agent: *\nDisallow: /\n"


@pytest.mark.rule("E22")
def test_the_picture_is_drawn_in_letters_of_the_products_own_font(house: House, pavel: User) -> None:
    twip = on_sale(house, pavel)
    address = Reader(asked(house, f"/ru/twips/{twip.id}")).named["og:image"].removeprefix("https://twip.example")
    answer = asked(house, address)
    image = Image.open(BytesIO(answer.body))
    assert (answer.headers["content-type"], image.size) == ("image/png", (1200, 630))
    assert "immutable" in answer.headers["cache-control"]
    title = image.convert("L").crop((80, 200, 700, 290))
    assert max(title.tobytes()) > 250, "the title is there"
    made_up = asked(house, re.sub(r"[0-9a-f]{16}\.png", "0" * 16 + ".png", address))
    assert (made_up.status, made_up.headers["location"]) == (302, address)


@pytest.mark.parametrize("text", ["", "🦊🦊", "\u202e\u0000\ufdfa", "漢字", "Łódź Ёж ₽ " * 40, "щ" * 500])
def test_any_text_can_be_drawn_and_stays_within_its_lines(text: str) -> None:
    card = function_card(text)
    assert pictures.drawn(card).startswith(b"\x89PNG")
    lines = pictures.wrapped(pictures.known(text), 68, 700, 1040, 3)
    assert len(lines) <= 3


def test_letters_of_both_languages_and_the_signs_of_money_are_known() -> None:
    assert pictures.known("Съешь ёж 1 500 ₽, “fox” — naïve №5") == "Съешь ёж 1 500 ₽, “fox” — naïve №5"
    assert pictures.known("Fox 🦊 漢") == "Fox"


def function_card(text: str) -> Any:
    from chalicelib.handlers.outside.pages import Card

    return Card("", text, None, text, ((text, text),), "Work")


@pytest.mark.rule("E22")
def test_a_sitemap_misses_nothing_that_stays_while_twips_come_and_go(house: House, pavel: User) -> None:
    first = PARTS[0]
    kept = {on_sale(house, pavel, name=f"{first}{n:03}kept").id for n in range(130)}
    going = on_sale(house, pavel, name=f"{first}zzz")
    listed = house.window.on_sale
    seen: list[str] = []

    def changing(part: str, limit: int | None = None) -> Any:
        for ids in listed(part, limit):
            seen.extend(ids)
            yield ids
            if len(seen) == 100:
                house.store.commit(Remove(OnSale(going.id)))
                on_sale(house, pavel, name=f"{first}aaa")

    house.window.on_sale = changing  # type: ignore[method-assign]
    xml = asked(house, f"/sitemap-{first}.xml").body.decode()
    addresses = re.findall(r"<loc>(.*?)</loc>", xml)
    assert len(addresses) == len(set(addresses))
    assert {ident for ident in kept if f"https://twip.example/ru/twips/{ident}" in addresses} == kept
    index = re.findall(r"<loc>https://twip.example/(.*?)</loc>", asked(house, "/sitemap.xml").body.decode())
    assert index == [f"sitemap-{part}.xml" for part in PARTS]
    assert asked(house, f"/sitemap-{first}.xml", zipped=True).headers["content-encoding"] == "gzip"


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="marks"):
        parsed("<html></html>")


def test_an_event_of_the_functions_address_is_read_and_answered() -> None:
    event = {
        "rawPath": "/ru/",
        "headers": {"Accept-Language": "ru", "accept-encoding": "gzip, br", "if-none-match": '"x"'},
        "requestContext": {"http": {"method": "GET"}},
    }
    assert function.read(event) == Asked("GET", "/ru/", Lang.RU, '"x"', True)
    assert function.written(Answer(200, b"\xff"), with_body=True)["body"] == "/w=="
    assert function.written(Answer(200, b"\xff"), with_body=False)["body"] == ""
