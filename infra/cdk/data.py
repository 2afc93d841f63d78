"""What outlives a request: tables, buckets, queues, keys, and the identity that mails come from."""

import json
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as ddb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secrets
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from chalicelib.domain import attachments, goods_uploads
from chalicelib.gateways.file_storage import UNUSED
from infra.cdk.context import Context
from infra.cdk.nag import accept


def _key(name: str) -> ddb.Attribute:
    return ddb.Attribute(name=name, type=ddb.AttributeType.STRING)


class Tables(Construct):
    """Three tables by lifetime and right: state, journal (append only, kept for ever), live things that expire."""

    def __init__(self, scope: Construct, ident: str) -> None:
        super().__init__(scope, ident)
        self.market = self._table("Market", kept=True)
        self.market.add_global_secondary_index(
            index_name="phase",
            partition_key=_key("ph"),
            sort_key=_key("pk"),
            projection_type=ddb.ProjectionType.INCLUDE,
            non_key_attributes=["wake_ms", "customer_id", "performer_id"],
        )
        for index, owner in (("by_owner", "owner"), ("by_other", "other"), ("by_due", "due")):
            self.market.add_global_secondary_index(
                index_name=index,
                partition_key=_key(owner),
                sort_key=_key(f"{owner}_at"),
                projection_type=ddb.ProjectionType.KEYS_ONLY,
            )
        self.journal = self._table("Journal", kept=True)
        self.journal.add_global_secondary_index(
            index_name="payee",
            partition_key=_key("payee"),
            sort_key=_key("sk"),
            projection_type=ddb.ProjectionType.ALL,
        )
        self.live = self._table("Live", kept=False)
        accept(self.live, "connections, tickets and ringing only: nothing worth restoring, it expires", "DDB3")

    def _table(self, name: str, *, kept: bool) -> ddb.Table:
        return ddb.Table(
            self,
            name,
            partition_key=_key("pk"),
            sort_key=_key("sk"),
            billing_mode=ddb.BillingMode.PAY_PER_REQUEST,
            encryption=ddb.TableEncryption.AWS_MANAGED,
            time_to_live_attribute=None if kept else "ttl",
            deletion_protection=kept,
            removal_policy=cdk.RemovalPolicy.RETAIN if kept else cdk.RemovalPolicy.DESTROY,
            point_in_time_recovery_specification=ddb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=kept
            ),
        )


class Queues(Construct):
    """Work (wakes of sessions), mail, the search index, repairs of executions, and scans of files; each with its dead letters, where an
    alarm waits."""

    def __init__(self, scope: Construct, ident: str, context: Context) -> None:
        super().__init__(scope, ident)
        self.dead: dict[str, sqs.Queue] = {}
        self._enforce_ssl = not context.local
        # Twice the worker's time: a wake that failed is the tick's to repair long before five more tries.
        self.work = self._queue("Work", visible_again_s=60, tries=5)
        self.mail = self._queue("Mail", visible_again_s=180, tries=8)
        self.index = self._queue("Index", visible_again_s=600, tries=8)
        # What ends badly at once, however often it is begun again, does so at this pace.
        delay_s = 30 if context.profile == "real" else 1
        self.repair = self._queue("Repair", visible_again_s=120, tries=8, delay_s=delay_s)
        # Twice what a scan may take. A scanner that is down fails at once: the sweep asks again long before these tries do.
        self.scan = self._queue("Scan", visible_again_s=1800, tries=3)

    def _queue(self, name: str, *, visible_again_s: int, tries: int, delay_s: int = 0) -> sqs.Queue:
        dead = sqs.Queue(self, f"{name}Dead", enforce_ssl=self._enforce_ssl, retention_period=cdk.Duration.days(14))
        self.dead[name] = dead
        return sqs.Queue(
            self,
            name,
            enforce_ssl=self._enforce_ssl,
            visibility_timeout=cdk.Duration.seconds(visible_again_s),
            delivery_delay=cdk.Duration.seconds(delay_s) if delay_s else None,
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=tries),
        )


LOCAL_FILES = "files"
"""Locally the bucket of people's files has this name: links by path are signed with it, so the front door serves it under `/files`."""


class Buckets(Construct):
    """The search index's versions, and people's files; of a deployed stage also the web client, and the logs of all and of the CDN."""

    def __init__(self, scope: Construct, ident: str, context: Context) -> None:
        super().__init__(scope, ident)
        if context.local:
            self.search = s3.Bucket(self, "Search", block_public_access=s3.BlockPublicAccess.BLOCK_ALL)
            self.files = self._files(context, bucket_name=LOCAL_FILES)
            return
        self.logs = s3.Bucket(
            self,
            "Logs",
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
            lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(90))],
        )
        accept(self.logs, "the bucket of logs does not log itself", "S1")
        # Without old versions: parts are never written over, all of them can be made anew, and what is deleted would be listed still.
        self.search = self._logged("Search")
        old = s3.LifecycleRule(noncurrent_version_expiration=cdk.Duration.days(30))
        self.web = self._logged("Web", versioned=True, lifecycle_rules=[old])
        self.files = self._files(
            context, enforce_ssl=True, server_access_logs_bucket=self.logs, server_access_logs_prefix="files/"
        )

    def _files(self, context: Context, **more: Any) -> s3.Bucket:
        """Without versions: no file is ever written over, and one that is erased is to be gone. What nothing refers to
        goes after some days, also parts of what was never joined."""
        cors = s3.CorsRule(
            allowed_methods=[s3.HttpMethods.PUT],
            allowed_origins=[context.origin],
            allowed_headers=["content-type", "if-none-match", "x-amz-checksum-sha256", "x-amz-tagging"],
            max_age=3600,
        )
        unused = [
            s3.LifecycleRule(tag_filters=dict([UNUSED.format(days).split("=")]), expiration=cdk.Duration.days(days))
            for days in (attachments.UNUSED_DAYS, goods_uploads.UNUSED_DAYS)
        ]
        unfinished = s3.LifecycleRule(
            abort_incomplete_multipart_upload_after=cdk.Duration.days(goods_uploads.UNUSED_DAYS)
        )
        return s3.Bucket(
            self,
            "Files",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            cors=[cors],
            lifecycle_rules=[*unused, unfinished],
            **more,
        )

    def _logged(self, name: str, **more: Any) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            server_access_logs_bucket=self.logs,
            server_access_logs_prefix=f"{name.lower()}/",
            **more,
        )


class Keys(Construct):
    """Secrets by who else knows them: nobody, the TURN servers, the CDN. Each is flat: {"current": kid, kid: key}."""

    def __init__(self, scope: Construct, ident: str) -> None:
        super().__init__(scope, ident)
        self.signing = self._secret("Signing", "Signing keys by kid; `current` names the one that signs")
        self.turn = self._secret("Turn", "Keys of the TURN servers by kid (coturn's static-auth-secret)")
        self.edge = self._secret("Edge", "Keys by kid; the CDN proves with one that it is the CDN")

    def _secret(self, name: str, description: str) -> secrets.Secret:
        made = secrets.Secret(
            self,
            name,
            description=description,
            generate_secret_string=secrets.SecretStringGenerator(
                secret_string_template=json.dumps({"current": "k1"}),
                generate_string_key="k1",
                exclude_punctuation=True,
                password_length=48,
            ),
        )
        accept(
            made,
            "keys rotate by kid with an overlap (add, switch, remove), not by replacing one value",
            "SMG4",
        )
        return made


class Mail(Construct):
    """Who mails come from."""

    def __init__(self, scope: Construct, ident: str, context: Context) -> None:
        super().__init__(scope, ident)
        self.identity = ses.EmailIdentity(self, "Domain", identity=ses.Identity.domain(context.domain))
        self.sender = f"twip@{context.domain}"
