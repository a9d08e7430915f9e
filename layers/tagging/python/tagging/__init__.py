"""Support mail and images in, labels out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module


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
