"""Code that is saved is running a second later. What is in flight finishes on the code that it began with."""

import io
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable

import watchfiles

from infra.local.aws import REGION, client
from infra.local.places import ROOT, code

WATCHED = ("app.py", "chalicelib", "infra/cdk", "statemachines", ".chalice/config.json")
DESCRIBED = ("/infra/", "/statemachines/", "/.chalice/")
"""What the cloud is described by, apart from the code."""
SHAPE = """
import app
print(sorted((path, method, str(entry.cors), tuple(entry.content_types)) for path, views in app.app.routes.items()
             for method, entry in views.items()), sorted(app.app.handler_map), sorted(app.app.api.binary_types))
"""
"""What the template is made from; an edit that leaves it as it is needs no deployment."""

_ENVIRONMENT = {**os.environ, "AWS_DEFAULT_REGION": REGION}


class BrokenCode(Exception):
    """The app cannot be imported."""


class Reloader:
    """Watches the sources. `deploy` brings the whole stack up to date; `functions` answers the names of all functions."""

    def __init__(
        self,
        endpoint: Callable[[], str],
        functions: Callable[[], list[str]],
        deploy: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self._endpoint, self._functions, self._deploy, self._say = endpoint, functions, deploy, say
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begins to watch."""
        threading.Thread(target=self._watch, daemon=True, name="reload").start()

    def stop(self) -> None:
        """No more."""
        self._stopped.set()

    def _watch(self) -> None:
        shape, running = _shape_or_nothing(), _package()
        paths = [ROOT / watched for watched in WATCHED]
        for changes in watchfiles.watch(*paths, debounce=200, step=50, stop_event=self._stopped):
            started = time.monotonic()
            try:
                described = any(part in path for _, path in changes for part in DESCRIBED)
                package = _package()
                if package == running and not described:
                    continue
                now = _shape()
                if described or now != shape:
                    self._deploy()
                else:
                    self._push(package)
                shape, running = now, package
                self._say(f"reloaded in {time.monotonic() - started:.1f} s")
            except Exception as error:
                # Whatever is wrong with an edit, the product goes on with the code that it has.
                self._say(f"not reloaded, the running code stays: {error}")

    def _push(self, package: bytes) -> None:
        functions = client("lambda", self._endpoint())
        for name in self._functions():
            functions.update_function_code(FunctionName=name, ZipFile=package)


def _package() -> bytes:
    """The code as a function's package, the same bytes for the same code; Chalice comes from the virtual environment."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for path in code():
            archive.writestr(zipfile.ZipInfo(str(path.relative_to(ROOT))), path.read_bytes())
    return written.getvalue()


def _shape() -> str:
    done = subprocess.run(
        [sys.executable, "-c", SHAPE], cwd=ROOT, capture_output=True, text=True, check=False, env=_ENVIRONMENT
    )
    if done.returncode:
        raise BrokenCode(done.stderr.strip().splitlines()[-1])
    return done.stdout


def _shape_or_nothing() -> str:
    try:
        return _shape()
    except BrokenCode:
        return ""
