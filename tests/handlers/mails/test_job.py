"""Mails, rendered and sent."""

import json
import re
from dataclasses import asdict, fields
from typing import Any

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from chalicelib.domain.kinds import Lang
from chalicelib.domain.people import User
from chalicelib.handlers import jobs
from chalicelib.handlers.mails.job import FOLDER, deliver, rendered
from chalicelib.services.notices.templates import TEMPLATES, Template
from chalicelib.services.ports import Mail
from tests.support.house import House
from tests.support.people import IP, applicant, settle

LINK = {"link": "https://twip.example/confirm#token=a&b"}


class Post:
    """A mailer that keeps what it sends, and refuses one address."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str, str]] = []

    def send(self, to: str, subject: str, text: str, html: str) -> None:
        if to == "refused@example.org":
            raise ConnectionError
        self.sent.append((to, subject, text, html))


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    made = House()
    monkeypatch.setattr(jobs, "wiring", lambda: made)
    made.__dict__["mailer"] = Post()
    return made


def test_there_is_no_template_without_its_facts() -> None:
    names = {path.name.split(".")[0] for path in FOLDER.glob("*.j2")} - {"layout"}
    assert names == set(TEMPLATES)


@pytest.mark.rule("E17")
@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("kind", TEMPLATES.values(), ids=TEMPLATES)
def test_every_mail_exists_in_both_languages_as_text_and_html(kind: type[Template], lang: Lang) -> None:
    """Each is rendered of its own facts, and shows all of them."""
    facts = {**{fact.name: f"the {fact.name}" for fact in fields(kind)}, **LINK}
    subject, text, html = rendered(kind(**facts).to(User("vera", "vera@example.org", "", "Vera", lang, 0)))
    assert all(fact in text for fact in facts.values())
    assert 0 < len(subject) <= 78
    assert "\n" not in subject
    assert LINK["link"] in text
    assert 'href="https://twip.example/confirm#token=a&amp;b"' in html
    assert f'<html lang="{lang}">' in html
    assert any("а" <= letter <= "я" for letter in text) is (lang == "ru")


IN_THE_QUEUE: list[dict[str, Any]] = [
    {"to": "vera@example.org", "template": "confirm", "lang": "ru", "facts": LINK},
    {"to": "vera@example.org", "template": "reset", "lang": "en", "facts": LINK},
    {"to": "vera@example.org", "template": "taken", "lang": "ru", "facts": LINK},
    {"to": "vera@example.org", "template": "password_changed", "lang": "en", "facts": LINK},
    {
        "to": "vera@example.org",
        "template": "review_asked",
        "lang": "en",
        "facts": {**LINK, "title": "A logo", "other": "Pavel"},
    },
    {
        "to": "vera@example.org",
        "template": "reviewed",
        "lang": "ru",
        "facts": {**LINK, "title": "Логотип", "stars": "5", "text": "Быстро и точно."},
    },
    {"to": "vera@example.org", "template": "twip_approved", "lang": "ru", "facts": {"title": "Дебюты", **LINK}},
    {
        "to": "vera@example.org",
        "template": "twip_rejected",
        "lang": "en",
        "facts": {"title": "Openings", **LINK, "reason": "Name a price."},
    },
    {
        "to": "vera@example.org",
        "template": "messages_wait",
        "lang": "ru",
        "facts": {"title": "Логотип", "author": "Тимур", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "refunded",
        "lang": "ru",
        "facts": {"title": "Логотип", "sum": "1 500,00 ₽", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "dispute_opened",
        "lang": "en",
        "facts": {"title": "Openings", **LINK, "sum": "₽1,500.00", "until": "30 November, 16:40 UTC"},
    },
    {
        "to": "vera@example.org",
        "template": "dispute_answer_due",
        "lang": "en",
        "facts": {"title": "Openings", **LINK, "sum": "₽1,500.00", "until": "30 November, 16:40 UTC"},
    },
    {
        "to": "vera@example.org",
        "template": "dispute_in_arbitration",
        "lang": "en",
        "facts": {"title": "Openings", **LINK, "sum": "₽1,500.00", "until": "30 November, 16:40 UTC"},
    },
    {
        "to": "vera@example.org",
        "template": "dispute_to_decide",
        "lang": "en",
        "facts": {"title": "Openings", **LINK, "sum": "₽1,500.00", "until": "30 November, 16:40 UTC"},
    },
    {
        "to": "vera@example.org",
        "template": "dispute_question",
        "lang": "en",
        "facts": {"title": "Openings", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "dispute_reply",
        "lang": "en",
        "facts": {"title": "Openings", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "dispute_proposal",
        "lang": "en",
        "facts": {
            "title": "Openings",
            **LINK,
            "to_customer": "₽1,000.00",
            "to_performer": "₽500.00",
            "until": "30 November, 16:40 UTC",
        },
    },
    {
        "to": "vera@example.org",
        "template": "dispute_settled",
        "lang": "en",
        "facts": {"title": "Openings", **LINK, "to_customer": "₽1,000.00", "to_performer": "₽500.00"},
    },
    {
        "to": "vera@example.org",
        "template": "dispute_decided",
        "lang": "en",
        "facts": {
            "title": "Openings",
            **LINK,
            "to_customer": "₽1,000.00",
            "to_performer": "₽500.00",
            "reasons": "Half was done.",
        },
    },
    {
        "to": "vera@example.org",
        "template": "dispute_withdrawn",
        "lang": "en",
        "facts": {"title": "Openings", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_ordered",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "days": "5", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_started",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "days": "5", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_refused",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "reason": "I am ill.", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_delivered",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "days": "5", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_returned",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "reason": "I am ill.", "days": "5", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_accepted",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_accepted_by_silence",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_cancelled",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_proposal",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_agreed",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_extended",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "days": "5", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_start_reminder",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "days": "5", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_delivery_reminder",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "days": "5", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_acceptance_reminder",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "days": "5", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_overdue",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "days": "5", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_late",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", "days": "5", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_refunded",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "work_lapsed",
        "lang": "ru",
        "facts": {"title": "Логотип", "other": "Тимур", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "files_sold",
        "lang": "ru",
        "facts": {"title": "Шрифты", "other": "Вера", "earned": "85,01 ₽", **LINK},
    },
    {
        "to": "vera@example.org",
        "template": "files_revoked",
        "lang": "ru",
        "facts": {"title": "Шрифты", **LINK},
    },
]
"""As the service has written them from the beginning."""


@pytest.mark.parametrize("body", IN_THE_QUEUE, ids=lambda body: body["template"])
def test_what_lies_in_the_queue_while_another_version_is_deployed_is_delivered(
    house: House, body: dict[str, Any]
) -> None:
    deliver(house, body)
    post: Any = house.mailer
    ((to, subject, _, _),) = post.sent
    assert to == "vera@example.org"
    assert subject


def test_what_is_put_into_the_queue_is_as_it_was_from_the_beginning() -> None:
    assert {body["template"] for body in IN_THE_QUEUE} == set(TEMPLATES)
    for body in IN_THE_QUEUE:
        reader = User("vera", body["to"], "", "Vera", Lang(body["lang"]), 0)
        assert asdict(TEMPLATES[body["template"]](**body["facts"]).to(reader)) == body


def test_a_mail_is_rendered_in_the_readers_language_and_sent(house: House) -> None:
    house.registrations.register(applicant("vera@example.org"), key="key-00001", ip=IP)
    deliver(house, asdict(house.outbox.mails[0]))
    post: Any = house.mailer
    to, subject, text, _ = post.sent[0]
    assert (to, subject) == ("vera@example.org", "Confirm your address for Twip")
    assert house.outbox.token("vera@example.org") in text


@pytest.mark.rule("E16")
def test_a_reminder_is_made_where_it_is_mailed_and_to_nobody_nothing_is(house: House) -> None:
    settle(house, "vera@example.org")
    for email in ("vera@example.org", "nobody@example.org"):
        deliver(house, {"remind": email})
    post: Any = house.mailer
    ((to, _, text, _),) = post.sent
    assert to == "vera@example.org"
    (token,) = re.findall(r"/reset#token=([\w-]+)", text)
    house.registrations.reset(token, "another long password")
    assert house.identity.sign_in("vera@example.org", "another long password", ip=IP)


def test_only_the_mails_that_failed_come_again(house: House) -> None:
    def record(to: str, template: str = "taken") -> dict[str, str]:
        return {"messageId": f"id of {to}", "body": json.dumps(asdict(Mail(to, template, "ru", LINK)))}

    batch = [
        record("a@example.org"),
        record("refused@example.org"),
        record("b@example.org"),
        record("c@example.org", "x"),
    ]
    answer = jobs.mail({"Records": batch}, None)
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    assert failed == {"id of refused@example.org", "id of c@example.org"}
    post: Any = house.mailer
    assert [sent[0] for sent in post.sent] == ["a@example.org", "b@example.org"]


def test_a_mail_that_is_none_of_ours_fails_loudly() -> None:
    with pytest.raises(TemplateNotFound):
        rendered(Mail("vera@example.org", "unknown", "ru", LINK))
    with pytest.raises(UndefinedError):
        rendered(Mail("vera@example.org", "confirm", "ru", {}))
