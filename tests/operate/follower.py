"""A person on call who does what a runbook says, command by command, on the local cloud."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import jmespath
from botocore import xform_name

from tests.documents import commands
from tests.operate.on_cloud import Run
from tests.operate.releases import FUNCTION, LOG_GROUP, Releases
from tests.runbooks import RUNBOOKS, SECTIONS


@dataclass(frozen=True)
class Step:
    """One command as it was run, and what it showed."""

    words: tuple[str, ...]
    shown: Any
    """Text and exit code of `tagging …`; the answer of `aws …`, after its `--query`."""
    exit_code: int = 0


@dataclass
class Follower:
    """Runs what a section names: `tagging` and `aws` for real; what reverts drift calls back the test."""

    releases: Releases
    run: Run
    revert_drift: Callable[[], object] = lambda: None
    """What `cdk deploy --revert-drift` restores; without the flag, an unchanged template changes nothing."""
    names: dict[str, str] = field(default_factory=lambda: {"STAGE": "local"})
    """What the runbooks write in capitals."""

    def read_names(self) -> None:
        """Do what all runbooks begin with: the stack's outputs become the names that the sections use."""
        intro = (RUNBOOKS / "README.md").read_text().partition("\n## ")[0]
        (step,) = map(self._do, commands(intro))
        outputs = {each["OutputKey"]: each["OutputValue"] for each in step.shown}
        for name, first in re.findall(r"`([A-Z_]+)`(?: stands)? for\s+`(\w+)`", intro):
            if first in outputs:
                self.names[name] = outputs[first]
        self.names |= {"FUNCTION": FUNCTION, "LOG_GROUP": LOG_GROUP}  # the local stage has no such outputs

    def follow(self, section: str, part: str | None = None) -> Iterator[Step]:
        """The steps of a section, or of one part of it, each done when it is asked for."""
        found = SECTIONS[section]
        for words in commands(found.text if part is None else found.part(part)):
            yield self._do(words)

    def _do(self, words: list[str]) -> Step:
        filled = tuple(re.sub(r"\$([A-Z_]+)", lambda name: self.names[name[1]], word) for word in words)
        if filled[0] == "tagging":
            done = self.run(*filled[1:])
            return Step(filled, " ".join(done.output.split()), done.exit_code)
        if filled[0] == "aws":
            return Step(filled, self._aws(filled[1], filled[2], filled[3:]))
        assert filled[:2] == ("npx", "aws-cdk@2.1148.1"), filled
        if filled[2] == "deploy" and "--revert-drift" in filled:
            self.revert_drift()
        return Step(filled, None)

    def _aws(self, service: str, operation: str, words: tuple[str, ...]) -> Any:
        client, method = self.releases.cloud.client(service), operation.replace("-", "_")
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
        members = {xform_name(name, "-"): (name, shape) for name, shape in model.input_shape.members.items()}
        asked: dict[str, Any] = {}
        query = None
        for option, *given in _options(words):
            if option == "query":
                query = given[0]
            else:
                name, shape = members[option]
                number = shape.type_name in ("integer", "long")
                asked[name] = given if shape.type_name == "list" else int(given[0]) if number else given[0]
        answer = _any_of(client, asked) if operation == "filter-log-events" else getattr(client, method)(**asked)
        if operation == "update-alias":
            self.releases.serve()
        return jmespath.search(query, answer) if query else answer


def _options(words: tuple[str, ...]) -> Iterator[list[str]]:
    option: list[str] = []
    for word in words:
        if word.startswith("--"):
            if option:
                yield option
            option = [word.removeprefix("--")]
        else:
            option.append(word)
    if option:
        yield option


def _any_of(logs: Any, asked: dict[str, Any]) -> list[str]:
    """The messages that CloudWatch finds: `?a ?"b c"` is any of these, of which moto knows one at a time."""
    pattern = asked["filterPattern"]
    terms = re.findall(r'\?("[^"]+"|\S+)', pattern) if pattern.startswith("?") else [pattern]
    found = [
        logs.filter_log_events(**asked | {"filterPattern": f'"{term.strip(chr(34))}"'})["events"] for term in terms
    ]
    return [each["message"] for events in found for each in events]
