"""What a request says, checked: path, query, body. Every fault is named by its field (R8)."""

import re

from chalice.app import MultiDict
from pydantic import BaseModel, ValidationError

from chalicelib import validation_codes
from chalicelib.domain.errors import FieldError, InvalidInput, NotFound

MAX_BODY_BYTES = 64 * 1024
_PATH_PART = re.compile(r"[0-9A-Za-z_-]{1,64}")


def check_path(parameters: dict[str, str]) -> None:
    """A part of the path that can be no id names nothing. Raises NotFound."""
    for name, value in parameters.items():
        if not _PATH_PART.fullmatch(value):
            raise NotFound(what=name.removesuffix("_id"))


def query_of(model: type[BaseModel] | None, given: MultiDict | None) -> BaseModel | None:
    """The query, each name at most once. Raises InvalidInput, also for names that the route does not know."""
    values: dict[str, list[str]] = {name: given.getlist(name) for name in given} if given else {}
    repeated = tuple(FieldError(name, "repeated") for name, all_of_it in values.items() if len(all_of_it) > 1)
    if repeated:
        raise InvalidInput(repeated)
    if model is None:
        if values:
            raise InvalidInput(tuple(FieldError(name, "unknown") for name in values))
        return None
    try:
        # A query has texts only, so this is the one place where a type is made of another.
        return model.model_validate({name: one for name, (one,) in values.items()}, strict=False)
    except ValidationError as error:
        raise validation_codes.invalid(error) from None


def body_of(model: type[BaseModel] | None, raw: bytes) -> BaseModel | None:
    """The body: JSON of at most 64 KB. Raises InvalidInput, also for a body that nobody asked for."""
    if len(raw) > MAX_BODY_BYTES:
        raise InvalidInput((FieldError("", "too_large", MAX_BODY_BYTES),))
    if model is None:
        if raw.strip() not in (b"", b"{}"):
            raise InvalidInput((FieldError("", "no_body_expected"),))
        return None
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        raise validation_codes.invalid(error) from None
