"""The books, for an admin (D28)."""

from typing import TYPE_CHECKING

from chalice import Blueprint

from chalicelib.domain.access import Act
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import View

if TYPE_CHECKING:
    from chalicelib.billing.audit import Difference

bp = Blueprint(__name__)
SHOWN = 500


class DifferenceView(View):
    """Something that cannot be: `what` of `subject` is `found` and should be `expected`."""

    what: str
    subject: str
    expected: str
    found: str


class LedgerReport(View):
    """What the audit has found; of the differences, the first 500."""

    clean: bool
    accounts: int
    entries: int
    differences: list[DifferenceView]


@route(bp, "POST", "/admin/ledger/verify", act=Act.LEDGER_VERIFY, answer=LedgerReport)
def verify(ctx: Context) -> LedgerReport:
    """Recomputes every balance from the journal and names each difference."""
    report = ctx.services.verification.run(ctx.caller.user_id)
    differences = [_difference(found) for found in report.differences[:SHOWN]]
    return LedgerReport(clean=report.clean, accounts=report.accounts, entries=report.entries, differences=differences)


def _difference(found: "Difference") -> DifferenceView:
    return DifferenceView(what=found.what, subject=found.subject, expected=found.expected, found=found.found)
