"""What the description of the cloud promises of people's files (D26)."""

import json
from typing import Any

import pytest

from infra.cdk.check import EXAMPLE
from tests.infra.conftest import LOCAL, Template
from tests.infra.test_stack import listed, of_type


def bucket(template: Template) -> dict[str, Any]:
    (found,) = [it for name, it in of_type(template, "AWS::S3::Bucket").items() if name.startswith("BucketsFiles")]
    return found


@pytest.mark.rule("D26")
@pytest.mark.parametrize("stage", ["deployed", "fast"])
def test_files_are_private_encrypted_and_never_kept_in_old_versions(stage: str, request: pytest.FixtureRequest) -> None:
    it = bucket(request.getfixturevalue(stage))
    assert it["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    (encrypted,) = it["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encrypted["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert it["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "VersioningConfiguration" not in it


@pytest.mark.parametrize("stage", ["deployed", "fast"])
def test_what_nothing_refers_to_is_gone_after_a_day_and_goods_and_their_parts_after_a_week(
    stage: str, request: pytest.FixtureRequest
) -> None:
    assert bucket(request.getfixturevalue(stage))["LifecycleConfiguration"]["Rules"] == [
        {"ExpirationInDays": 1, "Status": "Enabled", "TagFilters": [{"Key": "unused", "Value": "1"}]},
        {"ExpirationInDays": 7, "Status": "Enabled", "TagFilters": [{"Key": "unused", "Value": "7"}]},
        {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}, "Status": "Enabled"},
    ]


@pytest.mark.parametrize("stage", ["deployed", "fast"])
def test_only_pages_of_the_site_send_files_and_with_the_signed_headers_alone(
    stage: str, request: pytest.FixtureRequest
) -> None:
    (rule,) = bucket(request.getfixturevalue(stage))["CorsConfiguration"]["CorsRules"]
    origin = LOCAL["origin"] if stage == "fast" else f"https://{EXAMPLE['domain']}"
    assert (rule["AllowedMethods"], rule["AllowedOrigins"]) == (["PUT"], [origin])
    assert sorted(rule["AllowedHeaders"]) == ["content-type", "if-none-match", "x-amz-checksum-sha256", "x-amz-tagging"]


def test_files_travel_over_tls_only(deployed: Template) -> None:
    (policy,) = [
        it for it in of_type(deployed, "AWS::S3::BucketPolicy").values() if "BucketsFiles" in json.dumps(it["Bucket"])
    ]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_pages_may_send_to_the_bucket_and_to_nobody_else(deployed: Template) -> None:
    (headers,) = of_type(deployed, "AWS::CloudFront::ResponseHeadersPolicy").values()
    security = headers["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    before, host, after = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Join"][1]
    assert before == "default-src 'self'; connect-src 'self' https://"
    assert host["Fn::GetAtt"][0].startswith("BucketsFiles")
    assert host["Fn::GetAtt"][1] == "RegionalDomainName"
    assert after.startswith("; img-src 'self'")


@pytest.mark.rule("D26", "D29")
@pytest.mark.parametrize("stage", ["deployed", "fast"])
def test_the_api_signs_for_attachments_and_keeps_them_the_sweep_deletes_them_and_nobody_else_reaches_them(
    stage: str, request: pytest.FixtureRequest
) -> None:
    allowed: dict[str, set[str]] = {}
    for policy in of_type(request.getfixturevalue(stage), "AWS::IAM::Policy").values():
        group = policy["Roles"][0]["Ref"].removeprefix("Groups").partition("Role")[0]
        for it in policy["PolicyDocument"]["Statement"]:
            for resource in listed(it["Resource"]):
                if "BucketsFiles" in json.dumps(resource):
                    allowed.setdefault(group, set()).update(listed(it["Action"]))
                    assert "Fn::GetAtt" in resource or resource["Fn::Join"][1][-1] == "/attachments/*"
    objects = {"s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObjectTagging"}
    assert allowed == {
        "Rest": objects | {"s3:ListBucket", "s3:ListMultipartUploadParts"},
        "Retention": {"s3:DeleteObject", "s3:AbortMultipartUpload"},
        "Scan": {"s3:GetObject", "s3:ListBucket"},
    }
