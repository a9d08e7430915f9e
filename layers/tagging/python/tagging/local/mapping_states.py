"""Whether queue mappings are enabled, installed into moto, which knows only mappings that were created through it."""

from __future__ import annotations

from typing import Any, NamedTuple


class MappingState(NamedTuple):
    """A mapping of the template as moto answers it."""

    uuid: str
    enabled: bool

    def get_configuration(self) -> dict[str, str]:
        """The part of Lambda's response that commands read; in AWS a change takes a minute (`Enabling`)."""
        return {"UUID": self.uuid, "State": "Enabled" if self.enabled else "Disabled"}


def install() -> None:
    """Patch moto in this process: a mapping that it does not know is disabled until a call enables it."""
    from moto.awslambda.models import LambdaBackend

    backend: Any = LambdaBackend  # Any: its functions are replaced
    known_get, known_update = backend.get_event_source_mapping, backend.update_event_source_mapping
    known_list = backend.list_event_source_mappings
    states: dict[str, MappingState] = {}

    def get(self: Any, uuid: str) -> Any:
        return known_get(self, uuid) or states.get(uuid, MappingState(uuid, False))

    def update(self: Any, uuid: str, spec: dict[str, Any]) -> Any:
        if known_get(self, uuid) is not None:
            return known_update(self, uuid, spec)
        states[uuid] = MappingState(uuid, bool(spec["Enabled"]))
        return states[uuid]

    def list_all(self: Any, event_source_arn: str, function_name: str) -> list[Any]:
        return [*known_list(self, event_source_arn, function_name), *states.values()]

    backend.get_event_source_mapping, backend.update_event_source_mapping = get, update
    backend.list_event_source_mappings = list_all
