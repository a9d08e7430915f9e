"""`tagging benchmark rescore`: what it measures are the labels that the service gives."""

from __future__ import annotations

from benchmarks.live.logged_stage import open_stage
from benchmarks.live.rescore import label_sets, objects_of
from tagging.image.reader import image_reader
from tagging.model.tagger import Tagger
from tests.image_bundle import image


def test_label_sets_of_an_hour_are_those_that_were_served(moto: str, image_tagger: Tagger) -> None:
    with open_stage(moto, image_tagger, image_reader) as stage:
        kinds = [image(name, above=above) for name in ("garment", "grocery", "other") for above in (10, 60)]
        stage.tag([stage.put(str(number), each) for number, each in enumerate(kinds)])
        stage.compact()
        served = [verdict.labels for _, verdict in sorted(stage.decided().items())]
        assert [tuple(labels) for labels in label_sets(objects_of(stage), image_tagger.bundle)] == served
    assert any(served)
