"""The address of the function that answers whoever comes from outside. The CDN alone may ask it, by requests that it signs."""

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cf
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.cdk.functions import Functions


class Outside(Construct):
    """No gateway stands before it: a function's own address carries bytes as they are, and the CDN holds back what is too much."""

    def __init__(self, scope: Construct, ident: str, functions: Functions) -> None:
        super().__init__(scope, ident)
        self._function = functions.resource("Outside").ref
        self._address = lambda_.CfnUrl(self, "Url", auth_type="AWS_IAM", target_function_arn=self._function)
        self.url = self._address.attr_function_url

    def origin(self) -> cf.IOrigin:
        """As the CDN reaches it."""
        control = cf.FunctionUrlOriginAccessControl(self, "Control", signing=cf.Signing.SIGV4_ALWAYS)
        host = cdk.Fn.select(2, cdk.Fn.split("/", self.url))
        return origins.HttpOrigin(host, origin_access_control_id=control.origin_access_control_id)

    def let_in(self, distribution: cf.Distribution) -> None:
        """Lets one distribution ask. AWS wants both rights, since October 2025."""
        arn = cdk.Stack.of(self).format_arn(
            service="cloudfront", region="", resource="distribution", resource_name=distribution.distribution_id
        )
        for name, action, more in (
            ("AskUrl", "lambda:InvokeFunctionUrl", {"function_url_auth_type": "AWS_IAM"}),
            ("Ask", "lambda:InvokeFunction", {"invoked_via_function_url": True}),
        ):
            lambda_.CfnPermission(
                self,
                name,
                action=action,
                function_name=self._function,
                principal="cloudfront.amazonaws.com",
                source_arn=arn,
                **more,
            )
