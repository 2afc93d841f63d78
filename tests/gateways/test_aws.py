"""Requests to AWS as they go over the wire: signed so that AWS accepts them, and answered as botocore's own client would answer."""

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any, cast
from urllib.parse import quote

import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, HTTPClientError, NoCredentialsError
from botocore.session import Session as BotoSession
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from chalicelib.gateways import aws as wires
from chalicelib.gateways.aws import AwsClient, DynamoClient, JsonClient, ManagementClient, credentials
from chalicelib.services.ports import Tell
from chalicelib.ws.push import ManagementPush

ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
REFUSED = {
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "Message": "Transaction cancelled",
    "CancellationReasons": [{"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}],
}


@dataclass(frozen=True)
class Answer:
    """What the service says; `lost` closes the connection instead."""

    status: int = 200
    document: Any = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    lost: bool = False
    last: bool = False
    """Whether the service closes the connection after it without saying so."""

    @property
    def body(self) -> bytes:
        return self.document if isinstance(self.document, bytes) else json.dumps(self.document).encode()


@dataclass(frozen=True)
class Request:
    """What arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class Service(ThreadingHTTPServer):
    """Answers in a row, and with `{}` when there are no more."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = []
        self.requests: list[Request] = []
        self.connections = 0
        self.closed = Event()
        self.together: Barrier | None = None
        """All that are to be waiting for their answer before one is given."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        cast(Service, self.server).connections += 1

    def finish(self) -> None:
        super().finish()
        self.connection.close()
        cast(Service, self.server).closed.set()

    def do_POST(self) -> None:
        service = cast(Service, self.server)
        if service.together:
            service.together.wait(5)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        service.requests.append(Request(self.command, self.path, headers, body))
        answer = service.answers.pop(0) if service.answers else Answer()
        if answer.lost:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in (*answer.headers, ("Content-Length", str(len(answer.body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body if self.command != "HEAD" else b"")
        self.close_connection |= answer.last

    do_DELETE = do_HEAD = do_POST  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as running:
        Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def waited() -> list[int]:
    """The retries that were waited for."""
    return []


@pytest.fixture
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that anybody can make."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(hours=1))
    named = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    file = tmp_path_factory.mktemp("tls") / "own.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signed = made.add_extension(named, critical=False).sign(key, SHA256())
    file.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return file


def secured(service: Service, certificate: Path) -> str:
    """The URL of the service, which from now on shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    service.socket = context.wrap_socket(service.socket, server_side=True)
    return service.url.replace("http:", "https:")


Make = Callable[..., AwsClient]


@pytest.fixture
def aws(service: Service, waited: list[int]) -> Make:
    def make(name: str = "dynamodb", *, stage: str = "", token: str | None = None, **options: Any) -> AwsClient:
        given = Credentials(ID, SECRET, token)
        return AwsClient(name, service.url + stage, "eu-central-1", given, waited.append, **options)

    return make


def signature(request: Request, service: str) -> str:
    """Signature Version 4 of what arrived, after AWS's description of it."""
    parts = dict(part.split("=", 1) for part in request.headers["authorization"].split(" ", 1)[1].split(", "))
    names = parts["SignedHeaders"].split(";")
    listed = "".join(f"{name}:{request.headers[name]}\n" for name in names)
    digest = hashlib.sha256(request.body).hexdigest()
    path = quote(request.path, safe="/-_.~")
    canonical = "\n".join([request.method, path, "", listed, ";".join(names), digest])
    stamp = request.headers["x-amz-date"]
    scope = f"{stamp[:8]}/eu-central-1/{service}/aws4_request"
    assert parts["Credential"] == f"{ID}/{scope}"
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    assert hmac.compare_digest(parts["Signature"], hmac.digest(key, text.encode(), "sha256").hex())
    return parts["SignedHeaders"]


def test_headers_are_answered_too_and_an_answer_without_a_body_keeps_the_connection(
    aws: Make, service: Service
) -> None:
    service.answers = [Answer(headers=(("X-Amz-Checksum-Sha256", "c3Vt"),), document=b"not sent")] * 2
    bucket = aws("s3", stage="/files")
    for _ in range(2):
        headers, said = bucket.exchange("HeadObject", "HEAD", "/attachments/one", {"X-Amz-Checksum-Mode": "ENABLED"})
        assert (headers["x-amz-checksum-sha256"], headers["content-length"], said) == ("c3Vt", "8", b"")
    assert service.connections == 1
    assert "x-amz-checksum-mode" in signature(service.requests[0], "s3")


def boto(service: Service, name: str) -> Any:
    """The client that we leave out."""
    found = BotoSession()
    found.set_credentials(ID, SECRET)
    config = Config(parameter_validation=False)
    return found.create_client(name, region_name="eu-central-1", endpoint_url=service.url, config=config)


class TestWhatIsSent:
    def test_a_request_is_signed_as_aws_verifies_it(self, service: Service, aws: Make) -> None:
        DynamoClient(aws()).get_item(TableName="market", Key={"pk": {"S": "ORD#1"}, "sk": {"S": "Заказ"}})
        signed = signature(service.requests[0], "dynamodb")
        assert {"host", "x-amz-date", "x-amz-target"} <= set(signed.split(";"))

    def test_a_frame_goes_to_its_connection_whatever_is_in_its_name(self, service: Service, aws: Make) -> None:
        client = ManagementClient(aws("execute-api", stage="/ws/"))
        client.post_to_connection(ConnectionId="L0SM9cOFvHcCIhw=", Data=b'{"type":"pong"}')
        client.delete_connection(ConnectionId="L0SM9cOFvHcCIhw=")
        posted, deleted = service.requests
        assert (posted.method, posted.path, posted.body) == (
            "POST",
            "/ws/@connections/L0SM9cOFvHcCIhw%3D",
            b'{"type":"pong"}',
        )
        assert (deleted.method, deleted.path, deleted.body) == ("DELETE", posted.path, b"")
        for request in service.requests:
            signature(request, "execute-api")

    def test_the_token_of_a_function_s_role_is_sent_and_signed(self, service: Service, aws: Make) -> None:
        DynamoClient(aws(token="of the role")).describe_limits()
        (request,) = service.requests
        assert request.headers["x-amz-security-token"] == "of the role"
        assert "x-amz-security-token" in signature(request, "dynamodb").split(";")

    @pytest.mark.parametrize(
        ("name", "target", "version", "operation", "request_"),
        [
            ("dynamodb", "DynamoDB_20120810", "1.0", "batch_get_item", {"RequestItems": {"live": {"Keys": []}}}),
            ("sqs", "AmazonSQS", "1.0", "send_message_batch", {"QueueUrl": "http://q/1", "Entries": []}),
            ("secretsmanager", "secretsmanager", "1.1", "get_secret_value", {"SecretId": "arn:1"}),
        ],
    )
    def test_what_arrives_is_what_botocore_would_have_sent(
        self,
        service: Service,
        aws: Make,
        name: str,
        target: str,
        version: str,
        operation: str,
        request_: dict[str, Any],
    ) -> None:
        getattr(JsonClient(aws(name), target, version), operation)(**request_)
        getattr(boto(service, name), operation)(**request_)
        ours, theirs = service.requests
        assert (ours.method, ours.path, ours.document) == (theirs.method, theirs.path, theirs.document)
        for header in ("x-amz-target", "content-type", "host"):
            assert ours.headers[header] == theirs.headers[header]

    def test_requests_in_a_row_share_a_connection(self, service: Service, aws: Make) -> None:
        client = DynamoClient(aws())
        for _ in range(20):
            client.describe_limits()
        assert service.connections == 1

    def test_requests_at_once_have_a_connection_each_and_the_next_take_those(self, service: Service, aws: Make) -> None:
        client = DynamoClient(aws())
        service.together = Barrier(4)
        with ThreadPoolExecutor(4) as pool:
            for _ in range(2):
                list(pool.map(lambda _: client.describe_limits(), range(4)))
        assert service.connections == 4

    def test_a_connection_that_the_service_has_closed_meanwhile_is_not_used(
        self, service: Service, aws: Make, waited: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wires, "FRESH_S", 0.0)
        client = DynamoClient(aws())
        service.answers = [Answer(last=True), Answer()]
        client.describe_limits()
        service.closed.wait(5)
        client.describe_limits()
        client.describe_limits()
        assert (service.connections, waited) == (2, [])

    def test_a_connection_is_not_used_again_when_the_service_says_so(self, service: Service, aws: Make) -> None:
        client = DynamoClient(aws())
        service.answers = [Answer(headers=(("Connection", "close"),))]
        client.describe_limits()
        client.describe_limits()
        assert service.connections == 2

    def test_over_tls_to_a_service_that_proves_its_name(
        self, service: Service, certificate: Path, monkeypatch: pytest.MonkeyPatch, waited: list[int]
    ) -> None:
        monkeypatch.setattr(wires, "get_cert_path", lambda _: str(certificate))
        wires.trust.cache_clear()
        aws = AwsClient("sqs", secured(service, certificate), "eu-central-1", Credentials(ID, SECRET), waited.append)
        for _ in range(2):
            assert JsonClient(aws, "AmazonSQS").send_message_batch(Entries=[]) == {}
        wires.trust.cache_clear()
        assert (service.connections, waited) == (1, [])

    def test_each_call_is_noted_in_the_trace_once_with_its_retries(self, service: Service, aws: Make) -> None:
        noted: list[str] = []

        @contextmanager
        def trace(name: str, operation: str) -> Iterator[None]:
            noted.append(f"{name} {operation}")
            yield

        service.answers = [Answer(500)]
        DynamoClient(aws(trace=cast(Callable[[str, str], AbstractContextManager[Any]], trace))).describe_limits()
        assert noted == ["dynamodb DescribeLimits"]


class TestWhatIsAnswered:
    def test_the_document(self, service: Service, aws: Make) -> None:
        service.answers = [Answer(document={"Item": {"pk": {"S": "Заказ"}}})]
        assert DynamoClient(aws()).get_item(TableName="market", Key={}) == {"Item": {"pk": {"S": "Заказ"}}}

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(400, REFUSED),
            Answer(400, {"__type": "com.amazon.coral.validate#ValidationException", "message": "no such table"}),
            Answer(400, {"__type": "AccessDeniedException"}),
        ],
    )
    def test_a_refusal_is_the_error_that_botocore_raises(self, service: Service, aws: Make, answer: Answer) -> None:
        service.answers = [answer, answer]
        with pytest.raises(ClientError) as ours:
            DynamoClient(aws()).transact_write_items(TransactItems=[])
        with pytest.raises(ClientError) as theirs:
            boto(service, "dynamodb").transact_write_items(TransactItems=[])
        assert str(ours.value) == str(theirs.value)
        found, known = cast(Any, ours.value.response), cast(Any, theirs.value.response)
        assert found["Error"] == known["Error"]
        assert found.get("CancellationReasons") == known.get("CancellationReasons")
        assert found["ResponseMetadata"]["HTTPStatusCode"] == known["ResponseMetadata"]["HTTPStatusCode"]

    @pytest.mark.rule("D18")
    @pytest.mark.parametrize(
        "answer",
        [
            Answer(410, {"message": "Gone"}, (("x-amzn-ErrorType", "GoneException"),)),
            Answer(410, {"message": "Gone"}, (("x-amzn-ErrorType", "GoneException:http://internal.amazon.com/"),)),
            Answer(410, b""),
        ],
    )
    def test_a_connection_that_is_gone_is_known_by_it(self, service: Service, aws: Make, answer: Answer) -> None:
        service.answers = [answer]
        push = ManagementPush(lambda: ManagementClient(aws("execute-api")))
        assert push.tell([Tell("left", Pong())]) == {"left"}

    @pytest.mark.parametrize("document", [b"<html>Service Unavailable</html>", b"", b"[]"])
    def test_an_answer_that_is_no_document_is_a_refusal_by_its_status(
        self, service: Service, aws: Make, document: bytes
    ) -> None:
        service.answers = [Answer(503, document)] * 3
        with pytest.raises(ClientError) as refused:
            DynamoClient(aws()).describe_limits()
        assert refused.value.response["Error"] == {"Code": "503", "Message": ""}


class Pong:
    """A frame."""

    def as_dict(self) -> dict[str, Any]:
        return {"type": "pong"}


class TestWhatIsTriedAgain:
    @pytest.mark.parametrize(
        "fault",
        [
            Answer(500),
            Answer(503, b""),
            Answer(429),
            Answer(400, {"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}),
            Answer(400, {"__type": "ThrottlingException"}),
            Answer(lost=True),
        ],
    )
    def test_what_may_pass(self, service: Service, aws: Make, waited: list[int], fault: Answer) -> None:
        service.answers = [fault, fault, Answer(document={"at": "last"})]
        assert DynamoClient(aws()).describe_limits() == {"at": "last"}
        assert waited == [1, 2]

    @pytest.mark.rule("D19")
    def test_a_transaction_whose_answer_was_lost_is_repeated_under_the_same_token(
        self, service: Service, aws: Make
    ) -> None:
        service.answers = [Answer(lost=True)]
        client = DynamoClient(aws())
        client.transact_write_items(TransactItems=[])
        client.transact_write_items(TransactItems=[])
        first, again, other = (request.document["ClientRequestToken"] for request in service.requests)
        assert first == again != other

    def test_no_refusal_that_stays(self, service: Service, aws: Make, waited: list[int]) -> None:
        service.answers = [Answer(400, REFUSED)]
        with pytest.raises(ClientError):
            DynamoClient(aws()).transact_write_items(TransactItems=[])
        assert (waited, len(service.requests)) == ([], 1)

    def test_nothing_more_often_than_told(self, service: Service, aws: Make, waited: list[int]) -> None:
        service.answers = [Answer(500)] * 9
        with pytest.raises(ClientError):
            DynamoClient(aws()).describe_limits()
        assert (waited, len(service.requests)) == ([1, 2], 3)
        with pytest.raises(ClientError):
            DynamoClient(aws(attempts=1)).describe_limits()
        assert (waited, len(service.requests)) == ([1, 2], 4)

    def test_what_is_cut_with_all_its_connections_is_tried_on_a_new_one(
        self, service: Service, aws: Make, waited: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wires, "FRESH_S", 60.0)
        client = DynamoClient(aws())
        service.together = Barrier(4)
        with ThreadPoolExecutor(4) as pool:
            service.answers = [Answer(last=True)] * 4
            list(pool.map(lambda _: client.describe_limits(), range(4)))
        service.together = None
        assert client.describe_limits() == {}
        assert (service.connections, waited) == (5, [1])

    def test_a_service_that_cannot_be_reached_is_named_as_lost(self, waited: list[int]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        aws = AwsClient("sqs", f"http://127.0.0.1:{port}", "eu-central-1", Credentials(ID, SECRET), waited.append)
        with pytest.raises(HTTPClientError):
            JsonClient(aws, "AmazonSQS").send_message_batch(Entries=[])
        assert waited == [1, 2]

    def test_a_service_that_says_nothing_is_waited_for_only_so_long(self, waited: list[int]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            aws = AwsClient("sqs", url, "eu-central-1", Credentials(ID, SECRET), waited.append, read_timeout_s=0.05)
            with pytest.raises(HTTPClientError):
                JsonClient(aws, "AmazonSQS").send_message_batch(Entries=[])

    def test_a_service_that_cannot_prove_its_name_is_told_nothing(
        self, service: Service, certificate: Path, waited: list[int]
    ) -> None:
        aws = AwsClient("sqs", secured(service, certificate), "eu-central-1", Credentials(ID, SECRET), waited.append)
        with pytest.raises(HTTPClientError, match="CERTIFICATE_VERIFY_FAILED"):
            JsonClient(aws, "AmazonSQS").send_message_batch(Entries=[])
        assert service.requests == []


class TestCredentials:
    def test_a_function_s_own_stand_in_its_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", ID)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        monkeypatch.setenv("AWS_SESSION_TOKEN", "of the role")
        assert credentials().get_frozen_credentials() == (ID, SECRET, "of the role", None)

    def test_an_operator_s_are_found_where_botocore_looks(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        file = tmp_path_factory.mktemp("aws") / "credentials"
        file.write_text(f"[default]\naws_access_key_id = {ID}\naws_secret_access_key = {SECRET}\n")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
        assert credentials().access_key == ID
        file.write_text("")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
        with pytest.raises(NoCredentialsError):
            credentials()
