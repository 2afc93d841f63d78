"""Access tokens (JWT, HS256, a few minutes) and the chain of refresh secrets."""

import base64
import hashlib
import hmac
from typing import Any

from chalicelib.domain.access import ACCESS_LIFE_S, Caller
from chalicelib.domain.errors import Unauthenticated
from chalicelib.domain.people import Role
from chalicelib.gateways.secrets import Secrets

_LABEL = "access"


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

    def successor(self, secret: str, now_ms: int) -> str:
        """The next refresh secret, derived: two tabs that use one token at the same moment get the same next one."""
        key = self._secrets.signing("refresh", now_ms)
        digest = hmac.digest(key, secret.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
