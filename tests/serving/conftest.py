"""Tiny real bundles of one encoder, a bucket of models on moto, and a service that reads its pointer."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tagging.aws import client_at
from tagging.cli.main import app
from tagging.local.moto_server import CHILD_ENVIRONMENT
from tagging.local.s3_events import REGION
from tagging.model.tagger import Tagger
from tagging.serving.model_store import ModelStore, StoredPointer
from tagging.serving.pointer import Change, Pointer, promoted
from tagging.serving.serving import Serving
from tagging.serving.version_files import files_of, version_id
from tagging.start import load_bundle
from tests.feature_log.conftest import with_log
from tests.mail_bundle import write_mail_bundle
from tests.messages import inline
from tests.service_harness import MAILS, ServiceHarness, open_harness

PATIENT_S = 120.0
"""How long a batch waits for the pointer: on a busy machine, a second may pass before moto answers."""
BY = Change("anna", "2026-11-28T12:00:00.000+00:00", "a test")


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tagger, ...]:
    """The layer's bundle and three others with the same encoder and labels, and other heads."""
    folder = tmp_path_factory.mktemp("bundles")
    return tuple(load_bundle(write_mail_bundle(folder / str(surer), surer=surer)) for surer in (0.0, 1.0, 2.0, 3.0))


@pytest.fixture
def serving_harness(moto: str, bundles: tuple[Tagger, ...]) -> Iterator[ServiceHarness]:
    with open_harness(moto, bundles[0], MAILS) as harness:
        yield harness


@dataclass
class Models:
    """A bucket of models, and the service that serves from it; every batch reads the pointer."""

    store: ModelStore
    harness: ServiceHarness
    bundles: tuple[Tagger, ...]
    now: float = 0.0
    seen: StoredPointer | None = field(default=None)

    def clock(self) -> float:
        self.now += 60.0
        return self.now

    def id(self, number: int) -> str:
        return version_id(self.bundles[number].bundle)

    def heads(self, number: int) -> str:
        return self.bundles[number].bundle.version.heads

    def files(self, number: int) -> dict[str, bytes]:
        bundle = self.bundles[number].bundle
        return files_of(Path(bundle.folder), bundle)

    def push(self, *numbers: int) -> None:
        for number in numbers:
            self.store.write_version(self.id(number), self.files(number))

    def point(self, change: Callable[[Pointer | None], Pointer]) -> Pointer:
        """Change the pointer as a command does."""
        seen = self.store.read_pointer()
        pointer = change(None if seen is None else seen.pointer)
        self.store.write_pointer(pointer, seen)
        return pointer

    def folder(self, number: int) -> str:
        return str(self.bundles[number].bundle.folder)

    def pointer(self) -> Pointer:
        """The pointer that stands."""
        seen = self.store.read_pointer()
        assert seen is not None
        return seen.pointer

    def promote(self, number: int) -> Pointer:
        return self.point(lambda pointer: promoted(pointer, "mail", self.id(number), BY))

    def handle(self, *ids: str) -> list[str]:
        """A batch of mails with these ids; those that go back."""
        return self.harness.handle(*(inline(each, "I lost my card.") for each in ids))

    def served(self) -> dict[str, tuple[int, str]]:
        """Generation and heads of each row."""
        return {row.id: (row.revision.generation, row.revision.bundle.heads) for row in self.harness.rows()}

    def put_raw(self, content: bytes) -> None:
        self.harness.clients.s3.put_object(Bucket=self.store.bucket, Key=self.store.pointer_key, Body=content)


@pytest.fixture
def models(serving_harness: ServiceHarness, bundles: tuple[Tagger, ...]) -> Models:
    store = ModelStore(serving_harness.clients.s3, serving_harness.bucket, "mail")
    models = Models(store, serving_harness, bundles)
    models.harness = serving_harness.having(
        serving=Serving(bundles[0], store, clock=models.clock, patience_s=PATIENT_S)
    )
    return models


@pytest.fixture
def logging_models(models: Models) -> Models:
    models.harness = with_log(models.harness)
    models.push(1)
    return models


@pytest.fixture(scope="session")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version that gives each label where the good ones do not."""
    return write_mail_bundle(tmp_path_factory.mktemp("bad"), surer=-12.0)


def promote_bad(models: Models, bad: Path) -> Pointer:
    bundle = load_bundle(bad).bundle
    models.store.write_version(version_id(bundle), files_of(bad, bundle))
    return models.point(lambda seen: promoted(seen, "mail", version_id(bundle), BY))


@dataclass(frozen=True)
class Commands:
    """`tagging` run against a stage whose stack stands on moto."""

    stage: str

    def __call__(self, *words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(app, [*words, "--stage", self.stage], input=answer)

    def done(self, *words: str) -> dict[str, Any]:
        """The JSON that a command prints which asks nothing and succeeds."""
        result = self(*words, "--json")
        assert result.exit_code == 0, result.output
        document: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
        return document

    def change(self, *words: str) -> dict[str, Any]:
        """The JSON of a change that succeeds."""
        return self.done(*words, "--yes", "--why", "a test")

    def refused(self, *words: str) -> str:
        """The one line of a command that is refused."""
        result = self(*words)
        assert result.exit_code == 1, result.output
        (line,) = result.stderr.splitlines()
        return line


@pytest.fixture
def tagging(models: Models, moto: str, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Commands on a stage with this bucket of models; its layer holds bundle 0, with the critical label `angry`."""
    layer = models.bundles[0].bundle
    models.push(0)  # so that commands can compare with it
    described = {"version": version_id(layer), "encoder": layer.version.encoder, "critical": ["angry"]}
    outputs = {
        "ModelsBucketName": models.store.bucket,
        "LearningBucketName": f"{models.harness.bucket}-learning",
        "LabelTableName": models.harness.service.table.name,
        "MailLayer": json.dumps(described),
        "TicketQueueUrl": models.harness.tickets_url,
        "TicketDeadLetterUrl": models.harness.tickets_url,
    }
    stage = f"t{uuid.uuid4().hex[:12]}"
    template = {
        "Resources": {"Nothing": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    formation = client_at(moto, REGION, "cloudformation")
    formation.create_stack(StackName=f"tagging-{stage}", TemplateBody=json.dumps(template))
    for name, value in {**CHILD_ENVIRONMENT, "AWS_ENDPOINT_URL": moto, "COLUMNS": "80"}.items():
        if name != "PATH":
            monkeypatch.setenv(name, value)
    return Commands(stage)
