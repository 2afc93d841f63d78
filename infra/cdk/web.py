"""The web client's files in their bucket: those whose names change with their contents for ever, the page itself never."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cf
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from infra.cdk.nag import accept
from infra.web import BUILT, build

FOR_EVER = "public, max-age=31536000, immutable"
NEVER = "no-cache"
WHY = "the CDK's own function that copies files at a deployment: its role and runtime come with the library"


class WebFiles(Construct):
    """Copied at each deployment. Old assets stay, for pages that are open; the page is taken anew by the CDN."""

    def __init__(
        self, scope: Construct, ident: str, bucket: s3.Bucket, distribution: cf.Distribution, pages: cdk.CfnResource
    ) -> None:
        super().__init__(scope, ident)
        build()
        source = deployment.Source.asset(str(BUILT))
        assets = self._files(
            "Assets", source, bucket, exclude=["*"], include=["assets/*"], cache_control=_cached(FOR_EVER), prune=False
        )
        page = self._files(
            "Page",
            source,
            bucket,
            exclude=["assets/*"],
            cache_control=_cached(NEVER),
            prune=False,
            distribution=distribution,
            distribution_paths=["/*"],
        )
        # A page never names an asset that is not there yet: neither this one nor those that the function makes of it. What the CDN has
        # of older ones it forgets after both.
        pages.node.add_dependency(assets)
        page.node.add_dependency(pages)
        for construct in cdk.Stack.of(self).node.children:
            if construct.node.id.startswith("Custom::CDKBucketDeployment"):
                accept(construct, WHY, "L1", *_rights(bucket))

    def _files(
        self, ident: str, source: deployment.ISource, bucket: s3.Bucket, **options: object
    ) -> deployment.BucketDeployment:
        return deployment.BucketDeployment(
            self,
            ident,
            sources=[source],
            destination_bucket=bucket,
            **options,  # type: ignore[arg-type]
        )


def _rights(bucket: s3.Bucket) -> list[str]:
    """What the copying function may do, as cdk-nag names it: read the CDK's assets, write the bucket, ask the CDN to forget."""
    name = cdk.Stack.of(bucket).get_logical_id(cast(cdk.CfnElement, bucket.node.default_child))
    assets = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*"
    actions = [f"Action::s3:{action}*" for action in ("GetObject", "GetBucket", "List", "DeleteObject", "Abort")]
    resources = [f"Resource::{resource}" for resource in (assets, f"<{name}.Arn>/*", "*")]
    managed = "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]"
    return [managed, *(f"IAM5[{right}]" for right in (*actions, *resources))]


def _cached(value: str) -> list[deployment.CacheControl]:
    return [deployment.CacheControl.from_string(value)]
