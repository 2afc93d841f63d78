"""The scanner: clamd, reached at an address, by its command INSTREAM: chunks with their lengths before them, then one of length 0."""

import socket
import struct
from collections.abc import Iterable

from chalicelib.domain.attachments import Verdict
from chalicelib.domain.errors import Unavailable
from chalicelib.services.scans import Finding

CONNECT_S = 5
ANSWER_S = 300
"""clamd itself gives up after 120 s of scanning (MaxScanTime)."""
LONGEST_ANSWER = 4096
TOO_LONG = "INSTREAM size limit exceeded. ERROR"
UNFINISHED = "Heuristics.Limits.Exceeded"
"""With `AlertExceedsMax yes` it says so of what it has not looked through; without, it calls that clean."""


class Clamd:
    """See services.scans.Scanner. `address` is `host:port`."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._address = host.strip("[]"), int(port)

    def scan(self, chunks: Iterable[bytes]) -> Finding:
        """Raises Unavailable, also for an answer that is neither yes nor no."""
        try:
            with socket.create_connection(self._address, CONNECT_S) as connection:
                connection.settimeout(ANSWER_S)
                _send(connection, chunks)
                return _finding(_answer(connection))
        except OSError as error:
            raise Unavailable from error


def _send(connection: socket.socket, chunks: Iterable[bytes]) -> None:
    connection.sendall(b"zINSTREAM\0")
    for chunk in chunks:
        try:
            connection.sendall(struct.pack("!I", len(chunk)) + chunk)
        except (BrokenPipeError, ConnectionResetError):
            return  # it has heard enough: the answer says why
    connection.sendall(struct.pack("!I", 0))


def _answer(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        more = connection.recv(LONGEST_ANSWER)
        if not more:
            break
        said += more
    return said.rstrip(b"\0").decode(errors="replace")


def _finding(said: str) -> Finding:
    if said == TOO_LONG:
        return Finding(Verdict.TOO_LARGE)
    subject, _, result = said.partition(": ")
    if subject == "stream" and result == "OK":
        return Finding(Verdict.CLEAN)
    if subject == "stream" and result.endswith(" FOUND"):
        signature = result.removesuffix(" FOUND")
        return Finding(Verdict.TOO_LARGE if signature.startswith(UNFINISHED) else Verdict.INFECTED, signature)
    raise Unavailable
