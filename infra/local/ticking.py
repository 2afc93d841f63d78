"""What a schedule would do, in a local run: schedules know minutes, and the fast profile has seconds."""

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from infra.cdk.synthesis import ACCOUNT, REGION
from infra.local.aws import client

log = logging.getLogger(__name__)
AT_ONCE = 2
"""A tick that hangs must not stop the next; more would only pile up."""


class Ticker:
    """Invokes a function each `every_s` seconds, on the second, until stopped; once only when `every_s` is None."""

    def __init__(self, endpoint: Callable[[], str], function: Callable[[], str], every_s: float | None) -> None:
        self._endpoint, self._function, self._every_s = endpoint, function, every_s
        self._stopped = threading.Event()
        self._free = threading.Semaphore(AT_ONCE)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="tick")
        self._thread = threading.Thread(target=self._run, daemon=True, name="ticker")

    def start(self) -> None:
        """Begins at once: what fell due while nothing ran is not made to wait."""
        self._thread.start()

    def stop(self) -> None:
        """Lets the tick that runs finish."""
        self._stopped.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopped.is_set():
            if self._free.acquire(blocking=False):
                self._pool.submit(self._tick)
            if self._every_s is None:
                return
            self._stopped.wait(self._every_s - time.time() % self._every_s)

    def _tick(self) -> None:
        try:
            client("lambda", self._endpoint()).invoke(FunctionName=self._function(), Payload=json.dumps(scheduled()))
        except (BotoCoreError, ClientError) as error:
            # The local AWS is being restarted, say: the next tick finds all that this one would have.
            log.debug("tick: %s", error)
        finally:
            self._free.release()


def scheduled() -> dict[str, object]:
    """An event as EventBridge makes them for a schedule."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/local-tick"],
        "detail": {},
    }
