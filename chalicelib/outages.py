"""AWS out of reach or out of breath, in the words of the ports: above those who speak to it nobody knows its client's errors.

A write whose answer is lost may have been carried out all the same. Nobody here guesses or repeats it: the asker is told `Unavailable`,
sends the same thing again, and each kind of change knows itself again, because a use case reads before it decides:

- `Insert` under a derived id (orders, top-ups, twips, registrations, messages): the repeat finds the first and answers as it did.
  Under a made-up one (devices, tickets, mailed links): the repeat makes another, and the first, which nobody was told of, expires.
- `Save`, and `Remove` of what has a version: the repeat reads what is so now. What it asks for is so already (a key of the order's end, a
  session's mark, a name, a role) and nothing more is done, or it is told so by code (`wrong_state`, `stale`), never done twice.
- `Remove` of what is good once (a ticket, a mailed link): the repeat is refused, and what the link was for is done.
- `Record` and `AccountChange` stand in one transaction with one of these, or with a key in the journal that is free once: money moves once.
- `Put` writes the same again; a counter of attempts counts one too many, which errs on the strict side.

The client's own retries meet the same rules: a transaction carries its token, and a lone conditional write that was carried out the first
time is refused the second, which a use case takes for a lost race and reads again."""

import logging
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, TypeVar, cast

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

from chalicelib.domain.errors import Unavailable

log = logging.getLogger(__name__)
Act = TypeVar("Act", bound=Callable[..., Any])
THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Refusals that pass, although their status says that the request is at fault."""


class translate_errors:  # noqa: N801
    """What is asked of AWS within finds its answer, whatever it is, or Unavailable is raised: nobody could be reached, no answer came in
    time, or the service answered that it could not (5xx) or had too much to do, after the client's own retries."""

    def __call__(self, act: Act) -> Act:
        """The same around each call of a function, which costs nothing while nothing goes wrong."""

        @wraps(act)
        def within(*args: Any, **named: Any) -> Any:
            try:
                return act(*args, **named)
            except (HTTPClientError, NoConnection, ClientError) as error:
                _translate(error)
                raise

        return cast(Act, within)

    def __enter__(self) -> None:
        """Keeps nothing."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            _translate(error)


def _translate(error: BaseException) -> None:
    if isinstance(error, (HTTPClientError, NoConnection)):
        log.warning("no answer: %s", error)
        raise Unavailable from error
    if isinstance(error, ClientError) and is_transient(error):
        log.warning("not now: %s", error)
        raise Unavailable from error


def is_transient(error: ClientError) -> bool:
    """Whether the same request may be answered in a moment."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or status == 429 or error.response["Error"]["Code"] in THROTTLED
