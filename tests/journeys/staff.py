"""The staff of a product that was started for a test: they join, and are granted their roles as `make grant` does."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from driver.people import PASSWORD, Person, Town


async def moderator(town: Town, data: Path) -> Person:
    """The one whom the town knows as its moderator."""
    joined = await town.join("Moderator")
    await _grant(data, joined.email, "moderator")
    town.staff["moderator"] = joined.email, PASSWORD
    return joined


async def admin(town: Town, data: Path) -> Person:
    """Signed in once more, with the role."""
    return await _member(town, data, "Admin", "admin")


async def arbiter(town: Town, data: Path, name: str = "Nina Belova") -> Person:
    """Somebody who decides disputes."""
    return await _member(town, data, name, "arbiter")


async def _member(town: Town, data: Path, name: str, role: str) -> Person:
    joined = await town.join(name)
    await _grant(data, joined.email, role)
    town.staff[role] = joined.email, PASSWORD
    return await town.sign_in(name, joined.email, PASSWORD)


async def _grant(data: Path, email: str, role: str) -> None:
    told = {**os.environ, "TWIP_DATA": str(data), "PROFILE": "fast", "EMAIL": email, "ROLE": role}
    command = [sys.executable, "-m", "infra.local.grant"]
    await asyncio.to_thread(subprocess.run, command, check=True, env=told, stdout=subprocess.DEVNULL)
