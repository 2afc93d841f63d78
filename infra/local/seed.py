"""Demo people, twips, and orders of works with reviews, in a new data folder: `python -m infra.local.seed http://127.0.0.1:8400`. A repeat
finds them and goes on.

All goes the way of the product: people register, open the link in their mail and sign in; a moderator approves. Only what a browser
cannot do (granting roles) is done by the operator's command."""

import os
import re
import sys
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx

from chalicelib.domain.people import Role
from infra.local.deployed import local_wiring
from infra.local.grant import grant

PASSWORD = "a long walk on the beach"  # noqa: S105  # of people who are made up
MAIL_PATIENCE_S = 30.0
WORKING_DAY = "0" * 10 + "1" * 9 + "0" * 5
EVENING = "0" * 18 + "1" * 4 + "0" * 2
PEOPLE = (
    ("performer@example.org", "Вера Соколова", "ru", None),
    ("teacher@example.org", "Daniel Reed", "en", None),
    ("customer@example.org", "Олег Мартынов", "ru", None),
    ("moderator@example.org", "Анна Морозова", "ru", Role.MODERATOR),
    ("arbiter@example.org", "Илья Громов", "ru", Role.ARBITER),
    ("admin@example.org", "Марта Линд", "ru", Role.ADMIN),
)


@dataclass(frozen=True)
class Offer:
    """A twip: texts by language (title, description, and of a work what the customer must bring). A consultation has prices per block by
    mode, a work a price of the whole and days, files a price of them all, in minor units each."""

    author: str
    texts: dict[str, tuple[str, ...]]
    prices: dict[str, int] = field(default_factory=dict)
    work: tuple[int, int] | None = None
    files: int | None = None
    goods: dict[str, str] = field(default_factory=dict)
    """Texts that are sold as files, by their names."""
    links: tuple[str, ...] = ()
    category: str = "other"
    tags: tuple[str, ...] = ()

    @property
    def cost(self) -> dict[str, Any]:
        """The kind, and the part of the request that says what it costs."""
        if self.files is not None:
            return {"kind": "files", "files": {"price": _rub(self.files), "links": list(self.links)}}
        if self.work is None:
            return {"kind": "consultation", "prices": {mode: _rub(price) for mode, price in self.prices.items()}}
        price, days = self.work
        return {"kind": "work", "work": {"price": _rub(price), "days": days}}


OFFERS = (
    Offer(
        "performer@example.org",
        {
            "ru": (
                "Консультации семейного юриста",
                "Разводы, алименты, раздел имущества. Разберу вашу ситуацию, скажу, на что рассчитывать, и подготовлю к суду.",
            ),
            "en": (
                "Family lawyer, Russian law",
                "Divorce, alimony, division of property. I go through your case, tell you what to expect and prepare you for court.",
            ),
        },
        {"video": 150_000, "text": 90_000},
        category="law",
        tags=("развод", "алименты", "раздел имущества"),
    ),
    Offer(
        "performer@example.org",
        {
            "ru": (
                "Проверка договора перед подписанием",
                "Пришлите договор в чат: отмечу рискованные условия и предложу, на что их заменить.",
            ),
        },
        {"text": 120_000},
        category="law",
        tags=("договор аренды", "ГПХ"),
    ),
    Offer(
        "teacher@example.org",
        {
            "en": (
                "English conversation practice",
                "Half an hour of lively talk about what you like, with your mistakes written down and explained.",
            ),
            "ru": (
                "Разговорный английский с носителем",
                "Живая беседа на темы, которые вам интересны; ошибки запишу и объясню.",
            ),
        },
        {"video": 80_000},
        category="languages",
        tags=("English", "speaking"),
    ),
    Offer(
        "teacher@example.org",
        {
            "en": (
                "Interview rehearsal in English",
                "We play your job interview through, question by question, until you answer without thinking of grammar.",
            ),
        },
        {"video": 110_000, "text": 60_000},
        category="career",
        tags=("IT interview", "English"),
    ),
    Offer(
        "performer@example.org",
        {
            "ru": (
                "Брачный договор под ключ",
                "Обсудим, что важно каждому, составлю договор и пояснения к нему, подготовлю текст для нотариуса.",
                "Список имущества с документами на него и пожелания обеих сторон.",
            ),
            "en": (
                "Prenuptial agreement under Russian law",
                "I ask both of you what matters, write the agreement with notes in plain words, and a text for the notary.",
                "A list of what you own with its papers, and what each of you wishes.",
            ),
        },
        work=(1_800_000, 10),
        category="law",
        tags=("брачный договор", "нотариус"),
    ),
    Offer(
        "teacher@example.org",
        {
            "en": (
                "Your CV and cover letter in good English",
                "I rewrite both for one vacancy, explain every change, and go over them again after your remarks.",
                "Your present CV and a link to the vacancy.",
            ),
            "ru": (
                "Резюме и письмо на хорошем английском",
                "Перепишу под одну вакансию, объясню каждую правку и учту ваши замечания.",
                "Нынешнее резюме и ссылка на вакансию.",
            ),
        },
        work=(450_000, 3),
        category="career",
        tags=("CV", "LinkedIn"),
    ),
    Offer(
        "teacher@example.org",
        {
            "en": (
                "A study plan for the next three months",
                "A short test of what you know, then a plan week by week: what to read, to listen to and to write.",
            ),
        },
        work=(300_000, 5),
        category="languages",
        tags=("IELTS", "self-study"),
    ),
    Offer(
        "performer@example.org",
        {
            "ru": (
                "Образцы семейных договоров",
                "Брачный договор и соглашение об алиментах с пояснениями к каждому пункту, и запись разбора.",
            ),
            "en": (
                "Family agreements to fill in, Russian law",
                "A marriage contract and an alimony agreement with notes on each clause, in Russian, and a recorded walk through them.",
            ),
        },
        files=90_000,
        goods={
            "Брачный договор, образец с пояснениями.txt": "1. Имущество, нажитое до брака, остаётся у того, кому принадлежало.\n",
            "Соглашение об алиментах.txt": "1. Стороны: кто платит и кто получает.\n2. Сумма, срок и порядок выплат.\n",
        },
        links=("https://video.example.org/family-agreements",),
        category="law",
        tags=("образцы", "алименты"),
    ),
    Offer(
        "teacher@example.org",
        {
            "en": (
                "Fifty interview questions with answers",
                "What interviewers ask, why they ask it, and answers to rehearse aloud.",
            ),
        },
        files=45_000,
        goods={
            "Fifty questions.txt": "1. Tell me about yourself.\n   They ask how you sum up, and what you leave out.\n"
        },
        category="career",
        tags=("interview", "checklist"),
    ),
)


@dataclass(frozen=True)
class Job:
    """An order of a work that was delivered. With stars and words it was accepted and reviewed; without, its customer is to decide."""

    customer: str
    offer: int
    """Which of OFFERS."""
    delivered: str
    stars: int | None = None
    said: str = ""
    reply: str = ""


JOBS = (
    Job(
        "customer@example.org",
        5,
        "Your CV on two pages and the letter on one. What I changed is marked, with the reason beside it.",
        5,
        "Ответили через два дня, а на собеседование позвали через неделю. Каждая правка объяснена.",
        "Thank you! Good luck with the new job.",
    ),
    Job(
        "teacher@example.org",
        4,
        "Договор, пояснения к нему и текст для нотариуса. Спорные пункты выделены.",
        4,
        "Clear and thorough. The notes in plain words were worth it; the text for the notary came a day later than I had hoped.",
    ),
    Job("customer@example.org", 6, "Your plan for twelve weeks. The first test is on its last page."),
)


@dataclass
class Api:
    """The REST API as one person sees it; `refused` codes are answers too, when a repeat finds things done."""

    http: httpx.Client
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "", fine: tuple[str, ...] = ()) -> Any:
        """The JSON answer. Raises RuntimeError for a refusal that is not `fine`."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        answer = self.http.request(method, f"/api{path}", json=body, headers=headers)
        found = answer.json() if answer.content else {}
        if answer.is_success or found.get("code") in fine:
            return found
        raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")


def seed(origin: str, profile: str) -> None:
    """Makes everybody and everything. Raises RuntimeError, LookupError."""
    with httpx.Client(base_url=origin, timeout=60) as http:
        for email, name, lang, _ in PEOPLE:
            _register(http, email, name, lang)
        wiring = local_wiring(profile)
        for email, _, _, role in PEOPLE:
            if role is not None:
                grant(wiring, email, role)
        signed_in = {email: _sign_in(http, email) for email, _, _, _ in PEOPLE}
        twip_ids = [
            _publish(signed_in[offer.author], signed_in["moderator@example.org"], offer, f"seed-twip-{number}")
            for number, offer in enumerate(OFFERS)
        ]
        for number, job in enumerate(JOBS):
            offer, twip_id = OFFERS[job.offer], twip_ids[job.offer]
            _play(signed_in[job.customer], signed_in[offer.author], offer, job, twip_id, f"seed-job-{number}")
        for email, zone, day in (
            ("performer@example.org", "Europe/Moscow", WORKING_DAY),
            ("teacher@example.org", "Europe/London", EVENING),
        ):
            weekend = "0" * 24
            signed_in[email].ask("PUT", "/me/availability", {"zone": zone, "grid": [day] * 5 + [weekend] * 2})
            signed_in[email].ask("PUT", "/me/status", {"status": "available"})


def _register(http: httpx.Client, email: str, name: str, lang: str) -> None:
    anonymous = Api(http)
    if anonymous.ask("POST", "/auth/login", _credentials(email), fine=("unauthenticated",)).get("access_token"):
        return
    form = {**_credentials(email), "display_name": name, "lang": lang}
    anonymous.ask("POST", "/auth/register", form, key=f"seed-{email}")
    anonymous.ask("POST", "/auth/confirm", {"token": _mailed_token(http, email)})


def _credentials(email: str) -> dict[str, str]:
    return {"email": email, "password": PASSWORD}


def _mailed_token(http: httpx.Client, email: str) -> str:
    until = time.monotonic() + MAIL_PATIENCE_S
    while time.monotonic() < until:
        for mail in http.get("/local/mail.json", params={"to": email}).json():
            if found := re.search(r"token=([\w-]+)", mail["text"]):
                return found[1]
        time.sleep(0.1)
    raise LookupError(f"no mail to {email}")


def _sign_in(http: httpx.Client, email: str) -> Api:
    token = Api(http).ask("POST", "/auth/login", _credentials(email))["access_token"]
    return Api(http, {"Authorization": f"Bearer {token}"})


def _rub(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "RUB"}


def _publish(author: Api, moderator: Api, offer: Offer, key: str) -> str:
    names = ("title", "description", "bring")
    texts = {lang: dict(zip(names, said, strict=False)) for lang, said in offer.texts.items()}
    body = {**offer.cost, "languages": list(offer.texts), "texts": texts}
    body |= {"category": offer.category, "tags": list(offer.tags)}
    twip = author.ask("POST", "/twips", body, key=key)
    if offer.goods:
        _send_goods(author, offer, str(twip["id"]), key)
    author.ask("POST", f"/twips/{twip['id']}/submit", fine=("wrong_state",))
    submitted = author.ask("GET", f"/twips/{twip['id']}")["revision"]
    # Where a scanner looks at files, a moderator approves them by hand.
    fine = ("wrong_state", "being_checked")
    moderator.ask("POST", f"/admin/twips/{twip['id']}/approve", {"version": submitted["version"]}, fine=fine)
    return str(twip["id"])


def _send_goods(author: Api, offer: Offer, twip_id: str, key: str) -> None:
    """Sends the files and names them in the draft. A twip that has them is left as it is."""
    kept = author.ask("GET", f"/twips/{twip_id}")["revision"]
    if kept["draft"] is None or kept["draft"]["files"]["files"]:
        return
    ids = []
    for number, (name, text) in enumerate(offer.goods.items()):
        body = text.encode()
        described = {"name": name, "type": "text/plain", "size": len(body), "sha256": sha256(body).hexdigest()}
        begun = author.ask("POST", f"/twips/{twip_id}/uploads", described, key=f"{key}-{number}")
        if begun["link"] is not None:
            sent = author.http.put(begun["link"]["url"], content=body, headers=begun["link"]["headers"])
            sent.raise_for_status()
        author.ask("POST", f"/uploads/{begun['id']}/complete")
        ids.append(begun["id"])
    chosen = {**offer.cost["files"], "files": ids}
    author.ask("PATCH", f"/twips/{twip_id}", {"version": kept["version"], "files": chosen})


def _play(customer: Api, performer: Api, offer: Offer, job: Job, twip_id: str, key: str) -> None:
    """The order, as far as it goes. What is done already answers `wrong_state`."""
    work = offer.cost["work"]
    started = customer.ask("POST", "/account/topups", {"amount": work["price"]}, key=key)
    # As a program: people are sent back to the top-up's page.
    paying = {"Accept": "application/json"}
    customer.http.post(started["pay_url"], data={"outcome": "succeeded"}, headers=paying).raise_for_status()
    path = f"/orders/{customer.ask('POST', '/orders', {'twip_id': twip_id, 'kind': 'work', **work}, key=key)['id']}"
    performer.ask("POST", f"{path}/start", key=key, fine=("wrong_state",))
    performer.ask("POST", f"{path}/deliver", {"text": job.delivered}, key=key, fine=("wrong_state",))
    if job.stars is None:
        return
    customer.ask("POST", f"{path}/accept", key=key, fine=("wrong_state",))
    customer.ask("PUT", f"{path}/review", {"stars": job.stars, "text": job.said})
    if job.reply:
        performer.ask("PUT", f"{path}/review/reply", {"text": job.reply})


def main() -> None:
    """Makes them, and prints how to sign in."""
    origin = sys.argv[1]
    began = time.monotonic()
    seed(origin, os.environ.get("PROFILE") or "real")
    print(f"\n  Demo people, all with the password: {PASSWORD}")
    for email, name, _, role in PEOPLE:
        print(f"    {email:<24} {name}{f' ({role})' if role else ''}")
    print(f"  (made in {time.monotonic() - began:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main()
