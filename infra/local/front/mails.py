"""`/local/mail`: what would have been sent, newest first, with links that can be followed."""

import html
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

PAGE = (Path(__file__).parent / "pages" / "mail.html").read_text(encoding="utf-8")
_LINK = re.compile(r"https?://[^\s<>\"]+")


class Mails:
    """The caught mails of one data folder."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept

    def all(self, to: str | None = None) -> list[dict[str, Any]]:
        """Newest first: `to`, `subject`, `text`, `sent_at` (ISO 8601). `to` an address, or to all."""
        if not self._kept.exists():
            return []
        # What stands after the last line's end is being written.
        *lines, _ = self._kept.read_bytes().split(b"\n")
        # Whoever waits for a mail asks again and again: only lines with the address are read.
        named = json.dumps(to, ensure_ascii=False).encode() if to else b""
        mails = (_mail(json.loads(line)) for line in reversed(lines) if named in line)
        return [mail for mail in mails if to is None or to in mail["to"]]

    async def page(self, _: Request) -> Response:
        """For people."""
        mails = "".join(map(_article, self.all())) or "<p>No mail yet.</p>"
        return HTMLResponse(PAGE.replace("{{mails}}", mails))

    async def data(self, request: Request) -> Response:
        """For programs: `?to=` keeps one person's."""
        return JSONResponse(self.all(request.query_params.get("to")))


def _mail(record: dict[str, Any]) -> dict[str, Any]:
    sent = datetime.fromtimestamp(float(record["Timestamp"])).astimezone()
    text = record.get("BodyText") or record.get("BodyHtml") or ""
    return {
        "to": record.get("To", []),
        "subject": record.get("Subject", ""),
        "text": text,
        "sent_at": sent.isoformat(timespec="seconds"),
    }


def _article(mail: dict[str, Any]) -> str:
    text = _LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', html.escape(mail["text"]))
    to, subject = html.escape(", ".join(mail["to"])), html.escape(mail["subject"])
    return f"<article><h2>{subject}</h2><p>{to} · <time>{mail['sent_at']}</time></p><pre>{text}</pre></article>"
