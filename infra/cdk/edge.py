"""One origin for the browser: files of the web client, pages, `/api/*` the REST stage, `/ws` the WebSocket stage."""

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cf
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from chalicelib.gateways.cdn import HEADER
from chalicelib.handlers.outside.paths import CLIENT_PATTERN, COOKIE, SHELL
from infra.cdk.context import Context
from infra.cdk.data import Buckets, Keys
from infra.cdk.gateways import Gateways
from infra.cdk.nag import accept
from infra.cdk.outside import Outside
from infra.headers import PERMISSIONS, content_policy
from infra.web import SOURCES

VIEWER = f"""function handler(event) {{
  var r = event.request, chosen = r.cookies.{COOKIE}, asked = r.headers["accept-language"], lang = "en";
  if (chosen && /^(ru|en)$/.test(chosen.value)) lang = chosen.value;
  else if (asked) {{ var found = asked.value.toLowerCase().match(/(?:^|,)\\s*(ru|en)/); if (found) lang = found[1]; }}
  r.headers["accept-language"] = {{ value: lang }};
  if (/{CLIENT_PATTERN.replace("/", chr(92) + "/")}/.test(r.uri)) r.uri = "{SHELL}";
  return r;
}}"""
"""Before the cache is asked: all pages of the client's alone are one, and readers have one of two languages."""


class Edge(Construct):
    """The distribution. It keeps files of the web client, and pages for as long as their function says; the API is passed through."""

    def __init__(
        self,
        scope: Construct,
        ident: str,
        context: Context,
        buckets: Buckets,
        gateways: Gateways,
        keys: Keys,
        outside: Outside,
    ) -> None:
        super().__init__(scope, ident)
        # Resolved when the stack is deployed: the template holds the secret's name only.
        proof = keys.edge.secret_value_from_json(context.edge_kid).unsafe_unwrap()
        headers = self._headers(f"https://{buckets.files.bucket_regional_domain_name}")
        viewer = cf.Function(
            self, "Viewer", runtime=cf.FunctionRuntime.JS_2_0, code=cf.FunctionCode.from_inline(VIEWER)
        )
        files = cf.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(buckets.web),
            viewer_protocol_policy=cf.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            response_headers_policy=headers,
        )

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
            domain_names=[context.domain],
            certificate=acm.Certificate.from_certificate_arn(self, "Certificate", context.certificate_arn),
            minimum_protocol_version=cf.SecurityPolicyProtocol.TLS_V1_2_2021,
            default_behavior=cf.BehaviorOptions(
                origin=outside.origin(),
                cache_policy=self._by_path_and_language(),
                viewer_protocol_policy=cf.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                response_headers_policy=headers,
                function_associations=[
                    cf.FunctionAssociation(function=viewer, event_type=cf.FunctionEventType.VIEWER_REQUEST)
                ],
            ),
            additional_behaviors={
                "/api/*": passed_through(gateways.host(gateways.rest), {HEADER: proof}),
                "/ws": passed_through(gateways.host(gateways.ws)),
                "/assets/*": files,
                **{f"/{path.name}": files for path in sorted((SOURCES / "public").iterdir())},
            },
        )
        outside.let_in(self.distribution)
        accept(self.distribution, "the product is sold world-wide", "CFR1")
        accept(
            self.distribution,
            "its log would keep the ticket in /ws?ticket=; the gateways log every request without it",
            "CFR3",
        )
        accept(self.distribution, "throttled at the gateways; a WAF is a running cost, decided in production", "CFR2")

    def _by_path_and_language(self) -> cf.CachePolicy:
        """A query belongs to no page: the client alone reads it. The function says how long an answer is kept."""
        return cf.CachePolicy(
            self,
            "ByPathAndLanguage",
            header_behavior=cf.CacheHeaderBehavior.allow_list("Accept-Language"),
            cookie_behavior=cf.CacheCookieBehavior.none(),
            query_string_behavior=cf.CacheQueryStringBehavior.none(),
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            max_ttl=Duration.days(365),
            enable_accept_encoding_gzip=True,
            enable_accept_encoding_brotli=True,
        )

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
