"""What the front door adds to a large file, on a product that runs on this machine: 100 MB up, in parts, and down again (R75, R78, D32).

Each pair is the same requests by curl twice: through the door, and straight to the object store behind it. The links are those of the
service. The store's own time weighs as much in both, so the ratio is the door's."""

import asyncio
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from os import urandom
from pathlib import Path
from urllib.parse import urlsplit

from bench.verdicts import PAIRS
from demo.cloud import behind, own_cloud
from driver.api import Json
from driver.people import Person, Town

PRICE_MINOR = 100_000
SIZE_BYTES = 100 * 10**6
RATIO = 1.5
ANSWERED_S = 1.0
PAUSE_S = 0.1
"""Between two requests of somebody else's."""


@dataclass(frozen=True)
class Transfer:
    """Seconds of each pair, through the door and straight, and how long others waited for an answer meanwhile."""

    door_s: tuple[float, ...]
    straight_s: tuple[float, ...]
    others_s: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of the pairs'."""
        return statistics.median(door / straight for door, straight in zip(self.door_s, self.straight_s, strict=True))

    @property
    def slowest_s(self) -> float:
        """Of what others were answered."""
        return max(self.others_s)


@dataclass(frozen=True)
class Request:
    """One of curl's: to the same link, whoever answers it."""

    link: str
    headers: dict[str, str]
    sends: Path | None = None


def transfers() -> dict[str, Transfer]:
    """Up and down, on a product of its own. Raises NotStarted."""
    with own_cloud() as origin, tempfile.TemporaryDirectory(prefix="twip-bench-") as folder:
        return asyncio.run(_play(origin, Path(folder)))


async def _play(origin: str, folder: Path) -> dict[str, Transfer]:
    town = Town(origin)
    author, other = await town.join("Pavel"), await town.join("Vera")
    twip = await author.api.post("/twips", town.files(PRICE_MINOR))
    body = urandom(SIZE_BYTES)
    described = {"name": "Film.mp4", "type": "video/mp4", "size": SIZE_BYTES}
    begun = await author.api.post(f"/twips/{twip['id']}/uploads", described)
    up = await _parts(author, begun, body, folder)
    found = {"up": await _pairs(origin, other, up)}
    await author.api.post(f"/uploads/{begun['id']}/complete")
    files = {"price": twip["draft"]["files"]["price"], "files": [begun["id"]]}
    await author.api.call("PATCH", f"/twips/{twip['id']}", {"version": twip["version"], "files": files})
    link = await author.api.post(f"/twips/{twip['id']}/goods/{begun['id']}/link")
    found["down"] = await _pairs(origin, other, [Request(link["url"], {})])
    await town.close()
    return found


async def _parts(author: Person, begun: Json, body: bytes, folder: Path) -> list[Request]:
    size = begun["part_bytes"]
    parts = {str(n): body[start : start + size] for n, start in enumerate(range(0, len(body), size), 1)}
    digests = {number: sha256(part).hexdigest() for number, part in parts.items()}
    links = (await author.api.post(f"/uploads/{begun['id']}/parts", {"parts": digests}))["parts"]
    for number, part in parts.items():
        (folder / number).write_bytes(part)
    return [Request(link["url"], link["headers"], folder / number) for number, link in links.items()]


async def _pairs(origin: str, other: Person, requests: Sequence[Request]) -> Transfer:
    """The other one first in every second pair. A part that is sent again replaces what was there."""
    door: list[float] = []
    straight: list[float] = []
    others: list[float] = []
    for pair in range(PAIRS):
        for through in (True, False) if pair % 2 == 0 else (False, True):
            at = origin if through else behind()
            sending = asyncio.create_task(asyncio.to_thread(_curl, at, urlsplit(origin).netloc, requests))
            waits = await _answered(other, sending)
            others += waits if through else []
            (door if through else straight).append(await sending)
    return Transfer(tuple(door), tuple(straight), tuple(others))


def _curl(at: str, host: str, requests: Sequence[Request]) -> float:
    """One after the other, as one page would; answers the seconds. `host` is what the links are signed for."""
    began = time.perf_counter()
    for request in requests:
        headers = {"Host": host, "Expect": "", **request.headers}
        told = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
        body = ["-T", str(request.sends)] if request.sends else []
        subprocess.run(["curl", "-sSf", "-o", "/dev/null", *told, *body, f"{at}{request.link}"], check=True)
    return time.perf_counter() - began


async def _answered(other: Person, sending: "asyncio.Task[float]") -> list[float]:
    """How long somebody waits for their own page while it lasts."""
    waits = []
    while not sending.done():
        began = time.perf_counter()
        await other.api.get("/me")
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE_S)
    return waits


if __name__ == "__main__":
    found = transfers()
    print(json.dumps({n: {**asdict(it), "ratio": it.ratio, "slowest_s": it.slowest_s} for n, it in found.items()}))
