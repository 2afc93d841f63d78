"""Mails out."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from moto import mock_aws

from chalicelib.domain.errors import Unavailable
from chalicelib.gateways.mail import SesMailer


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def test_a_mail_goes_out_as_text_and_html_in_any_script(aws: None) -> None:
    from moto.ses.models import ses_backends

    with mock_aws():
        client = boto3.client("sesv2", region_name="eu-central-1")
        client.create_email_identity(EmailIdentity="twip@example.org")
        SesMailer(client, "twip@example.org").send("vera@example.org", "Тема", "Текст", "<p>Текст</p>")
        sent = ses_backends["123456789012"]["eu-central-1"].sent_messages
    assert len(sent) == 1
    assert sent[0].destinations["ToAddresses"] == ["vera@example.org"]
    assert sent[0].subject == "Тема"


def test_a_mail_that_cannot_be_handed_over_is_no_silence() -> None:
    class Gone:
        def send_email(self, **request: Any) -> None:
            raise ConnectTimeoutError(endpoint_url="https://email")

    with pytest.raises(Unavailable):
        SesMailer(Gone(), "twip@example.org").send("vera@example.org", "Subject", "text", "<p>text</p>")
