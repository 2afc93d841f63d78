"""Access tokens (JWT, HS256, a few minutes), the chain of refresh secrets, and the marks of devices."""

import base64
import hashlib
import hmac
from typing import Any

from chalicelib.domain.access import ACCESS_LIFE_S, Caller
from chalicelib.domain.errors import Unauthenticated
from chalicelib.domain.people import Role
from chalicelib.gateways.secrets import Secrets
from chalicelib.services.ports import Successor

_LABEL, _CHAIN, _DEVICE = "access", "refresh", "device"


class SignedTokens:
    """services.ports.Tokens. `issuer` names the stage, so that one stage's tokens are nothing to another."""

    def __init__(self, secrets: Secrets, issuer: str, audience: str) -> None:
        self._secrets = secrets
        self._issuer = issuer
        self._audience = audience

    def issue(self, caller: Caller, now_ms: int) -> str:
        """An access token under the current key."""
        import jwt

        now_s = now_ms // 1000
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": caller.user_id,
            "roles": sorted(caller.roles),
            "epoch": caller.epoch,
            "iat": now_s,
            "exp": now_s + ACCESS_LIFE_S,
        }
        key = self._secrets.signing(_LABEL, now_ms)
        return jwt.encode(claims, key, "HS256", headers={"kid": self._secrets.current(now_ms)})

    def read(self, token: str, now_ms: int) -> Caller:
        """Who the token says it is. Raises Unauthenticated: `expired`, or `invalid` for everything else."""
        claims = self._verified(token, now_ms)
        try:
            ends_s, epoch = int(claims["exp"]), int(claims["epoch"])
            caller = Caller(claims["sub"], frozenset(Role(role) for role in claims["roles"]), epoch)
        except (TypeError, ValueError):
            raise Unauthenticated(reason="invalid") from None
        if ends_s * 1000 <= now_ms:
            raise Unauthenticated(reason="expired")
        return caller

    def _verified(self, token: str, now_ms: int) -> dict[str, Any]:
        import jwt

        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = self._secrets.derived(_LABEL, now_ms, kid) if isinstance(kid, str) else None
            if key is None:
                raise Unauthenticated(reason="invalid")
            # The time is checked against the caller's clock, not the library's.
            return jwt.decode(
                token,
                key,
                algorithms=["HS256"],
                audience=self._audience,
                issuer=self._issuer,
                options={"require": ["exp", "sub", "roles", "epoch"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            raise Unauthenticated(reason="invalid") from None

    def successor(self, secret: str, now_ms: int) -> Successor:
        """The next refresh secret, derived: whoever sends one token twice gets the same next one, without a list of what was answered."""
        kid = self._secrets.current(now_ms)
        return Successor(_keyed(self._secrets.signing(_CHAIN, now_ms), secret), kid)

    def same_successor(self, secret: str, kid: str, now_ms: int) -> str | None:
        """The next refresh secret as it was derived under a key; None when that is in force no more."""
        key = self._secrets.derived(_CHAIN, now_ms, kid)
        return None if key is None else _keyed(key, secret)

    def sign(self, mark: str, now_ms: int) -> str:
        """A signature under the current key."""
        return _keyed(self._secrets.signing(_DEVICE, now_ms), mark)

    def signed(self, mark: str, signature: str, now_ms: int) -> bool:
        """Whether a key in force makes this signature."""
        made = [_keyed(key, mark) for key in self._secrets.checking(_DEVICE, now_ms)]
        return any(hmac.compare_digest(ours, signature) for ours in made)


def _keyed(key: bytes, text: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key, text.encode(), hashlib.sha256)).decode().rstrip("=")
