"""One origin for the browser: `/` the web client, `/api/*` the REST stage, `/ws` the WebSocket stage."""

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cf
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from chalicelib.gateways.cdn import HEADER
from infra.cdk.context import Context
from infra.cdk.data import Buckets, Keys
from infra.cdk.gateways import Gateways
from infra.cdk.nag import accept
from infra.headers import PERMISSIONS, content_policy

PAGES = (
    "function handler(event) { var r = event.request; "
    "if (r.uri.indexOf('/assets/') !== 0 && !/\\.[a-z0-9]+$/i.test(r.uri)) r.uri = '/index.html'; return r; }"
)
"""A deep link is the page's, a file is a file. Error pages would do it too, and eat the API's 403 and 404."""


class Edge(Construct):
    """The distribution. It caches the web client and passes everything else through."""

    def __init__(
        self, scope: Construct, ident: str, context: Context, buckets: Buckets, gateways: Gateways, keys: Keys
    ) -> None:
        super().__init__(scope, ident)
        # Resolved when the stack is deployed: the template holds the secret's name only.
        proof = keys.edge.secret_value_from_json(context.edge_kid).unsafe_unwrap()
        headers = self._headers(f"https://{buckets.files.bucket_regional_domain_name}")
        pages = cf.Function(self, "Pages", runtime=cf.FunctionRuntime.JS_2_0, code=cf.FunctionCode.from_inline(PAGES))

        def passed_through(host: str, said: dict[str, str] | None = None) -> cf.BehaviorOptions:
            return cf.BehaviorOptions(
                origin=origins.HttpOrigin(host, custom_headers=said),
                allowed_methods=cf.AllowedMethods.ALLOW_ALL,
                cache_policy=cf.CachePolicy.CACHING_DISABLED,
                origin_request_policy=cf.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                response_headers_policy=headers,
                viewer_protocol_policy=cf.ViewerProtocolPolicy.HTTPS_ONLY,
            )

        self.distribution = cf.Distribution(
            self,
            "Cdn",
            default_root_object="index.html",
            domain_names=[context.domain],
            certificate=acm.Certificate.from_certificate_arn(self, "Certificate", context.certificate_arn),
            minimum_protocol_version=cf.SecurityPolicyProtocol.TLS_V1_2_2021,
            default_behavior=cf.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(buckets.web),
                viewer_protocol_policy=cf.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                response_headers_policy=headers,
                function_associations=[
                    cf.FunctionAssociation(function=pages, event_type=cf.FunctionEventType.VIEWER_REQUEST)
                ],
            ),
            additional_behaviors={
                "/api/*": passed_through(gateways.host(gateways.rest), {HEADER: proof}),
                "/ws": passed_through(gateways.host(gateways.ws)),
            },
        )
        accept(self.distribution, "the product is sold world-wide", "CFR1")
        accept(
            self.distribution,
            "its log would keep the ticket in /ws?ticket=; the gateways log every request without it",
            "CFR3",
        )
        accept(self.distribution, "throttled at the gateways; a WAF is a running cost, decided in production", "CFR2")

    def _headers(self, storage: str) -> cf.ResponseHeadersPolicy:
        return cf.ResponseHeadersPolicy(
            self,
            "Headers",
            security_headers_behavior=cf.ResponseSecurityHeadersBehavior(
                content_security_policy=cf.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=content_policy(storage), override=True
                ),
                content_type_options=cf.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cf.ResponseHeadersFrameOptions(frame_option=cf.HeadersFrameOption.DENY, override=True),
                referrer_policy=cf.ResponseHeadersReferrerPolicy(
                    referrer_policy=cf.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override=True
                ),
                strict_transport_security=cf.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(730), include_subdomains=True, override=True
                ),
            ),
            custom_headers_behavior=cf.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cf.ResponseCustomHeader(
                        header="Permissions-Policy",
                        value=PERMISSIONS,
                        override=True,
                    )
                ]
            ),
        )
