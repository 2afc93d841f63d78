"""What outlives a power cut of the local cloud. It is cut once for all of these tests."""

import io
import os
import re
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from botocore.credentials import Credentials

from infra.local import turn
from infra.local.cloud import LocalCloud
from tests.infra.test_files import BYTES, FILE, made, send

pytestmark = pytest.mark.cut
ITEM = {"pk": {"S": "kept"}, "sk": {"S": "kept"}}


@dataclass(frozen=True)
class Cut:
    """What was there before, what the door answered meanwhile, and where a file is."""

    mails: Any
    turn_secret: str
    meanwhile: list[int]
    file_url: str


@pytest.fixture(scope="module")
def cut(cloud: LocalCloud) -> Cut:
    """The cloud as it is after the cut."""
    file_storage = made(cloud, Credentials("test", "test"))  # the emulator forgets whom it gave other credentials
    send(cloud, file_storage.upload_link("lasting", FILE, 60, unused_days=1))
    cloud.client("dynamodb").put_item(TableName=cloud.outputs["LiveTable"], Item=ITEM)
    cloud.client("sesv2").send_email(
        FromEmailAddress="twip@twip.localhost",
        Destination={"ToAddresses": ["kept@example.org"]},
        Content={"Simple": {"Subject": {"Data": "Kept"}, "Body": {"Text": {"Data": "Kept"}}}},
    )
    mails, turn_secret = caught(cloud), printed(cloud)
    file_url = f"{cloud.origin}{file_storage.download_link('lasting', 'a', 60)}"
    cloud.let_save()
    cloud.kill9()
    meanwhile = [httpx.get(url).status_code for url in (f"{cloud.origin}/api/health", file_url)]
    cloud.restart()
    return Cut(mails, turn_secret, meanwhile, file_url)


def caught(cloud: LocalCloud) -> Any:
    return httpx.get(f"{cloud.origin}/local/mail.json").json()


def printed(cloud: LocalCloud) -> str:
    """By `make turn-secret`, which takes the environment of a deployed function for its own."""
    with patch.dict(os.environ, TWIP_DATA=str(cloud.data)), redirect_stdout(io.StringIO()) as said:
        turn.main()
    return said.getvalue()


def test_the_door_stays_says_so_and_leads_in_again(cloud: LocalCloud, cut: Cut) -> None:
    assert cut.meanwhile == [503, 503]
    assert httpx.get(f"{cloud.origin}/api/health").status_code == 200


def test_data_older_than_a_snapshot_and_caught_mails_outlive_it(cloud: LocalCloud, cut: Cut) -> None:
    assert cloud.client("dynamodb").get_item(TableName=cloud.outputs["LiveTable"], Key=ITEM)["Item"] == ITEM
    assert cut.mails
    assert caught(cloud) == cut.mails


def test_files_outlive_it(cut: Cut) -> None:
    assert httpx.get(cut.file_url).content == BYTES


def test_the_key_of_the_turn_server_is_the_runs_own_and_outlives_it(cloud: LocalCloud, cut: Cut) -> None:
    assert re.fullmatch(r"static-auth-secret=[A-Za-z0-9]{48}\n", cut.turn_secret), (
        "nothing that a configuration would misread"
    )
    assert printed(cloud) == cut.turn_secret
