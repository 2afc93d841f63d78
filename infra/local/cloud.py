"""The whole product on this machine, as a value: `make run` holds one, and so do the tests that need one."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Self

import uvicorn

from chalicelib.gateways.secrets import Secrets, reader
from chalicelib.outages import translate_errors
from infra.local import aws, sandbox
from infra.local.child import Emulator
from infra.local.deploy import STACK, Deployment
from infra.local.emulator import life
from infra.local.front import files
from infra.local.front.app import SERVED, make
from infra.local.front.limits import Limits
from infra.local.outside import asking
from infra.local.places import Places, free_port, is_free
from infra.local.ticking import Ticker
from infra.web import BUILT

log = logging.getLogger(__name__)


SNAPSHOT_S = 2.0
"""As infra.local.emulator.snapshots says, which only the child process can import."""


class PortTaken(Exception):
    """Somebody listens on the port that was asked for."""


class AlreadyRunning(Exception):
    """Another runner holds the data folder."""


@dataclass
class LocalCloud:
    """One local cloud over one data folder: the local AWS with our stack in it, the front door, and the tick.

        with LocalCloud(tmp_path, profile="fast") as cloud:
            httpx.get(f"{cloud.origin}/api/health")

    `port` None takes a free one. `auth` makes the local AWS enforce IAM. `limits` may be changed while it runs. `terms`: those that are
    not as long as by default, as the stack's context has them."""

    data: Path
    profile: str = "real"
    port: int | None = None
    auth: bool = False
    debug: bool = False
    ticking: bool = True
    turn_urls: str = ""
    terms: str = ""
    scanner: str = ""
    limits: Limits = field(default_factory=Limits)
    say: Callable[[str], None] = log.info
    outputs: dict[str, str] = field(default_factory=dict, init=False)
    """The stack's; they change when the API is deployed anew."""

    def __post_init__(self) -> None:
        self.places = Places(self.data.resolve())
        self.emulator = Emulator(self.places, auth=self.auth)
        self._tickers: list[Ticker] = []
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def origin(self) -> str:
        """Where the product is, for people and clients."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        """Where the local AWS is, for those who look behind the front door."""
        return self.emulator.endpoint

    def client(self, service: str, **credentials: str) -> Any:
        """A boto3 client as root, or with the credentials given."""
        return aws.client(service, self.endpoint, **credentials)

    def start(self) -> Self:
        """Starts all of it and returns when requests are answered. Raises PortTaken, AlreadyRunning, EmulatorFailed, SynthesisFailed,
        DeploymentFailed."""
        if self.port is not None and not is_free(self.port):
            raise PortTaken(f"port {self.port} is taken: choose another with PORT=")
        try:
            life.hold(self.places.runner_lock)
        except BlockingIOError:
            raise AlreadyRunning(f"another run uses {self.data}") from None
        self.port = self.port or free_port()
        self._boot()
        self._open_door()
        if self.ticking:
            self._tickers = [
                Ticker(lambda: self.endpoint, partial(self._output, f"{name}Name"), every_s)
                for name, every_s in self._ticked.items()
            ]
            for ticker in self._tickers:
                ticker.start()
        return self

    def stop(self) -> None:
        """Stops in good order, door first; everything is saved."""
        for ticker in self._tickers:
            ticker.stop()
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(10)
        self.emulator.stop()
        life.release(self.places.runner_lock)

    def kill9(self) -> None:
        """A power cut of the local AWS: connections break, and what the last snapshot lacks is gone. The door stays and answers 503."""
        self.emulator.kill()

    def restart(self) -> None:
        """Starts the local AWS again over what was kept; stops it first if it runs."""
        if self.emulator.alive:
            self.emulator.stop()
        self._boot()

    def redeploy(self) -> None:
        """Brings the stack up to date with the sources."""
        self.outputs.update(self._deployment().deploy())

    def functions(self) -> list[str]:
        """The names of the stack's functions."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
        found = [resource for page in pages for resource in page["StackResourceSummaries"]]
        return [it["PhysicalResourceId"] for it in found if it["ResourceType"] == "AWS::Lambda::Function"]

    def let_save(self) -> None:
        """Waits until all that was done so far is in a snapshot for certain."""
        time.sleep(2 * SNAPSHOT_S + 0.5)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _ticked(self) -> dict[str, float | None]:
        """How often a function is invoked, in seconds. The real profile has its schedules, and is ticked once, early, for what fell due
        while nothing ran."""
        fast = self.profile == "fast"
        return {"Tick": 1.0 if fast else None, "Sweep": 5.0 if fast else None}

    def _output(self, name: str) -> str:
        return self.outputs[name]

    def _deployment(self) -> Deployment:
        return Deployment(
            self.places, self.profile, self.endpoint, self.origin, self.turn_urls, self.terms, self.scanner
        )

    def _boot(self) -> None:
        self.emulator.launch()
        # The template is made while the local AWS starts.
        deployment = self._deployment()
        if deployment.outdated:
            self.say("synthesising the stack")
            deployment.prepare()
        self.emulator.wait()
        self.say("the local AWS is up")
        self.redeploy()
        self.say("the stack is deployed")

    def _open_door(self) -> None:
        # Made before other threads need them: making a client reads the whole environment, which a test runner changes all the time.
        for service in ("lambda", "secretsmanager"):
            self.client(service)
        in_process = None
        if self.debug:
            from infra.local.debug import in_process as in_this_process

            in_process = in_this_process(self.endpoint, self.outputs["APIHandlerName"])
        signing, edge = self.keys("SECRET_ARN"), self.keys("EDGE_SECRET_ARN")
        pay = sandbox.routes(lambda: self.origin, lambda: sandbox.signing_key(signing))
        app = make(
            self._stage,
            self.places.mails,
            BUILT,
            self.limits,
            lambda: edge.plain(time.time_ns() // 1_000_000)[0],
            in_process,
            [*pay, files.route(lambda: self.endpoint, self.origin.partition("//")[2], self.limits)],
            asking(lambda: self.endpoint, lambda: self.outputs["OutsideUrl"]),
        )
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=self.port or 0,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=2,
            # As long as API Gateway keeps them; clients that keep theirs for five seconds would meet a door that closes just then.
            timeout_keep_alive=350,
            ws_ping_interval=None,
            server_header=False,
            **SERVED,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=asyncio.run, args=(self._server.serve(),), daemon=True, name="door")
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise PortTaken(f"port {self.port} was taken meanwhile")
            time.sleep(0.01)

    def keys(self, variable: str) -> Secrets:
        """The secret that the API's function knows by this variable."""

        def read() -> str:
            named = self.outputs["APIHandlerName"]
            with translate_errors():
                configured = self.client("lambda").get_function_configuration(FunctionName=named)
            secret_arn = configured["Environment"]["Variables"][variable]
            return reader(lambda: self.client("secretsmanager"), secret_arn)()

        return Secrets(read)

    def _stage(self, name: str) -> str:
        api = self.outputs["RestAPIId" if name == "api" else "WebsocketAPIId"]
        return f"{self.endpoint}/_aws/execute-api/{api}/{name}"
