"""`make audit`: recomputes every balance of a running product from its journal. Beside `make run`, with PROFILE=fast too; `make audit
STACK=twip-prod` is for an operator's credentials on AWS, and has not been run there yet. Ends with 1 and names every difference if there is
one."""

import sys

from rich.console import Console
from rich.table import Table

from chalicelib.services.money.audit import Report
from infra.local.deployed import ends_with_words, wiring


def told(report: Report, console: Console) -> int:
    """Says what was found and answers the exit code."""
    if report.clean:
        console.print(f"audit clean: {report.accounts} accounts, {report.entries} entries", highlight=False)
        return 0
    table = Table("what", "of", "should be", "is", title="Differences", title_justify="left")
    for difference in report.differences:
        table.add_row(difference.what, difference.subject, difference.expected, difference.found)
    console.print(table)
    counted = f"{len(report.differences)} differences in {report.accounts} accounts, {report.entries} entries"
    console.print(f"audit failed: {counted}", style="bold red", highlight=False)
    return 1


def main() -> None:
    """`PROFILE` or `STACK` from the environment, as make passes them."""
    with ends_with_words("the books cannot be read"):
        report = wiring().audit.run()
    sys.exit(told(report, Console(soft_wrap=True)))


if __name__ == "__main__":
    main()
