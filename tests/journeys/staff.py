"""The staff of a product that was started for a test: they join, and are granted their roles as `make grant` does."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from driver.people import PASSWORD, Person, Town

NAMES = {"moderator": "Moderator", "arbiter": "Nina Belova", "admin": "Admin"}
GRANT = """
import sys
from chalicelib.domain.people import Role
from infra.local.deployed import wiring
from infra.local.grant import grant
product = wiring()
for role, email in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    grant(product, email, Role(role))
"""
"""In a process of its own: it takes the environment of the product's API for its own."""


async def all_of_them(town: Town, data: Path) -> Person:
    """One of each role, whom the town knows from now on; answers the moderator."""
    joined = dict(zip(NAMES, await asyncio.gather(*map(town.join, NAMES.values())), strict=True))
    await _grant(data, {role: person.email for role, person in joined.items()})
    town.staff |= {role: (person.email, PASSWORD) for role, person in joined.items()}
    return joined["moderator"]


async def moderator(town: Town, data: Path) -> Person:
    """The one whom the town knows as its moderator."""
    joined = await town.join(NAMES["moderator"])
    await _grant(data, {"moderator": joined.email})
    town.staff["moderator"] = joined.email, PASSWORD
    return joined


async def admin(town: Town, data: Path) -> Person:
    """Signed in once more, with the role."""
    return await _member(town, data, NAMES["admin"], "admin")


async def arbiter(town: Town, data: Path, name: str = NAMES["arbiter"]) -> Person:
    """Somebody who decides disputes."""
    return await _member(town, data, name, "arbiter")


async def _member(town: Town, data: Path, name: str, role: str) -> Person:
    joined = await town.join(name)
    await _grant(data, {role: joined.email})
    town.staff[role] = joined.email, PASSWORD
    return await town.sign_in(name, joined.email, PASSWORD)


async def _grant(data: Path, emails: Mapping[str, str]) -> None:
    """`emails`: by role."""
    told = {**os.environ, "TWIP_DATA": str(data), "PROFILE": "fast"}
    command = [sys.executable, "-c", GRANT, *(word for pair in emails.items() for word in pair)]
    await asyncio.to_thread(subprocess.run, command, check=True, env=told)
