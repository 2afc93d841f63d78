"""Whoever comes around the front door, to the gateway's own address, is nobody else than who they are (E19)."""

import hashlib
import time

import httpx
import pytest

from chalicelib.gateways.cdn import HEADER
from infra.local.cloud import LocalCloud

CLAIMED = "203.0.113.99"
NOBODY = {"email": "nobody@example.org", "password": "not a password at all"}


def is_counted(cloud: LocalCloud, address: str) -> bool:
    """Whether a sign-in was ever counted against an address."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:32]
    found = cloud.client("dynamodb").scan(
        TableName=cloud.outputs["LiveTable"],
        FilterExpression="begins_with(pk, :counter)",
        ExpressionAttributeValues={":counter": {"S": f"CNT#login#ip#{digest}#"}},
        ConsistentRead=True,
    )
    return bool(found["Items"])


@pytest.mark.rule("E19")
def test_an_address_that_is_claimed_around_the_cdn_is_not_believed(cloud: LocalCloud) -> None:
    gateway = f"{cloud.endpoint}/_aws/execute-api/{cloud.outputs['RestAPIId']}/api/auth/login"
    forwarded = {"x-forwarded-for": f"{CLAIMED}, 130.176.0.1"}
    for headers in (forwarded, {**forwarded, HEADER: "guessed"}):
        assert httpx.post(gateway, json=NOBODY, headers=headers, timeout=60).status_code == 401
    assert httpx.post(f"{cloud.origin}/api/auth/login", json=NOBODY, headers=forwarded, timeout=60).status_code == 401
    assert not is_counted(cloud, CLAIMED)
    assert is_counted(cloud, "127.0.0.1")
    key = cloud.keys("EDGE_SECRET_ARN").plain(time.time_ns() // 1_000_000)[0]
    assert httpx.post(gateway, json=NOBODY, headers={**forwarded, HEADER: key}, timeout=60).status_code == 401
    assert is_counted(cloud, CLAIMED), "the CDN itself is believed"
