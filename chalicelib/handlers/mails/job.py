"""Mails of the mail queue: made, where only an address was asked for, rendered in the reader's language as text and as HTML, and sent."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.services.ports import Mail
from chalicelib.wiring import Wiring

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent


def deliver(w: Wiring, body: dict[str, Any]) -> None:
    """One message of the queue. Raises what the mailer raises: the queue brings it again, and in the end to the dead letters."""
    mail = w.registrations.reminder(body["remind"], body.get("onward")) if "remind" in body else Mail(**body)
    if mail is None:
        return
    subject, text, html = rendered(mail)
    w.mailer.send(mail.to, subject, text, html)


def rendered(mail: Mail) -> tuple[str, str, str]:
    """Subject, text and HTML. Raises jinja2's TemplateNotFound or UndefinedError for a mail that is none of ours."""
    name = f"{mail.template}.{mail.lang}.j2"
    plain, rich = _environment(escaped=False), _environment(escaped=True)
    text = plain.get_template(name)
    subject = "".join(text.blocks["subject"](text.new_context(mail.facts))).strip()
    html = rich.get_template(name).render(mail.facts, layout="layout.html.j2", lang=mail.lang, subject=subject)
    return subject, text.render(mail.facts, layout="layout.txt.j2"), html


@cache
def _environment(*, escaped: bool) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=escaped,  # noqa: S701  # plain text must not be escaped
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["paragraphs"] = _paragraphs
    return made


def _paragraphs(text: str) -> str:
    from markupsafe import Markup

    # The text has been escaped where it was written into the template.
    return Markup("\n").join(Markup(f"<p>{part.strip()}</p>") for part in str(text).split("\n\n") if part.strip())  # noqa: S704
