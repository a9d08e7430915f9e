"""Tags the images of an intake queue: wired once when Lambda starts it, then one batch a call."""

from __future__ import annotations

from typing import Any

from tagging.start import starting

with starting() as start:  # the model loads meanwhile
    from tagging.bootstrap import wire
    from tagging.image import image_reader

    service = wire("tag_image", "image", image_reader, start)


def handler(event: object, context: Any) -> dict[str, list[dict[str, str]]]:
    """Lambda's entry point; `context` tells the time that remains."""
    return service.handle(event, lambda: context.get_remaining_time_in_millis() / 1000)
