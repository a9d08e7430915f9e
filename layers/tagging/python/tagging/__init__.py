"""Support mail and images in, labels out.

    from pathlib import Path
    from tagging import decode_image, load_bundle, parse_mail, text_mail

    mails = load_bundle(Path("layers/mail_model/bundle"), packs=["money"])
    mails.tag(text_mail("I lost my credit card yesterday.")).labels
    mails.tag(parse_mail(Path("events/mails/gmail_alternative.eml").read_bytes())).labels
    images = load_bundle(Path("layers/image_model/bundle"))
    images.tag(decode_image(Path("photo.jpg").read_bytes(), images.image_size)).labels

`load_bundle` raises BundleError where the bundle must not be served. `parse_mail`, `text_mail` and `decode_image` raise
Quarantined, with a reason code, where the input can never be tagged. `LabelSet` describes the result. Each name is
loaded when it is first used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.image import decode_image
    from tagging.item import Image, Mail
    from tagging.mail import parse_mail, text_mail
    from tagging.model import BundleError, LabelSet, Tagger
    from tagging.quarantine import Quarantined
    from tagging.start import load_bundle


def door(room: str, **names: str) -> Callable[[str], object]:
    """The `__getattr__` of a room (PEP 562): resolves each name that others may use when it is first used.

    `names`: for each module of the room, the names it defines for others, separated by spaces. Importing a room loads
    none of its modules.
    """
    module_of = {name: module for module, listed in names.items() for name in listed.split()}

    def resolve(name: str) -> object:
        if name not in module_of:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        value = getattr(import_module(f"{room}.{module_of[name]}"), name)
        setattr(sys.modules[room], name, value)
        return value

    return resolve


if not TYPE_CHECKING:
    __getattr__ = door(
        __name__,
        image="decode_image",
        item="Image Mail",
        mail="parse_mail text_mail",
        model="BundleError LabelSet Tagger",
        quarantine="Quarantined",
        start="load_bundle",
    )
