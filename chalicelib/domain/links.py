"""Links that are sold: what is taken for one, and how it is kept (R74). Nothing is looked up: a form is all that is judged here."""

import re
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urlsplit

from chalicelib.domain.errors import FieldError

LINK_AT_MOST = 2000
"""Characters, as it is kept: what every browser and proxy takes."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Nothing of that is seen in a link, and some of it turns the reading around."""
_LABEL = "[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_PRIVATE = frozenset({"localhost", "localdomain", "local", "internal", "intranet", "private", "lan", "home", "corp"})
"""Last labels that lead nowhere outside of somebody's own network (RFC 6761, RFC 6762, ICANN's name collisions)."""
_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
"""All that IANA has given out to hosts. What lies outside leads to oneself or into somebody's own network, whatever is called global."""
_SPECIAL = (IPv4Network("192.0.0.0/24"), IPv6Network("3fff::/20"))
"""Of protocols and of examples (RFC 6890, RFC 9637): not every release of Python knows."""
_PORTS = {"http": ":80", "https": ":443"}
"""That nobody needs to write."""
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
    asked_for: set[str] = set()
    faults: list[FieldError] = []
    for number, url in enumerate(urls):
        try:
            link = kept(url)
            if (same := _asked_for(link)) in asked_for:
                raise Unfit("repeated")
        except Unfit as unfit:
            faults.append(FieldError(f"{field}.{number}", unfit.code, unfit.limit))
        else:
            links.append(link)
            asked_for.add(same)
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


def _asked_for(link: str) -> str:
    """What a browser asks for by a link as it is kept: the scheme's own port and the first slash are there, written or not."""
    parts = urlsplit(link)
    host = parts.netloc.removesuffix(_PORTS[parts.scheme])
    return parts._replace(netloc=host, path=parts.path or "/").geturl()


def _host(name: str) -> str:
    host = _ascii(name).lower().removesuffix(".")
    if len(host) > 253 or not re.fullmatch(rf"{_LABEL}(?:\.{_LABEL})*", host):
        raise Unfit("invalid")
    last = host.rpartition(".")[2]
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last):
        # Browsers read such a name as an address, in any base and with any number of parts.
        return str(_public(_address(host)))
    if "." not in host or last in _PRIVATE or f".{host}".endswith(".home.arpa"):
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
    """An address of the one kind in one of the other leads to where that leads."""
    if isinstance(address, IPv6Address):
        nat64 = IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
        inner = nat64 or address.sixtofour
        if inner is not None:
            _public(inner)
            return address
        if address not in _UNICAST:
            raise Unfit("private_address")
    if not address.is_global or address.is_multicast or any(address in special for special in _SPECIAL):
        raise Unfit("private_address")
    return address
