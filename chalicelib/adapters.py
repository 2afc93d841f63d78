"""The only constructors of adapters. Each is made when first used: a cold start pays for what its request needs."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.config import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from chalicelib.gateways.aws import AwsClient, Trace
    from chalicelib.gateways.cdn import Cdn
    from chalicelib.gateways.mail import SesMailer
    from chalicelib.gateways.seals import Seals
    from chalicelib.gateways.secrets import Secrets
    from chalicelib.gateways.world import RandomIds, SystemClock
    from chalicelib.services.catalogue.showcase import Window
    from chalicelib.services.money.audit import Auditor
    from chalicelib.services.money.topups import Payments
    from chalicelib.services.ports import FileStorage, Ice, Index, Mails, Passwords, Push, Store, Tokens, Wakes
    from chalicelib.services.scans import Scanner, ScanQueue
    from chalicelib.services.workflows import Executions, Machine, Repairs
    from chalicelib.storage.search.bucket import IndexBucket


class Adapters:
    """One a process; what stands behind the ports, by name."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def aws(self, service: str, *, url: str = "", read_timeout_s: float = 8, attempts: int = 3) -> "AwsClient":
        """The way to a service of the hot path: signed requests, without the models and hooks of a client. Three read timeouts fit
        into what the gateway waits for a function, so that an outage is answered by us."""
        from chalicelib.gateways.aws import AwsClient, credentials
        from chalicelib.gateways.world import pause

        region = self.settings.region
        found = url or self.settings.endpoint_url or f"https://{service}.{region}.amazonaws.com"
        # A lost race is run again at once, a service out of breath is given some: up to 0.12 s, then 0.3 s.
        return AwsClient(
            service,
            found,
            region,
            credentials(),
            lambda attempt: pause(attempt + 2),
            read_timeout_s=read_timeout_s,
            attempts=attempts,
            trace=self._trace,
        )

    @property
    def _trace(self) -> "Trace | None":
        """Traces where they are wanted; what writes them is heavy."""
        if not self.settings.trace:
            return None
        from chalicelib.gateways.tracing import traced

        return traced

    def client(self, service: str, *, read_timeout_s: int = 8, attempts: int = 3, **options: Any) -> Any:
        """A low-level client, for what is rare enough to import botocore's. Parameters are not validated on our side."""
        from botocore.config import Config
        from botocore.session import get_session

        if self.settings.trace:
            from aws_xray_sdk.core import patch

            patch(["botocore"])
        config = Config(
            parameter_validation=False,
            max_pool_connections=16,
            connect_timeout=2,
            read_timeout=read_timeout_s,
            retries={"mode": "standard", "total_max_attempts": attempts},
            disable_request_compression=True,
        )
        return get_session().create_client(service, config=config, **options)

    @cached_property
    def clock(self) -> "SystemClock":
        """The server's time."""
        from chalicelib.gateways.world import SystemClock

        return SystemClock()

    @cached_property
    def ids(self) -> "RandomIds":
        """New ids and secrets."""
        from chalicelib.gateways.world import RandomIds

        return RandomIds()

    @cached_property
    def store(self) -> "Store":
        """The three tables."""
        from chalicelib.gateways.aws import DynamoClient
        from chalicelib.gateways.world import pause
        from chalicelib.storage.store import DynamoStore

        client: Any = DynamoClient(self.aws("dynamodb"))
        return DynamoStore(client, self.settings.tables, self.settings.durations, pause)

    @cached_property
    def window(self) -> "Window":
        """What anybody may see of the market."""
        from chalicelib.gateways.aws import DynamoClient
        from chalicelib.gateways.world import pause
        from chalicelib.storage.showcase import DynamoWindow

        client: Any = DynamoClient(self.aws("dynamodb"))
        return DynamoWindow(client, self.settings.tables["market"], pause)

    @cached_property
    def sqs(self) -> Any:
        """The client of all queues; made when the first message is sent."""
        from chalicelib.gateways.aws import JsonClient

        # The queues try again by themselves, and whoever sends waits: three short tries, not nine long ones.
        return JsonClient(self.aws("sqs", read_timeout_s=3, attempts=1), "AmazonSQS")

    @cached_property
    def push(self) -> "Push":
        """Frames out."""
        from chalicelib.gateways.aws import ManagementClient
        from chalicelib.ws.push import ManagementPush

        # Whoever tells has a commit to make, and others to see to: a gateway that hangs costs them four seconds a frame, not 24.
        url = self.settings.ws_management_url
        return ManagementPush(lambda: ManagementClient(self.aws("execute-api", url=url, read_timeout_s=2, attempts=2)))

    @cached_property
    def wakes(self) -> "Wakes":
        """The work queue."""
        from chalicelib.gateways.queues import WorkQueue
        from chalicelib.gateways.world import pause

        return WorkQueue(lambda: self.sqs, self.settings.work_queue_url, pause)

    @cached_property
    def file_storage(self) -> "FileStorage":
        """Files of people. Locally browsers reach the bucket through the front door, under its name; else at its own host."""
        from chalicelib.gateways.aws import credentials
        from chalicelib.gateways.file_storage import S3FileStorage

        bucket, origin, region = self.settings.files_bucket, self.settings.origin, self.settings.region
        deployed = f"https://{bucket}.s3.{region}.amazonaws.com"
        local = self.settings.local
        here = self.aws("s3", url=f"{self.settings.endpoint_url}/{bucket}" if local else deployed)
        return S3FileStorage(here, f"{origin}/{bucket}" if local else deployed, origin, region, credentials())

    @cached_property
    def ice(self) -> "Ice":
        """STUN and TURN servers."""
        from chalicelib.gateways.turn import TurnServers

        return TurnServers(self.settings.turn_urls, lambda now_ms: self.turn_keys.plain(now_ms)[0])

    @cached_property
    def mails(self) -> "Mails":
        """The mail queue."""
        from chalicelib.gateways.queues import MailQueue
        from chalicelib.gateways.world import pause

        return MailQueue(lambda: self.sqs, self.settings.mail_queue_url, pause)

    @cached_property
    def index(self) -> "Index":
        """The queue of the search index."""
        from chalicelib.gateways.queues import IndexQueue
        from chalicelib.gateways.world import pause

        return IndexQueue(lambda: self.sqs, self.settings.index_queue_url, pause)

    @cached_property
    def repairs(self) -> "Repairs":
        """The queue of what must be brought into step with its execution."""
        from chalicelib.gateways.queues import RepairQueue
        from chalicelib.gateways.world import pause

        return RepairQueue(lambda: self.sqs, self.settings.repair_queue_url, pause)

    @cached_property
    def scan_queue(self) -> "ScanQueue":
        """The queue of files that are to be scanned."""
        from chalicelib.gateways.queues import ScanQueue
        from chalicelib.gateways.world import pause

        return ScanQueue(lambda: self.sqs, self.settings.scan_queue_url, pause)

    @property
    def scanner(self) -> "Scanner":
        """What looks for malware."""
        from chalicelib.gateways.clamd import Clamd

        return Clamd(self.settings.scanner)

    @cached_property
    def states(self) -> Any:
        """The client of all state machines; made when the first is spoken to."""
        from chalicelib.gateways.aws import JsonClient

        # Whoever has acted waits for it, and what fails is repaired: one short try.
        return JsonClient(self.aws("states", read_timeout_s=3, attempts=1), "AWSStepFunctions")

    def executions(self, machine: "Machine") -> "Executions":
        """The executions of a state machine."""
        from chalicelib.gateways.workflows import StepFunctions

        return StepFunctions(lambda: self.states, self.settings.machines[machine])

    @cached_property
    def mailer(self) -> "SesMailer":
        """Mails out."""
        from chalicelib.gateways.mail import SesMailer

        return SesMailer(self.client("sesv2"), self.settings.mail_from)

    @cached_property
    def secrets(self) -> "Secrets":
        """The service's signing keys."""
        return self._keys(self.settings.secret_arn)

    @cached_property
    def turn_keys(self) -> "Secrets":
        """What the TURN servers know too."""
        return self._keys(self.settings.turn_secret_arn)

    @cached_property
    def edge_keys(self) -> "Secrets":
        """What the CDN sends along."""
        return self._keys(self.settings.edge_secret_arn)

    def _keys(self, secret_arn: str) -> "Secrets":
        from chalicelib.gateways.secrets import Secrets, reader

        return Secrets(reader(lambda: self.secrets_manager, secret_arn))

    @cached_property
    def secrets_manager(self) -> Any:
        """The client of all secrets; made when the first is read."""
        from chalicelib.gateways.aws import JsonClient

        return JsonClient(self.aws("secretsmanager"), "secretsmanager", "1.1")

    @cached_property
    def cdn(self) -> "Cdn":
        """What stands between viewers and the API."""
        from chalicelib.gateways.cdn import Cdn

        return Cdn(lambda key, now_ms: self.edge_keys.holds(key, now_ms))

    @cached_property
    def tokens(self) -> "Tokens":
        """Access tokens of this stage."""
        from chalicelib.gateways.tokens import SignedTokens

        return SignedTokens(self.secrets, issuer=f"twip/{self.settings.stage}", audience="twip/api")

    @cached_property
    def seals(self) -> "Seals":
        """What is handed out and given back."""
        from chalicelib.gateways.seals import Seals

        return Seals(self.secrets)

    @cached_property
    def passwords(self) -> "Passwords":
        """Slow hashes."""
        from chalicelib.gateways.passwords import Argon2Passwords

        return Argon2Passwords()

    @cached_property
    def index_bucket(self) -> "IndexBucket":
        """The search index's files."""
        from chalicelib.storage.search.bucket import IndexBucket

        return IndexBucket(self.client("s3"), self.settings.search_bucket)

    @cached_property
    def scratch(self) -> "Path":
        """Disk of this function's own, gone when it is."""
        from pathlib import Path
        from tempfile import gettempdir

        return Path(gettempdir()) / "twip"

    @property
    def auditor(self) -> "Auditor":
        """The audit function, for as long as the gateway waits."""
        from chalicelib.gateways.auditing import AuditFunction

        return AuditFunction(self.client("lambda", read_timeout_s=25, attempts=1), self.settings.audit_function)

    @property
    def payments(self) -> "dict[str, Payments]":
        """The sandbox's money is none, so a deployed stage has no sandbox."""
        from chalicelib.gateways.payments import LABEL, SandboxPayments

        if not self.settings.local:
            return {}
        return {"sandbox": SandboxPayments(self.settings.origin, lambda now_ms: self.secrets.checking(LABEL, now_ms))}
