"""Mails out, through SES."""

from typing import Any

from chalicelib.outages import translate_errors


class SesMailer:
    """Sends from one address, as text and HTML."""

    def __init__(self, client: Any, sender: str) -> None:
        self._client = client
        self._sender = sender

    @translate_errors()
    def send(self, to: str, subject: str, text: str, html: str) -> None:
        """One mail to one person. Raises Unavailable, and what SES has against this very mail: the queue brings it again, and in the end
        to the dead letters."""
        self._client.send_email(
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": [to]},
            Content={
                "Simple": {
                    "Subject": {"Data": subject, "Charset": "UTF-8"},
                    "Body": {"Text": {"Data": text, "Charset": "UTF-8"}, "Html": {"Data": html, "Charset": "UTF-8"}},
                }
            },
        )
