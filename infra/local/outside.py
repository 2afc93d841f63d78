"""How the front door asks the function of public pages: by its own address, with signed requests, as the CDN does."""

from collections.abc import Callable

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from chalicelib.domain.errors import Unavailable
from infra.cdk.synthesis import REGION
from infra.local.front.web import Pages


def asking(endpoint: Callable[[], str], address: Callable[[], str]) -> Pages:
    """`endpoint` is the local AWS's, `address` the function's as AWS gives it: its first label names it there, too."""
    signer = SigV4Auth(Credentials("test", "test"), "lambda", REGION)
    client = httpx.Client(timeout=30)

    def ask(method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        ident = address().partition("//")[2].partition(".")[0]
        url = f"{endpoint()}/_aws/lambda-url/{ident}{path}"
        request = AWSRequest(method, url)
        signer.add_auth(request)
        try:
            # Not what httpx asks for by itself: the viewer's own wishes count.
            sent = {"accept-encoding": "identity", **headers, **dict(request.headers)}
            with client.stream(method, url, headers=sent) as got:
                body = b"".join(got.iter_raw())
        except httpx.HTTPError:
            raise Unavailable from None
        if got.status_code >= 500 and got.headers.get("content-type", "").startswith("application/json"):
            raise Unavailable
        kept = ("content-type", "cache-control", "content-encoding", "content-language", "etag", "location", "vary")
        more = ("retry-after", "x-robots-tag", "x-content-type-options", "allow")
        return got.status_code, {name: got.headers[name] for name in (*kept, *more) if name in got.headers}, body

    return ask
