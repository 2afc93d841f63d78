"""The tables are away from some moment on."""

from botocore.exceptions import ReadTimeoutError

from dynamo.requests import Request
from tests.support.house import House


def away_after_the_next_commit(house: House) -> None:
    """What is asked of the tables once a transaction has begun finds no answer; the transaction itself is carried out."""
    begun: list[str] = []

    def ask(operation: str, _: Request) -> None:
        if begun:
            raise ReadTimeoutError(endpoint_url="https://dynamodb.example")
        if operation == "transact_write_items":
            begun.append(operation)

    house.dynamo.before = ask
