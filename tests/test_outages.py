"""What is an outage and what is a bug: the one may be tried again, the other must not be hidden."""

import logging

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ParamValidationError, ReadTimeoutError, SSLError

from chalicelib.domain.errors import Unavailable
from chalicelib.outages import translate_errors


def refusal(code: str, status: int = 400) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Query")  # type: ignore[typeddict-item]


def within(error: Exception) -> None:
    with translate_errors():
        raise error


@pytest.mark.parametrize(
    "outage",
    [
        ReadTimeoutError(endpoint_url="https://somewhere"),
        SSLError(endpoint_url="https://somewhere", error=OSError("cut")),
        refusal("SlowDown", 503),
        refusal("InternalServiceError", 500),
        refusal("TooManyRequestsException", 429),
        refusal("ThrottlingException"),
    ],
)
def test_an_outage_is_unavailable_and_one_line_in_the_log(outage: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unavailable):
        within(outage)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize(
    "bug",
    [
        refusal("ValidationException"),
        refusal("AccessDeniedException"),
        refusal("ResourceNotFoundException"),
        ParamValidationError(report="no such parameter"),
        NoCredentialsError(),
        KeyError("ours"),
    ],
)
def test_a_bug_stays_what_it_is(bug: Exception) -> None:
    with pytest.raises(type(bug)) as raised:
        within(bug)
    assert raised.value is bug
