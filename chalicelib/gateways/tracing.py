"""Calls of AWS in X-Ray's traces."""

from collections.abc import Iterator
from contextlib import contextmanager

from aws_xray_sdk.core import xray_recorder


@contextmanager
def traced(service: str, operation: str) -> Iterator[None]:
    """A subsegment of its own, as X-Ray's patch of botocore's client makes them."""
    with xray_recorder.in_subsegment(service, namespace="aws") as part:
        if part is not None:
            part.set_aws({"operation": operation})
        yield
