"""Tags the pictures of an intake queue: wired once when Lambda starts it, then one batch a call."""

from __future__ import annotations

import gc
from typing import Any

gc.disable()  # a start makes what stays: looking through it for garbage costs a tenth of the start

from tagging.image_reader import image_reader  # noqa: E402  (imported while no garbage is looked for)
from tagging.wiring import wire  # noqa: E402  (likewise)

service = wire("tag_image", "image", image_reader)
gc.freeze()  # and what stays is not looked through later
gc.enable()


def handler(event: object, context: Any) -> dict[str, list[dict[str, str]]]:
    """Lambda's entry point; `context` tells the time that remains."""
    return service.handle(event, lambda: context.get_remaining_time_in_millis() / 1000)
