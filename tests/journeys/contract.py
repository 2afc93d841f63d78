"""Every frame that a journey sees is held against the description that the service publishes of itself."""

from typing import Any

from jsonschema_rs import Draft7Validator


class Contract:
    """Validators of the frames, by direction and type. What does not fit is kept in `broken`."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Draft7Validator] = {}
        self.broken: list[str] = []
        self.seen: set[tuple[str, str]] = set()

    def read(self, document: dict[str, Any]) -> None:
        """Takes over the service's own AsyncAPI document."""
        received = {
            reference["$ref"].rpartition("/")[2]
            for operation in document["operations"].values()
            if operation["action"] == "receive"
            for reference in operation["messages"]
        }
        for name, message in document["components"]["messages"].items():
            direction = "out" if name in received else "in"
            schema = {**message["payload"], "components": document["components"]}
            self._known[direction, message["name"]] = Draft7Validator(schema)

    def watch(self, direction: str, frame: dict[str, Any]) -> None:
        """Looks at a frame; what the client sends is looked at only for its type."""
        kind = (direction, str(frame.get("type")))
        self.seen.add(kind)
        if direction == "out" or not self._known:
            return
        described = self._known.get(kind)
        if described is None:
            self.broken.append(f"{kind[1]} is not described")
            return
        self.broken += [f"{kind[1]}: {error.message}: {frame}" for error in described.iter_errors(frame)]

    def unmet(self) -> set[str]:
        """Frames of the service that are described and were in no journey."""
        return {kind for direction, kind in self._known.keys() - self.seen if direction == "in"}
