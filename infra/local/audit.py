"""`make audit`: recomputes every balance of a running product from its journal. Beside `make run`, with PROFILE=fast too; `make audit
STACK=twip-prod` is for an operator's credentials on AWS, and has not been run there yet. Ends with 1 and names every difference if there is
one."""

import os
import sys

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from chalicelib.domain.errors import Unavailable
from chalicelib.services.money.audit import Report
from chalicelib.wiring import Wiring
from infra.local.grant import NotRunning, deployed_wiring, local_wiring


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


def wiring() -> Wiring:
    """The service's, of the stack that is asked for, or of the run on this machine: the profile that is asked for. Raises NotRunning."""
    stack = os.environ.get("STACK")
    if stack is None:
        return local_wiring(os.environ.get("PROFILE", "real"))
    import boto3

    return deployed_wiring(stack, boto3.client)


def main() -> None:
    """`PROFILE` or `STACK` from the environment, as make passes them."""
    try:
        report = wiring().audit.run()
    except NotRunning as profile:
        sys.exit(f"the {profile} profile was never started here: make run PROFILE={profile}")
    except (BotoCoreError, ClientError, Unavailable) as error:
        sys.exit(f"the books cannot be read ({error.__cause__ or error}): is `make run` up?")
    sys.exit(told(report, Console(soft_wrap=True)))


if __name__ == "__main__":
    main()
