"""Secrets as CloudFormation makes them in AWS. `Ref` is the ARN: the emulator gives the name, which no policy can grant anything on. What
is generated has no punctuation where none is wanted: the emulator does not read that, and a header or a configuration would misread it."""

import string
from collections.abc import Callable
from typing import Any

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

KIND = "AWS::SecretsManager::Secret"


def patch() -> None:
    """What CloudFormation does with secrets."""
    provisioners._sm_secret_string = _plainly(provisioners._sm_secret_string)
    acts = provisioners._RESOURCE_HANDLERS[KIND]
    create, update, delete = acts["create"], acts["update"], acts["delete"]

    def by_arn(made: tuple[str, dict[str, str]]) -> tuple[str, dict[str, str]]:
        _, attributes = made
        return attributes["Arn"], attributes

    def created(*given: Any, **more: Any) -> Any:
        return by_arn(create(*given, **more))

    def updated(physical_id: str, *given: Any, **more: Any) -> Any:
        return by_arn(update(_name(physical_id), *given, **more))

    def deleted(physical_id: str, *given: Any, **more: Any) -> Any:
        return delete(_name(physical_id), *given, **more)

    provisioners._RESOURCE_HANDLERS[KIND] = {**acts, "create": created, "update": updated, "delete": deleted}


def _plainly(generate: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
    def generated(properties: dict[str, Any]) -> str:
        asked = properties.get("GenerateSecretString") or {}
        if str(asked.get("ExcludePunctuation", "")).lower() != "true":
            return generate(properties)
        plain = {**asked, "ExcludeCharacters": asked.get("ExcludeCharacters", "") + string.punctuation}
        return generate({**properties, "GenerateSecretString": plain})

    return generated


def _name(ident: str) -> str:
    name, _ = secretsmanager._resolve(ident)
    return str(name or ident)
