"""What pydantic finds wrong with a body, a query or a frame, in our codes (R8): one table, so that REST and the WebSocket API give the
same fault the same name. Nobody else may speak pydantic's: its codes come and go with its versions."""

from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import FieldError, InvalidInput

if TYPE_CHECKING:
    from pydantic import ValidationError

CODES = {
    "missing": "required",
    "union_tag_not_found": "required",
    "extra_forbidden": "unknown",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_large",
    "less_than_equal": "too_large",
    "enum": "not_allowed",
    "literal_error": "not_allowed",
    "union_tag_invalid": "not_allowed",
    "json_invalid": "not_json",
}
"""Everything else is `invalid`."""
_LIMITS = ("min_length", "max_length", "ge", "gt", "le", "lt")


def invalid(error: "ValidationError", *, skip: int = 0) -> InvalidInput:
    """An error per field. The first `skip` steps of pydantic's paths are no fields of the sender's: a frame's begin with its type."""
    found = error.errors(include_url=False, include_input=False)
    return InvalidInput(tuple(_field_error(part, skip) for part in found))


def _field_error(found: Any, skip: int) -> FieldError:
    context = found.get("ctx", {})
    # The field that tells the kinds apart is in no path, and stands in quotes.
    steps = [*found["loc"][skip:], *([context["discriminator"].strip("'")] if "discriminator" in context else [])]
    limit = next((context[name] for name in _LIMITS if isinstance(context.get(name), int)), None)
    return FieldError(".".join(str(step) for step in steps), CODES.get(found["type"], "invalid"), limit)
