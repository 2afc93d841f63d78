"""`python -m demo [SESSIONS]`: the story, or with a number that many sessions at once. PORT or ORIGIN says where the product is."""

import argparse
import asyncio
import os
from collections.abc import Mapping
from contextlib import ExitStack

from demo import load, story
from demo.cloud import NotStarted, own_cloud
from demo.stage import Broken, Stage
from driver.api import Refused
from driver.client import Silence
from driver.people import Town

LONGEST_BLOCK_MS = 60_000
"""Nobody sits through a demo of quarter hours."""


def main() -> int:
    """0 when every claim held, 1 on the first that did not, 2 when there is nothing to play against."""
    asked = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    asked.add_argument("sessions", nargs="?", type=int, default=0, help="play so many sessions at once")
    sessions: int = asked.parse_args().sessions
    origin = origin_of(os.environ)
    with ExitStack() as end, Stage() as stage:
        try:
            if asyncio.run(Town(origin).block_ms()) is None:
                stage.tell("service", f"nothing answers at {origin}: starting a product of its own")
                origin = end.enter_context(own_cloud())
        except NotStarted as failure:
            stage.fail(str(failure))
            return 2
        return asyncio.run(play(stage, origin, sessions))


def origin_of(environ: Mapping[str, str]) -> str:
    """Where the product is: an ORIGIN, or the PORT of this machine that `make run` was told as well."""
    return environ.get("ORIGIN") or f"http://127.0.0.1:{environ.get('PORT') or 8400}"


async def play(stage: Stage, origin: str, sessions: int) -> int:
    """One show at an origin."""
    town = Town(origin)
    block_ms = await town.block_ms()
    if block_ms is None or block_ms > LONGEST_BLOCK_MS:
        stage.fail(f"{origin} is not in the fast profile: make run PROFILE=fast")
        return 2
    stage.title("Twip", f"{origin}, where 15 minutes last {block_ms / 1000:g} s")
    try:
        await (load.play(town, stage, block_ms, sessions) if sessions else story.play(town, stage, block_ms))
    except (Broken, Refused, Silence) as failure:
        stage.fail(f"{type(failure).__name__}: {failure}")
        return 1
    finally:
        await town.close()
    stage.console.print(f"\n[bold green]✓ {stage.claims} claims, and all of them hold[/]\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
