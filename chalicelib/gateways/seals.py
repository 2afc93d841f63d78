"""What the service hands out and is given back, such as cursors: sealed, so that nobody can make it up, change it, or use what was given to
somebody else or for something else."""

import base64
import hashlib
import hmac

from chalicelib.domain.errors import InvalidCursor
from chalicelib.gateways.secrets import Secrets

_LABEL = "cursor"
_MAC_BYTES = 16


class Seals:
    """A sealed text is `<text>.<key's id>.<seal>`: the text can be read, but is believed only under its seal. `purpose` is what it was
    handed out for, and to whom."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def seal(self, purpose: str, text: str, now_ms: int) -> str:
        """The text, sealed under the current key. Raises Unavailable."""
        kid = self._secrets.current(now_ms)
        return f"{text}.{kid}.{_mac(self._secrets.signing(_LABEL, now_ms), purpose, text)}"

    def open(self, purpose: str, sealed: str, now_ms: int) -> str:
        """The text that was sealed for this purpose, under any key in force. Raises InvalidCursor for anything else, Unavailable."""
        text, _, mark = sealed.rpartition(".")
        text, _, kid = text.rpartition(".")
        key = self._secrets.derived(_LABEL, now_ms, kid) if kid else None
        if key is None or not hmac.compare_digest(mark.encode(errors="replace"), _mac(key, purpose, text).encode()):
            raise InvalidCursor
        return text


def _mac(key: bytes, purpose: str, text: str) -> str:
    # No purpose has a line break in it, so no two pairs are one message.
    message = f"{purpose}\n{text}".encode(errors="surrogatepass")
    return base64.urlsafe_b64encode(hmac.digest(key, message, hashlib.sha256)[:_MAC_BYTES]).decode().rstrip("=")
