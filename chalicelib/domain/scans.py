"""Scans for malware: until a file has passed one, only its uploader may have it (R76, D26)."""

from dataclasses import dataclass, replace

from chalicelib.domain.attachments import Verdict
from chalicelib.domain.errors import BeingChecked, Infected, WrongState

FIRST_LOOK_MS = 60_000
"""So long a scan that nobody has begun is left to its message; then it is asked for again."""
LONGEST_PAUSE_MS = 3_600_000
"""Between two requests for one scan, however often it has failed."""


@dataclass(frozen=True)
class Scan:
    """The scan of one file: of a thread by `owner`, the thread, and its id; of goods by their place and id. What names the file stays as
    it is when the verdict comes."""

    owner: str
    id: str
    place: str
    size_bytes: int
    due_ms: int | None
    """When it is asked for again; None once there is a verdict, or no file any more."""
    verdict: Verdict = Verdict.CHECKING
    signature: str = ""
    """What was found in an infected file."""
    asked: int = 0
    """How often it was asked for again."""
    version: int = 0


def begun(owner: str, ident: str, place: str, size_bytes: int, now_ms: int) -> Scan:
    """The scan of a file that has arrived."""
    return Scan(owner, ident, place, size_bytes, now_ms + FIRST_LOOK_MS)


def asked_again(scan: Scan, now_ms: int) -> Scan:
    """Nobody has answered so far: the pauses double, up to an hour."""
    pause_ms = min(LONGEST_PAUSE_MS, FIRST_LOOK_MS * 2 ** min(scan.asked + 1, 10))
    return replace(scan, due_ms=now_ms + pause_ms, asked=scan.asked + 1)


def judged(scan: Scan, verdict: Verdict, signature: str = "") -> Scan:
    """The scanner has answered."""
    return replace(scan, verdict=verdict, signature=signature, due_ms=None)


def released(scan: Scan) -> Scan:
    """A moderator answers for a file that is too large for the scanner. Raises WrongState for any other."""
    if scan.verdict is not Verdict.TOO_LARGE:
        raise WrongState(what="scan", state=scan.verdict, asked="release")
    return replace(scan, verdict=Verdict.NOT_SCANNED)


def check_passed(verdict: Verdict) -> None:
    """That others than its uploader may have a file. Raises BeingChecked, Infected."""
    if verdict is Verdict.INFECTED:
        raise Infected
    if verdict in (Verdict.CHECKING, Verdict.TOO_LARGE):
        raise BeingChecked(scan=verdict)
