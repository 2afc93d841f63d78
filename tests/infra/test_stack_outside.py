"""How public pages reach the CDN, and nobody else (E22)."""

from typing import Any

import pytest

from chalicelib.storage.showcase import ATTRIBUTES
from tests.infra.conftest import Template
from tests.infra.test_stack import listed, of_type, statements


def of_the_cdn(template: Template) -> dict[str, Any]:
    (cdn,) = of_type(template, "AWS::CloudFront::Distribution").values()
    found: dict[str, Any] = cdn["DistributionConfig"]
    return found


@pytest.mark.rule("E22")
def test_one_distribution_may_ask_the_function_by_requests_that_it_signs_and_nobody_else(deployed: Template) -> None:
    (address,) = of_type(deployed, "AWS::Lambda::Url").values()
    assert address["AuthType"] == "AWS_IAM"
    allowed = [
        it for it in of_type(deployed, "AWS::Lambda::Permission").values() if it["FunctionName"] == {"Ref": "Outside"}
    ]
    assert {it["Action"] for it in allowed} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    assert all(it["Principal"] == "cloudfront.amazonaws.com" and "EdgeCdn" in str(it["SourceArn"]) for it in allowed)
    origins = {it["Id"]: it for it in of_the_cdn(deployed)["Origins"]}
    pages = origins[of_the_cdn(deployed)["DefaultCacheBehavior"]["TargetOriginId"]]
    assert "OutsideControl" in str(pages["OriginAccessControlId"])


@pytest.mark.rule("E22")
def test_pages_are_kept_by_path_and_language_and_by_nothing_that_anybody_can_make_up(deployed: Template) -> None:
    (policy,) = of_type(deployed, "AWS::CloudFront::CachePolicy").values()
    key = policy["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"]["QueryStringBehavior"] == "none"
    assert key["CookiesConfig"]["CookieBehavior"] == "none"
    assert key["HeadersConfig"]["Headers"] == ["Accept-Language"]


def test_no_page_names_an_asset_that_is_not_there_yet(deployed: Template) -> None:
    resources = deployed["Resources"]
    copied = {name: it for name, it in resources.items() if it["Type"] == "Custom::CDKBucketDeployment"}
    assets = next(name for name, it in copied.items() if it["Properties"].get("Include") == ["assets/*"])
    page = next(it for name, it in copied.items() if name != assets)
    assert assets in listed(resources["Outside"]["DependsOn"])
    assert "Outside" in listed(page["DependsOn"])


@pytest.mark.rule("E22", "R77")
def test_whatever_it_asks_for_it_may_have_public_attributes_only(deployed: Template) -> None:
    limited = [it for it in statements(deployed) if "ForAllValues:StringEquals" in it.get("Condition", {})]
    assert len(limited) == 3
    for it in limited:
        named = it["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]
        assert set(named) == ATTRIBUTES
    assert not ATTRIBUTES & {"draft", "email", "password_hash", "reason"}
