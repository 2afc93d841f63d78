"""What the CDN says of a request, and how it proves that it is the CDN who says it: by a secret in a header of its own, which it puts
over whatever a viewer sends under that name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

HEADER = "x-twip-edge"


@dataclass(frozen=True)
class Cdn:
    """`knows` answers whether a text is the secret that our CDN alone sends along."""

    knows: Callable[[str, int], bool]

    def viewer(self, headers: Mapping[str, str], peer: str, now_ms: int) -> str:
        """The viewer's address, for limits only (E19). Through the CDN it is the last but one of X-Forwarded-For: the CDN adds the
        viewer's, the gateway the CDN's, and what stands before them anybody can write. Who comes around the CDN is `peer`, whom the
        gateway saw, and can claim to be nobody else. Raises Unavailable."""
        proof = headers.get(HEADER, "")
        hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        if proof and len(hops) >= 2 and self.knows(proof, now_ms):
            return hops[-2]
        return peer or "unknown"
