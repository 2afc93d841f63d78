"""What a function's package holds once it is unzipped: the wheels of its requirements for Lambda's platform, and its own code."""

import hashlib
import subprocess
import sys
from pathlib import Path

from bench.offers import FOLDER

PLATFORM = "x86_64-manylinux_2_28"
UV = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "uv"


def unzipped(root: Path) -> int:
    """Bytes of the build that stands there."""
    wanted = root / "requirements.txt"
    folder = FOLDER / f"package-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        where = ["--target", str(part), "--python-platform", PLATFORM, "--python-version", version]
        wheels = ["--only-binary", ":all:", "--no-deps", "-r", str(wanted)]
        subprocess.run([UV, "pip", "install", "-q", *where, *wheels], check=True)
        part.rename(folder)
    own = [root / "app.py", *(root / "chalicelib").rglob("*.*")]
    parts = [path for path in (*folder.rglob("*"), *own) if path.suffix != ".pyc" and path.is_file()]
    return sum(path.stat().st_size for path in parts)
