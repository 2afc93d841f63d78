"""AWS by its wire: botocore signs, the standard library sends, and botocore's client is left out.

For each request the client interprets a model, a ruleset of endpoints and a dozen chains of hooks. That was three fifths of a debit's
processor time and half of a cold start; the services of the hot path speak plain JSON and need none of it (docs/adr/0008)."""

import json
import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from email.message import Message
from functools import cache, partial
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from select import POLLIN, poll
from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, EnvProvider
from botocore.exceptions import ClientError, HTTPClientError, NoCredentialsError
from botocore.httpsession import get_cert_path

from chalicelib.outages import is_transient

CONNECT_S = 2
FRESH_S = 1.0
"""So long after its last answer a connection is taken without asking whether the other end has closed it meanwhile."""
Trace = Callable[[str, str], AbstractContextManager[Any]]
"""Notes a call, of a service's operation, for as long as it lasts."""


def credentials() -> Credentials:
    """A function's own stand in its environment; an operator's may be wherever botocore looks. Raises NoCredentialsError."""
    found = EnvProvider().load()
    if found is None:
        from botocore.session import get_session

        found = get_session().get_credentials()
    if found is None:
        raise NoCredentialsError
    return found


class AwsClient:
    """Requests to one service, by its name in signatures. `read_timeout_s` is how long an answer may take, `pause` waits before retry n."""

    def __init__(
        self,
        service: str,
        url: str,
        region: str,
        credentials: Credentials,
        pause: Callable[[int], None],
        *,
        read_timeout_s: float = 10,
        attempts: int = 3,
        trace: Trace | None = None,
    ) -> None:
        self._service, self._region, self._credentials = service, region, credentials
        self._pause, self._attempts, self._trace = pause, attempts, trace
        self._url, self._host, self._path = url.rstrip("/"), urlsplit(url).netloc, urlsplit(url).path.rstrip("/")
        self._pool = ConnectionPool(url, read_timeout_s)

    def send(self, operation: str, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Any:
        """The document that is answered, None for an empty answer; else as `exchange`."""
        _, said = self.exchange(operation, method, path, headers, body)
        return json.loads(said) if said else None

    def exchange(
        self, operation: str, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[Message, bytes]:
        """The headers and the body that are answered. What may pass is sent again: lost connections, 5xx, throttling. These are attempts
        at one request, as in every AWS client: no race is lost by them.

        Raises botocore's ClientError for a refusal, HTTPClientError when no answer came."""
        with self._trace(self._service, operation) if self._trace else nullcontext():
            for attempt in range(1, self._attempts):
                try:
                    return self._once(operation, method, path, headers, body)
                except HTTPClientError:
                    self._pause(attempt)
                except ClientError as refused:
                    if not is_transient(refused):
                        raise
                    self._pause(attempt)
            return self._once(operation, method, path, headers, body)

    def _once(
        self, operation: str, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[Message, bytes]:
        # Host and digest are given, or the signer would work them out in a dearer way.
        given = {"Host": self._host, "User-Agent": "twip", "X-Amz-Content-SHA256": sha256(body).hexdigest(), **headers}
        request = AWSRequest(method, self._url + path, given, body)
        SigV4Auth(self._credentials.get_frozen_credentials(), self._service, self._region).add_auth(request)
        head = [
            f"{method} {self._path}{path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in request.headers.items()),
        ]
        sent = "\r\n".join((*head, f"Content-Length: {len(body)}", "", "")).encode() + body
        try:
            status, headers_, said = self._pool.exchange(method, sent)
        except (OSError, HTTPException) as error:
            raise HTTPClientError(error=error) from error
        if status >= 300:
            raise ClientError(_refusal(status, headers_, said), operation)
        return headers_, said


class ConnectionPool:
    """Connections to one server, kept between requests; each thread has one for as long as its request lasts.

    A request goes out in one piece, and a connection keeps one timeout. Pools in packages send head and body apart, set the timeout twice
    and ask each time whether the connection lives: system calls, for each of which a thread gives up the interpreter and queues for it."""

    def __init__(self, url: str, read_timeout_s: float) -> None:
        self._server, self._secure, self._read_timeout_s = (
            urlsplit(url).netloc,
            url.startswith("https:"),
            read_timeout_s,
        )
        self._idle: list[tuple[HTTPConnection, float]] = []

    def exchange(self, method: str, request: bytes) -> tuple[int, Message, bytes]:
        """Status, headers and body that answer a request. Raises OSError or HTTPException when the whole answer does not come."""
        connection = self._taken() or self._opened()
        try:
            connection.sock.sendall(request)
            answer = HTTPResponse(connection.sock, method=method)
            answer.begin()
            said = answer.read()
        except (OSError, HTTPException):
            connection.close()
            self.close()  # what has cut this one has probably cut the others, and the next try is to have a new one
            raise
        if answer.will_close:
            connection.close()
        else:
            self._idle.append((connection, monotonic()))
        return answer.status, answer.headers, said

    def close(self) -> None:
        """Closes what lies idle."""
        while taken := self._popped():
            taken[0].close()

    def _taken(self) -> HTTPConnection | None:
        while taken := self._popped():
            connection, answered = taken
            if monotonic() - answered < FRESH_S or not _readable(connection):
                return connection
            connection.close()
        return None

    def _popped(self) -> tuple[HTTPConnection, float] | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _opened(self) -> HTTPConnection:
        if self._secure:
            connection: HTTPConnection = HTTPSConnection(self._server, timeout=CONNECT_S, context=trust())
        else:
            connection = HTTPConnection(self._server, timeout=CONNECT_S)
        connection.connect()
        connection.sock.settimeout(self._read_timeout_s)
        return connection


@cache
def trust() -> ssl.SSLContext:
    """Servers that prove their names by the authorities that botocore trusts. Reading those takes longer than a request."""
    return ssl.create_default_context(cafile=get_cert_path(True))


def _readable(connection: HTTPConnection) -> bool:
    """Whether something has come that nobody asked for: the end, that is."""
    waiting = poll()
    waiting.register(connection.sock, POLLIN)
    return bool(waiting.poll(0))


class JsonClient:
    """The surface of boto3's low-level client, `client.get_item(**request)`, of a service whose requests and answers are JSON documents
    as they are: those of the protocols `json` that carry neither blobs nor times."""

    def __init__(self, aws: AwsClient, target: str, version: str = "1.0") -> None:
        self._aws, self._target = aws, target
        self._type = f"application/x-amz-json-{version}"

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        """The operation of this name in snake case; kept."""
        operation = "".join(part.capitalize() for part in name.split("_"))
        call = partial(self._call, operation)
        setattr(self, name, call)
        return call

    def _call(self, operation: str, **request: Any) -> dict[str, Any]:
        headers = {"Content-Type": self._type, "X-Amz-Target": f"{self._target}.{operation}"}
        body = json.dumps(request).encode()
        found: dict[str, Any] = self._aws.send(operation, "POST", "/", headers, body)
        return found


class DynamoClient(JsonClient):
    """DynamoDB's."""

    def __init__(self, aws: AwsClient) -> None:
        super().__init__(aws, "DynamoDB_20120810")

    def transact_write_items(self, **request: Any) -> dict[str, Any]:
        """With a token, so that a retry of what was written but not answered is answered as the first would have been."""
        return self._call("TransactWriteItems", ClientRequestToken=str(uuid4()), **request)


class ManagementClient:
    """The management side of a WebSocket API, as far as we use it."""

    def __init__(self, aws: AwsClient) -> None:
        self._aws = aws

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803
        """Sends a frame."""
        headers = {"Content-Type": "application/octet-stream"}
        self._aws.send("PostToConnection", "POST", _connection(ConnectionId), headers, Data)

    def delete_connection(self, *, ConnectionId: str) -> None:  # noqa: N803
        """Closes a connection."""
        self._aws.send("DeleteConnection", "DELETE", _connection(ConnectionId), {})


def _connection(ident: str) -> str:
    return f"/@connections/{quote(ident, safe='-._~')}"


def _refusal(status: int, headers: Message, said: bytes) -> Any:
    """What botocore's errors carry: the document itself, with its code and message where botocore puts them."""
    try:
        document = json.loads(said)
    except ValueError:
        document = {}
    found: dict[str, Any] = document if isinstance(document, dict) else {}
    code = headers.get("x-amzn-ErrorType") or found.get("__type") or found.get("code") or str(status)
    error = {
        "Code": code.partition(":")[0].rpartition("#")[2],
        "Message": found.get("message", found.get("Message", "")),
    }
    return {**found, "Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}
