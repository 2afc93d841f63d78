"""Clients of the local AWS."""

from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"


@lru_cache(maxsize=64)
def client(service: str, endpoint: str, **credentials: str) -> Any:
    """A client as the account's root, or with the credentials given. Kept: making one costs more than a tick does."""
    given = credentials or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    session = boto3.Session(region_name=REGION, **given)  # type: ignore[arg-type]
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=60, max_pool_connections=16)
    return session.client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]
