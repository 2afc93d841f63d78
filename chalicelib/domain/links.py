"""Links that are sold: what is taken for one, and how it is kept (R74). Nothing is looked up: a form is all that is judged here."""

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urlsplit

from chalicelib.domain.errors import FieldError

LINK_AT_MOST = 2000
"""Characters, as it is kept: what every browser and proxy takes."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Nothing of that is seen in a link, and some of it turns the reading around."""
_LABEL = "[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_PRIVATE = frozenset({"localhost", "local", "internal", "intranet", "lan", "home", "corp"})
"""Last labels that lead nowhere outside of somebody's own network (RFC 6761, RFC 6762, ICANN's name collisions)."""
_NAT64 = int(IPv6Address("64:ff9b::")) >> 32
_KEPT = "/?:@!$&'()*+,;=~-._%"
"""What a path, a query and a fragment hold as it is."""


class Unfit(ValueError):
    """What is not taken for a link, by the code of the reason."""

    def __init__(self, code: str, limit: int | None = None) -> None:
        super().__init__(code)
        self.code, self.limit = code, limit


def checked(field: str, urls: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[FieldError, ...]]:
    """The links as they are kept, and what is wrong with those that are not. Two that lead to the same are one too many."""
    links: list[str] = []
    faults: list[FieldError] = []
    for number, url in enumerate(urls):
        try:
            link = kept(url)
            if link in links:
                raise Unfit("repeated")
        except Unfit as unfit:
            faults.append(FieldError(f"{field}.{number}", unfit.code, unfit.limit))
        else:
            links.append(link)
    return tuple(links), tuple(faults)


def kept(url: str) -> str:
    """A link in ASCII, as a browser would ask for it, so that it shows where it leads: to a web page of a host that everybody can reach,
    without a name or a password in it. Raises Unfit."""
    text = url.strip()
    if len(text) > LINK_AT_MOST:
        raise Unfit("too_long", LINK_AT_MOST)
    if any(unicodedata.category(c) in _HIDDEN for c in text):
        raise Unfit("control_characters")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Unfit("invalid") from None
    # Browsers read a backslash as a slash, and what stands before it as the host.
    if parts.scheme not in ("http", "https") or "\\" in text:
        raise Unfit("invalid")
    if "@" in parts.netloc:
        raise Unfit("credentials")
    name = parts.hostname or ""
    host = f"[{_public(_address(name))}]" if "[" in parts.netloc else _host(name)
    link = "".join(
        (
            f"{parts.scheme}://{host}",
            "" if port is None else f":{port}",
            quote(parts.path, safe=_KEPT),
            *(f"{sign}{quote(part, safe=_KEPT)}" for sign, part in (("?", parts.query), ("#", parts.fragment)) if part),
        )
    )
    if len(link) > LINK_AT_MOST:
        raise Unfit("too_long", LINK_AT_MOST)
    return link


def _host(name: str) -> str:
    host = _ascii(name).lower().removesuffix(".")
    if len(host) > 253 or not re.fullmatch(rf"{_LABEL}(?:\.{_LABEL})*", host):
        raise Unfit("invalid")
    last = host.rpartition(".")[2]
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last):
        # Browsers read such a name as an address, in any base and with any number of parts.
        return str(_public(_address(host)))
    if "." not in host or last in _PRIVATE or host.endswith(".home.arpa"):
        raise Unfit("private_address")
    return host


def _ascii(name: str) -> str:
    if name.isascii():
        return name
    import idna  # few hosts need it

    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        raise Unfit("invalid") from None


def _address(text: str) -> IPv4Address | IPv6Address:
    try:
        found = ip_address(text)
    except ValueError:
        raise Unfit("invalid") from None
    if "%" in text:
        raise Unfit("private_address")
    return found


def _public(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if not address.is_global or address.is_multicast:
        raise Unfit("private_address")
    if isinstance(address, IPv6Address):
        # An address of the one kind in one of the other leads to where that leads.
        nat64 = IPv4Address(int(address) & 0xFFFFFFFF) if int(address) >> 32 == _NAT64 else None
        for inner in (address.sixtofour, nat64):
            if inner is not None:
                _public(inner)
    return address
