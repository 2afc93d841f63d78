"""What a trace says about calls of AWS."""

import pytest
from aws_xray_sdk.core import xray_recorder

from chalicelib.gateways.tracing import traced


def test_a_call_is_a_part_of_its_request_s_trace_also_when_it_fails() -> None:
    xray_recorder.configure(sampling=False, context_missing="LOG_ERROR")
    request = xray_recorder.begin_segment("request")
    try:
        with pytest.raises(KeyError), traced("dynamodb", "GetItem"):
            raise KeyError
        (part,) = request.subsegments
    finally:
        xray_recorder.clear_trace_entities()
    assert (part.name, part.namespace, part.aws, part.fault) == ("dynamodb", "aws", {"operation": "GetItem"}, True)


def test_where_there_is_no_trace_the_call_goes_its_way() -> None:
    xray_recorder.configure(sampling=False, context_missing="LOG_ERROR")
    with traced("dynamodb", "GetItem"):
        pass
