"""What a synthesis is asked for, by CDK context (`-c name=value`)."""

from dataclasses import dataclass
from typing import Any

from constructs import Node


class RefusedContext(Exception):
    """A stage that must not come to be."""


@dataclass(frozen=True)
class Context:
    """`endpoint` is the local cloud's address and makes a stage local; a deployed stage has a domain with a certificate instead."""

    stage: str
    profile: str
    endpoint: str
    origin: str
    domain: str
    certificate_arn: str
    edge_kid: str
    """Which key of the edge's secret the CDN sends along."""
    turn_urls: str
    currency: str
    commission_bps: int
    terms: str
    """A JSON object of the terms that are not as long as by default, in days: `{"start_days": 5}`. Empty: all are."""

    scanner: str
    """Where clamd is, `host:port`. Empty: a deployed stage holds all files back, a local one lets them through."""
    scanner_limit_bytes: str
    """What it takes at most. Empty: its own default."""

    @property
    def local(self) -> bool:
        """Whether this is a run on one machine."""
        return bool(self.endpoint)


def read(node: Node) -> Context:
    """The context of an app. Raises RefusedContext for a deployed stage in another profile than the real one, or without its domain."""

    def given(name: str, default: str = "") -> str:
        value: Any = node.try_get_context(name)
        return default if value is None else str(value)

    endpoint, domain = given("endpoint"), given("domain", "twip.localhost")
    context = Context(
        stage=given("stage", "dev"),
        profile=given("profile", "real"),
        endpoint=endpoint,
        origin=given("origin", f"https://{domain}"),
        domain=domain,
        certificate_arn=given("certificate_arn"),
        edge_kid=given("edge_kid", "k1"),
        turn_urls=given("turn_urls"),
        currency=given("currency", "RUB"),
        commission_bps=int(given("commission_bps", "1500")),
        terms=given("terms"),
        scanner=given("scanner"),
        scanner_limit_bytes=given("scanner_limit_bytes"),
    )
    if context.local:
        return context
    if context.profile != "real":
        raise RefusedContext(f"profile {context.profile!r} is for local runs: a deployed block lasts 15 minutes")
    if not (context.certificate_arn and given("domain")):
        raise RefusedContext("a deployed stage needs -c domain=... and -c certificate_arn=... (us-east-1)")
    return context
