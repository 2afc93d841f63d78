"""The local cloud keeps what it was given, gives way gently, and leaves nothing behind."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local import aws
from infra.local.child import Emulator
from infra.local.cloud import LocalCloud, PortTaken
from infra.local.emulator import life
from infra.local.places import ROOT, Places
from infra.local.seed import PASSWORD

SLOW = """
import time
def handler(event, context):
    time.sleep(event.get("s", 0))
    return "VERSION"
"""


def package(version: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("slow.py", SLOW.replace("VERSION", version))
    return written.getvalue()


def test_health_is_answered_through_the_deployed_stack(cloud: LocalCloud) -> None:
    answer = httpx.get(f"{cloud.origin}/api/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "stage": "local", "block_seconds": 15}


def test_all_tests_of_the_running_product_are_kept_together(cloud: LocalCloud, request: pytest.FixtureRequest) -> None:
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    assert alone or request.node.nodeid.endswith("@cloud"), "each worker would start a product of its own"


def test_what_the_gateway_refuses_by_itself_is_a_problem_document_too(cloud: LocalCloud) -> None:
    answer = httpx.get(f"{cloud.origin}/api/nothing/here")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


def test_a_first_start_makes_its_people_and_a_repeat_finds_them(cloud: LocalCloud) -> None:
    told = {**os.environ, "PROFILE": "fast", "TWIP_DATA": str(cloud.data)}
    command = [sys.executable, "-m", "infra.local.seed", cloud.origin]
    for _ in range(2):
        done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
        assert (done.returncode, "performer@example.org" in done.stdout) == (0, True), done.stderr
    with httpx.Client(base_url=cloud.origin) as http:
        sign_in = {"email": "customer@example.org", "password": PASSWORD}
        token = http.post("/api/auth/login", json=sign_in).json()["access_token"]
        orders = http.get("/api/orders?role=customer", headers={"Authorization": f"Bearer {token}"}).json()["items"]
    assert [order["kind"] for order in orders] == ["work"] * 2


def test_a_mail_is_caught(cloud: LocalCloud) -> None:
    text = {"Subject": {"Data": "Привет"}, "Body": {"Text": {"Data": "https://example.org/confirm"}}}
    cloud.client("sesv2").send_email(
        FromEmailAddress="twip@twip.localhost",
        Destination={"ToAddresses": ["catch@example.org"]},
        Content={"Simple": text},
    )
    (mail,) = httpx.get(f"{cloud.origin}/local/mail.json", params={"to": "catch@example.org"}).json()
    assert (mail["subject"], mail["text"]) == ("Привет", "https://example.org/confirm")


def test_new_code_lets_what_is_in_flight_finish_on_the_old(cloud: LocalCloud) -> None:
    functions = cloud.client("lambda")
    made = functions.create_function(
        FunctionName="slow",
        Runtime="python3.11",
        Role=cloud.outputs["MailRole"],
        Handler="slow.handler",
        Code={"ZipFile": package("old")},
        Timeout=20,
    )

    def invoke(seconds: float) -> str:
        answer = functions.invoke(FunctionName=made["FunctionName"], Payload=json.dumps({"s": seconds}))
        said: str = json.loads(answer["Payload"].read())
        return said

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(invoke, 2)
        time.sleep(1)
        functions.update_function_code(FunctionName="slow", ZipFile=package("new"))
        assert invoke(0) == "new"
        assert running.result() == "old"
    functions.delete_function(FunctionName="slow")


def test_what_was_done_just_before_a_stop_in_good_order_is_kept(tmp_path: Path) -> None:
    emulator = Emulator(Places(tmp_path))

    def started() -> Any:
        emulator.launch()
        emulator.wait()
        return aws.client("secretsmanager", emulator.endpoint)

    started().create_secret(Name="late", SecretString="kept")
    emulator.stop()
    assert started().get_secret_value(SecretId="late")["SecretString"] == "kept"
    emulator.stop()


def test_what_a_killed_run_left_behind_gives_way_to_the_next(tmp_path: Path) -> None:
    places = Places(tmp_path)
    left = Emulator(places)
    left.launch()
    left.wait()
    orphan = life.holder(places.emulator_lock)
    following = Emulator(places)
    following.launch()
    following.wait()
    assert not left.alive
    assert life.holder(places.emulator_lock) not in (None, orphan)
    following.stop()
    assert life.holder(places.emulator_lock) is None


def test_an_orphan_ends_by_itself(tmp_path: Path) -> None:
    launch = (
        "import sys, pathlib; from infra.local.child import Emulator; from infra.local.places import Places\n"
        "emulator = Emulator(Places(pathlib.Path(sys.argv[1]))); emulator.launch(); emulator.wait()"
    )
    subprocess.run([sys.executable, "-c", launch, str(tmp_path)], cwd=ROOT, check=True)
    deadline = time.monotonic() + 20
    while life.holder(Places(tmp_path).emulator_lock) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_another_version_of_the_emulator_is_refused_loudly(tmp_path: Path) -> None:
    other = (
        "import importlib.metadata, runpy; importlib.metadata.version = lambda name: '9.9'; "
        "runpy.run_module('infra.local.emulator', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", other], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode
    assert "1.5.33" in done.stderr


def test_a_taken_port_is_said_before_anything_starts(cloud: LocalCloud, tmp_path: Path) -> None:
    with pytest.raises(PortTaken, match=str(cloud.port)):
        LocalCloud(tmp_path / "second", port=cloud.port).start()
