"""`python -m tools.programs`: sees that the programs which tests need beside Python are on this machine: a browser, a TURN server, and
a scanner for malware.

What is missing is installed from the system's packages where that is allowed (root, or sudo without a password); else it says how."""

import os
import shutil
import subprocess
import sys

PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "coturn": ("turnserver",),
    "clamav-daemon": ("clamd", "/usr/sbin/clamd"),
}
"""Debian's package, and the names that its program may have."""


def found(package: str) -> str | None:
    """The path of a package's program. `TWIP_CHROMIUM`, `TWIP_COTURN` and `TWIP_CLAMAV_DAEMON` name one that is not on the PATH."""
    named = os.environ.get(f"TWIP_{package.upper().replace('-', '_')}")
    candidates = [named] if named else PROGRAMS[package]
    return next((path for name in candidates if (path := shutil.which(name))), None)


def main() -> int:
    """0 when all are there."""
    missing = [package for package in PROGRAMS if not found(package)]
    if not missing:
        return 0
    print(f"installing {' and '.join(missing)}", flush=True)
    if not (_apt("update") and _apt("install", "-y", "--no-install-recommends", *missing)):
        print(
            f"The tests need {' and '.join(missing)}: install them (Debian: apt-get install {' '.join(missing)}), "
            "or name the programs in TWIP_CHROMIUM, TWIP_COTURN and TWIP_CLAMAV_DAEMON."
        )
        return 1
    return 0


def _apt(*arguments: str) -> bool:
    if not shutil.which("apt-get"):
        return False
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not shutil.which("sudo"):
        return False
    told = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run([*as_root, "apt-get", "-qq", *arguments], env=told, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
