"""`tagging demo --shadow`: a shadow of a run, and what it would change of the sample items."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from tagging.cli.canary import load_beside
from tagging.cli.compare_live import live_document, print_comparison
from tagging.kinds import kind_of_encoder
from tagging.local import STAGE, ItemRun, LocalCloud, begin_shadow, one_line
from tagging.operations import (
    DeployedLayer,
    LiveComparison,
    Models,
    OperationError,
    compare_live,
    find_shadow,
    read_state,
)
from tagging.serving import LAYER, ModelStore, version_id

if TYPE_CHECKING:
    from tagging.model import Bundle


@dataclass
class DemoShadow:
    """A shadow beside the bundle in a layer of the local cloud."""

    shadow: Bundle
    champion: Bundle
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    comparison: LiveComparison | None = None
    document: dict[str, Any] = field(default_factory=dict)
    """The comparison as --json prints it."""

    def begin(self, cloud: LocalCloud) -> None:
        """Push it and write the pointer."""
        begin_shadow(cloud, kind_of_encoder(self.shadow.encoder.kind).name, self.shadow)

    def compare(self, cloud: LocalCloud) -> None:
        """Compare it with the champion, from the feature log."""
        from tagging.feature_log import LogStore

        models = self._models(cloud)
        log, champion = LogStore(models.s3, cloud.output("LearningBucketName")), models.layer.version
        try:
            shadow = find_shadow(models, read_state(models), version_id(self.shadow))
            serving = (champion, models.scoring(LAYER))
            self.comparison = compare_live(log, models, serving, shadow, self.began)
        except OperationError as error:
            self.document = {"error": str(error)}
        else:
            self.document = live_document(self.comparison, models, champion, self.began)

    def print(self, run: ItemRun, console: Console) -> None:
        """Print what would change, with the names of the run's items."""
        console.print()
        if self.comparison is None:
            console.print(self.document["error"], markup=False)
            return
        names = {item.id: one_line(item.key).removesuffix(".eml") for item in run.items}
        print_comparison(self.comparison, self.document, console, names)

    def _models(self, cloud: LocalCloud) -> Models:
        """The bucket of models, beside a layer that holds the champion."""
        bundle, s3 = self.champion, cloud.client("s3")
        kind = kind_of_encoder(bundle.encoder.kind).name
        layer = DeployedLayer(version_id(bundle), bundle.version.encoder, packs=tuple(bundle.packs))
        store = ModelStore(s3, cloud.output("ModelsBucketName"), kind)
        return Models(STAGE, kind, s3, store, layer, (Path(bundle.folder),))


def find_demo_shadow(folder: Path, champion: Path | None) -> DemoShadow:
    """The shadow of a bundle; BadParameter where it cannot be one of the champion."""
    return DemoShadow(*load_beside(folder, champion))
