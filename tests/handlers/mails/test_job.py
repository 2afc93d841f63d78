"""Mails, rendered and sent."""

import json
import re
from dataclasses import asdict
from typing import Any

import pytest
from jinja2 import Environment, TemplateNotFound, UndefinedError, meta

from chalicelib.handlers import jobs
from chalicelib.handlers.mails.job import TEMPLATES, deliver, rendered
from chalicelib.services.ports import Mail
from tests.fakes.house import House
from tests.fakes.people import IP, applicant, settle

LINK = {"link": "https://twip.example/confirm#token=a&b"}
NAMES = sorted({path.name.split(".")[0] for path in TEMPLATES.glob("*.j2")} - {"layout"})


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


@pytest.mark.rule("E17")
@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_mail_exists_in_both_languages_as_text_and_html(name: str, lang: str) -> None:
    facts = {**dict.fromkeys(wanted(name, lang), "fact"), **LINK}
    subject, text, html = rendered(Mail("vera@example.org", name, lang, facts))
    assert 0 < len(subject) <= 78
    assert "\n" not in subject
    assert LINK["link"] in text
    assert 'href="https://twip.example/confirm#token=a&amp;b"' in html
    assert f'<html lang="{lang}">' in html
    assert any("а" <= letter <= "я" for letter in text) is (lang == "ru")


def wanted(name: str, lang: str) -> set[str]:
    """The facts that a template asks for."""
    text = (TEMPLATES / f"{name}.{lang}.j2").read_text(encoding="utf-8")
    return meta.find_undeclared_variables(Environment().parse(text)) - {"layout"}  # parsed only


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
