"""The only reader of the environment."""

import json
import os
from dataclasses import dataclass

from chalicelib.domain import terms
from chalicelib.domain.durations import PROFILES, Durations
from chalicelib.domain.terms import TermSettings


@dataclass(frozen=True)
class Settings:
    """What a deployed stage is. Money: one currency a deployment, commission in basis points (D11)."""

    stage: str
    local: bool
    region: str
    endpoint_url: str
    """Where all of AWS is on this machine; empty where it is AWS."""
    durations: Durations
    terms: TermSettings
    tables: dict[str, str]
    """Names of the tables `market`, `journal`, `live`."""
    work_queue_url: str
    mail_queue_url: str
    index_queue_url: str
    repair_queue_url: str
    scan_queue_url: str
    scanner: str
    """Where clamd is, `host:port`. Empty: a deployed stage holds files back, a local one lets them through."""
    scanner_limit_bytes: int
    """What the scanner takes at most: its StreamMaxLength and MaxFileSize, which must be the same."""
    machines: dict[str, str]
    """ARNs of the state machines, by what they keep the time of."""
    search_bucket: str
    files_bucket: str
    """Of what people send to each other."""
    audit_function: str
    """Whose right alone it is to read whole tables; known to the REST API, which may invoke it."""
    secret_arn: str
    """Of the signing keys."""
    turn_secret_arn: str
    edge_secret_arn: str
    ws_management_url: str
    origin: str
    web_shell: str
    """The client's page as it is built, for who fills it in; empty: the packaged one."""
    mail_from: str
    currency: str
    commission_bps: int
    turn_urls: tuple[str, ...]
    trace: bool

    @property
    def origins(self) -> frozenset[str]:
        """The origins of our own pages, as browsers write them: the site's, and on one machine its other name."""
        site = self.origin.lower()
        return frozenset({site, site.replace("//127.0.0.1:", "//localhost:")} if self.local else {site})


def from_environment() -> Settings:
    """The settings of this process. Raises RuntimeError when a deployed stage asks for a profile that is for local runs only, and for
    a commission that is none; ValueError for terms that are none."""
    env = os.environ
    local, profile = env.get("LOCAL") == "1", env.get("PROFILE", "real")
    if profile != "real" and not local:
        raise RuntimeError("only the real profile may be deployed")
    commission_bps = int(env.get("COMMISSION_BPS", "1500"))
    if not 0 <= commission_bps <= 10_000:
        raise RuntimeError("COMMISSION_BPS must lie between 0 and 10000: every order freezes it")
    return Settings(
        stage=env.get("STAGE", "dev"),
        local=local,
        region=env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION", ""),
        endpoint_url=env.get("AWS_ENDPOINT_URL", ""),
        durations=PROFILES[profile],
        terms=terms.PROFILES[profile].changed(json.loads(env.get("TERMS") or "{}")),
        tables={name: env.get(f"{name.upper()}_TABLE", name) for name in ("market", "journal", "live")},
        work_queue_url=env.get("WORK_QUEUE_URL", ""),
        mail_queue_url=env.get("MAIL_QUEUE_URL", ""),
        index_queue_url=env.get("INDEX_QUEUE_URL", ""),
        repair_queue_url=env.get("REPAIR_QUEUE_URL", ""),
        scan_queue_url=env.get("SCAN_QUEUE_URL", ""),
        scanner=env.get("SCANNER", ""),
        scanner_limit_bytes=_scanner_limit_bytes(env.get("SCANNER_LIMIT_BYTES", "")),
        machines={"order": env.get("ORDER_MACHINE", ""), "dispute": env.get("DISPUTE_MACHINE", "")},
        search_bucket=env.get("SEARCH_BUCKET", ""),
        files_bucket=env.get("FILES_BUCKET", ""),
        audit_function=env.get("AUDIT_FUNCTION", ""),
        secret_arn=env.get("SECRET_ARN", ""),
        turn_secret_arn=env.get("TURN_SECRET_ARN", ""),
        edge_secret_arn=env.get("EDGE_SECRET_ARN", ""),
        ws_management_url=env.get("WS_MANAGEMENT_URL", ""),
        origin=env.get("ORIGIN", ""),
        web_shell=env.get("WEB_SHELL", ""),
        mail_from=env.get("MAIL_FROM", "twip@localhost"),
        currency=env.get("CURRENCY", "RUB"),
        commission_bps=commission_bps,
        turn_urls=tuple(filter(None, env.get("TURN_URLS", "").split(","))),
        trace=env.get("TRACE") == "1",
    )


def _scanner_limit_bytes(said: str) -> int:
    if not said:
        return 100 * 2**20
    from chalicelib.domain.attachments import LARGEST_BYTES  # no call needs it

    if int(said) < LARGEST_BYTES:
        raise RuntimeError("SCANNER_LIMIT_BYTES must be at least what an attachment may have: nobody could release it")
    return int(said)
