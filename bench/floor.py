"""The floor: the requests of one debit, signed by hand and sent over a bare socket. What a debit costs above it is ours
and botocore's."""

import hashlib
import hmac
import http.client
import json
import time
from datetime import UTC, datetime


class Signed:
    """One kept-alive connection that signs each request with Signature Version 4."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.host = f"127.0.0.1:{port}"
        day = datetime.now(UTC).strftime("%Y%m%d")
        self.scope = f"{day}/us-east-1/dynamodb/aws4_request"
        key = b"AWS4test"
        for part in (day, "us-east-1", "dynamodb", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        self.key = key

    def send(self, target: str, path: str, body: bytes) -> object:
        """Signs, sends and parses one request."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(body).hexdigest()
        names = "host;x-amz-date;x-amz-target"
        values = f"host:{self.host}\nx-amz-date:{stamp}\nx-amz-target:{target}\n"
        canonical = f"POST\n{path}\n\n{values}\n{names}\n{digest}"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{self.scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()
        headers = {
            "X-Amz-Target": target,
            "X-Amz-Date": stamp,
            "Authorization": f"AWS4-HMAC-SHA256 Credential=test/{self.scope}, SignedHeaders={names}, Signature={signature}",
        }
        self.connection.request("POST", path, body, headers)
        return json.loads(self.connection.getresponse().read())


def cpu_ms_a_debit(port: int, requests: list[tuple[str, str, bytes]], times: int = 300) -> float:
    """CPU milliseconds of this process for one debit's requests."""
    signed = Signed(port)
    began = time.process_time()
    for _ in range(times):
        for target, path, body in requests:
            signed.send(target, path, body)
    return (time.process_time() - began) * 1000 / times
