"""The REST stage `api` and the WebSocket stage `ws`: named so that one origin needs no rewriting of paths."""

import json
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.cdk.context import Context
from infra.cdk.functions import Functions
from infra.cdk.groups import FUNCTIONS, Groups
from infra.cdk.nag import accept

ACCESS = {
    "id": "$context.requestId",
    "status": "$context.status",
    "ip": "$context.identity.sourceIp",
    "ms": "$context.responseLatency",
}
"""No query strings: a WebSocket's ticket stands there."""
RATE, BURST = 5000, 5000
REFUSALS = {
    # An unknown route: the gateway's own answer is a 403 about a token that nobody asked for.
    "MISSING_AUTHENTICATION_TOKEN": (404, "Not Found", "not_found"),
    "THROTTLED": (429, "Too Many Requests", "too_many_requests"),
    "REQUEST_TOO_LARGE": (413, "Content Too Large", "too_large"),
    "DEFAULT_4XX": (400, "Bad Request", "bad_request"),
    "INTEGRATION_TIMEOUT": (503, "Service Unavailable", "unavailable"),
    "DEFAULT_5XX": (500, "Internal Server Error", "internal"),
}
"""What the REST gateway refuses by itself is a problem document too (RFC 9457): status, title, code."""


class Gateways(Construct):
    """Throttles, access logs, traces, and the address that frames are pushed to."""

    def __init__(self, scope: Construct, ident: str, context: Context, functions: Functions, groups: Groups) -> None:
        super().__init__(scope, ident)
        stack = cdk.Stack.of(self)
        self.rest, self.ws = functions.resource("RestAPI"), functions.resource("WebsocketAPI")
        access = logs.LogGroup(
            self, "Access", retention=logs.RetentionDays.ONE_MONTH, removal_policy=cdk.RemovalPolicy.DESTROY
        )
        self._rest_stage(access)
        self._ws_stage(functions, access)
        self._accept_open_routes(functions)
        base = f"{context.endpoint}/_aws/execute-api/{self.ws.ref}"
        deployed = f"https://{self.ws.ref}.execute-api.{stack.region}.{stack.url_suffix}"
        for name, group in FUNCTIONS.items():
            if group in ("Rest", "Ws", "Tick", "Worker", "Lifecycles"):
                functions.resource(name).add_property_override(
                    "Environment.Variables.WS_MANAGEMENT_URL", f"{base if context.local else deployed}/ws"
                )

        def connections(method: str) -> str:
            name = f"ws/{method}/@connections/*"
            return stack.format_arn(service="execute-api", resource=self.ws.ref, resource_name=name)

        groups.let_push(connections, "WebsocketAPI")

    def host(self, api: cdk.CfnResource) -> str:
        """The gateway's own host name, for the CDN."""
        stack = cdk.Stack.of(self)
        return f"{api.ref}.execute-api.{stack.region}.{stack.url_suffix}"

    def _rest_stage(self, access: logs.LogGroup) -> None:
        every = {"ResourcePath": "/*", "HttpMethod": "*", "MetricsEnabled": True, "LoggingLevel": "ERROR"}
        limits = {"ThrottlingRateLimit": RATE, "ThrottlingBurstLimit": BURST}
        self.rest.add_property_override("TracingEnabled", True)
        self.rest.add_property_override("MethodSettings", [{**every, **limits}])
        self.rest.add_property_override("GatewayResponses", {kind: _problem(*it) for kind, it in REFUSALS.items()})
        line = json.dumps({**ACCESS, "route": "$context.httpMethod $context.resourcePath"})
        self.rest.add_property_override("AccessLogSetting", {"DestinationArn": access.log_group_arn, "Format": line})

    def _ws_stage(self, functions: Functions, access: logs.LogGroup) -> None:
        stage = functions.resource("WebsocketAPIStage")
        # A deployment made once would never see a changed route; the local cloud has no such resource at all.
        functions.drop("WebsocketAPIDeployment")
        stage.add_property_deletion_override("DeploymentId")
        stage.add_property_override("AutoDeploy", True)
        stage.add_property_override("StageName", "ws")
        functions.output("WebsocketConnectEndpointURL").value = cdk.Fn.sub(
            "wss://${WebsocketAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/ws"
        )
        line = json.dumps({**ACCESS, "route": "$context.routeKey"})
        stage.add_property_override("AccessLogSettings", {"DestinationArn": access.log_group_arn, "Format": line})
        stage.add_property_override(
            "DefaultRouteSettings",
            {"ThrottlingRateLimit": RATE, "ThrottlingBurstLimit": BURST, "DetailedMetricsEnabled": True},
        )
        accept(stage, "its access log is set by an override, which the check does not see", "APIG1")

    def _accept_open_routes(self, functions: Functions) -> None:
        accept(
            functions.resource("WebsocketConnectRoute"),
            "$connect spends a single-use ticket itself and answers 401 without one",
            "APIG4",
        )
        for name in ("WebsocketMessageRoute", "WebsocketDisconnectRoute"):
            accept(functions.resource(name), "only $connect can have an authorizer", "APIG4")
        accept(
            self.rest,
            "no authorizer function: the route decorator verifies the JWT in process and denies by default",
            "APIG4",
        )


def _problem(status: int, title: str, code: str) -> dict[str, Any]:
    document = {"type": "about:blank", "title": title, "status": status, "code": code}
    return {
        "StatusCode": status,
        "ResponseTemplates": {"application/json": json.dumps({**document, "request_id": "$context.requestId"})},
        "ResponseParameters": {
            "Headers": {"Content-Type": "'application/problem+json'", "Cache-Control": "'no-store'"}
        },
    }
