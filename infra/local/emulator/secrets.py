"""`Ref` of a secret is its ARN, as in AWS; the emulator gives its name, which no policy can grant anything on."""

from typing import Any

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

KIND = "AWS::SecretsManager::Secret"


def patch() -> None:
    """What CloudFormation does with secrets, by ARN."""
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


def _name(ident: str) -> str:
    name, _ = secretsmanager._resolve(ident)
    return str(name or ident)
