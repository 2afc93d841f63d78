"""`make run`: the whole product on this machine, until Ctrl-C."""

import os
import signal
import subprocess
import sys
import threading
import time
from importlib.util import find_spec

from infra.cdk.synthesis import SynthesisFailed
from infra.local.child import EmulatorFailed
from infra.local.cloud import AlreadyRunning, LocalCloud, PortTaken
from infra.local.deploy import DeploymentFailed
from infra.local.front.limits import from_environment
from infra.local.handlerlog import HandlerLog
from infra.local.places import ROOT
from infra.local.reload import Reloader
from infra.local.web import Builder

FAILURES = (AlreadyRunning, DeploymentFailed, EmulatorFailed, PortTaken, SynthesisFailed)
_began = time.monotonic()


def main() -> None:
    """Starts, says where, and stops in good order on SIGINT and SIGTERM."""
    profile, port = os.environ.get("PROFILE", "real"), os.environ.get("PORT", "8400")
    if profile not in ("real", "fast") or not port.isdigit():
        sys.exit("make run [PORT=8400] [PROFILE=real|fast] [DEBUG=1]")
    stopping = threading.Event()
    for received in (signal.SIGINT, signal.SIGTERM):
        signal.signal(received, lambda *_: stopping.set())
    debug = os.environ.get("DEBUG") == "1"
    cloud = LocalCloud(
        ROOT / ".local" / profile,
        profile=profile,
        port=int(port),
        debug=debug,
        turn_urls=os.environ.get("TURN_URLS", ""),
        scanner=os.environ.get("SCANNER", ""),
        limits=from_environment(),
        say=_say,
    )
    web = Builder(_say)
    web.start()
    try:
        cloud.start()
    except FAILURES as failure:
        cloud.stop()
        # Ctrl-C reaches the synthesis too, which then fails.
        sys.exit(None if stopping.is_set() else f"{type(failure).__name__}: {failure}")
    try:
        _accompany(cloud, web, stopping)
    finally:
        _say("stopping")
        web.stop()
        cloud.stop()


def _accompany(cloud: LocalCloud, web: Builder, stopping: threading.Event) -> None:
    log = HandlerLog(cloud.places.handler_log, lambda line: print(line, flush=True))
    reloader = Reloader(lambda: cloud.endpoint, cloud.functions, cloud.redeploy, _say)
    log.start()
    _seed(cloud)
    web.wait()
    reloader.start()
    print(f"ready {cloud.origin}", flush=True)
    while not stopping.wait(1):
        if not cloud.emulator.alive:
            _say("the local AWS ended by itself; starting it again from its last snapshot")
            cloud.restart()
    reloader.stop()
    log.stop()


def _seed(cloud: LocalCloud) -> None:
    """Demo people and twips, into a new data folder only."""
    if find_spec("infra.local.seed") is None or (cloud.places.data / "seeded").exists():
        return
    told = {**os.environ, "PROFILE": cloud.profile, "TWIP_DATA": str(cloud.data)}
    done = subprocess.run([sys.executable, "-m", "infra.local.seed", cloud.origin], cwd=ROOT, env=told, check=False)
    if done.returncode == 0:
        (cloud.places.data / "seeded").touch()
        return
    _say("the demo people were not made; the next start tries again")


def _say(text: str) -> None:
    print(f"[{time.monotonic() - _began:6.1f} s] {text}", flush=True)


main()
