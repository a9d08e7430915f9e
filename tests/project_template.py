"""The project's own stack for the local cloud, with a tiny bundle for images in place of the one that ships."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tagging.local.template import Template, synthesise


def project_template(root: Path, image_bundle: Path) -> Template:
    """The synthesised template of stage `local`; its layer `image_model` is the folder that holds the bundle."""
    template = synthesise(root)
    resources = {
        id: replace(found, asset=image_bundle.parent)
        if found.asset is not None and found.asset.name == "image_model"
        else found
        for id, found in template.resources.items()
    }
    return replace(template, resources=resources)
