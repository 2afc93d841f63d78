"""The CDK app: `cdk deploy --app "python -m infra.cdk" -c stage=prod -c domain=... -c certificate_arn=...`."""

import sys

import aws_cdk as cdk

from infra.cdk import context
from infra.cdk.stack import TwipStack


def main() -> None:
    """Synthesises one stage. A deployed one is checked by cdk-nag on the way."""
    app = cdk.App()
    try:
        asked = context.read(app.node)
    except context.RefusedContext as refused:
        sys.exit(f"refused: {refused}")
    TwipStack(app, f"twip-{asked.stage}", asked)
    if not asked.local:
        # Not among what running locally installs.
        from cdk_nag import AwsSolutionsChecks

        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()


main()
