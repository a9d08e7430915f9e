"""The operators in an ONNX file, read without loading it: a walk of its protocol buffer."""

from __future__ import annotations

from collections.abc import Iterator

HEADS_OPERATORS = frozenset({"Cast", "MatMul", "Add"})
"""What a heads file of ours computes with."""
MOST_HEADS_BYTES = 8 * 1024 * 1024
_GRAPH, _FUNCTIONS = 7, 25
"""Fields of ModelProto. Field numbers: onnx/onnx.proto of ONNX 1.23."""
_NODE, _INITIALIZER, _SPARSE_INITIALIZER = 1, 5, 15
"""Fields of GraphProto."""
_OPERATOR, _DOMAIN = 4, 7
"""Fields of NodeProto."""
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14
"""Fields of TensorProto: the values are in another file."""
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
"""Wire types."""


class HeadsRefused(ValueError):
    """A heads file must not be loaded; the message says why."""


def check_heads_graph(content: bytes) -> None:
    """Refuse a heads file that is too large, has other operators than ours, or reads other files.

    Raises HeadsRefused. A file from a bucket is checked before onnxruntime sees it.
    """
    if len(content) > MOST_HEADS_BYTES:
        raise HeadsRefused(f"has {len(content):,} bytes, at most {MOST_HEADS_BYTES:,} are loaded")
    try:
        model = list(_fields(memoryview(content)))
        operators = set(_operators(model))
    except (IndexError, UnicodeDecodeError):
        raise HeadsRefused("is no ONNX file, or breaks off") from None
    if not operators:
        raise HeadsRefused("has no operators")
    if foreign := sorted(operators - HEADS_OPERATORS):
        raise HeadsRefused(f"has the operators {', '.join(foreign)[:80]}; only Add, Cast and MatMul are run")


def _operators(model: list[tuple[int, memoryview]]) -> Iterator[str]:
    """The operators of all nodes; functions of the file's own and values in other files count as operators."""
    for number, value in model:
        if number == _FUNCTIONS:
            yield "(function)"
        elif number == _GRAPH:
            for inner, part in _fields(value):
                if inner == _NODE:
                    yield _operator(part)
                elif inner == _INITIALIZER and _is_external(part):
                    yield "(external data)"
                elif inner == _SPARSE_INITIALIZER:
                    yield "(sparse data)"


def _operator(node: memoryview) -> str:
    fields = {number: bytes(value).decode() for number, value in _fields(node) if number in (_OPERATOR, _DOMAIN)}
    domain = fields.get(_DOMAIN, "")
    return f"{domain}.{fields.get(_OPERATOR, '')}" if domain not in ("", "ai.onnx") else fields.get(_OPERATOR, "")


def _is_external(tensor: memoryview) -> bool:
    return any(number in (_EXTERNAL_DATA, _DATA_LOCATION) for number, _ in _fields(tensor))


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Field numbers and values of a message; a number's value is empty. Raises IndexError where it breaks off."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        wire, size = key & 7, 0
        if wire == _VARINT:
            _, at = _varint(message, at)
        elif wire == _LENGTH:
            size, at = _varint(message, at)
        elif wire in (_EIGHT_BYTES, _FOUR_BYTES):
            size = 8 if wire == _EIGHT_BYTES else 4
        else:
            raise IndexError
        if at + size > len(message):
            raise IndexError
        yield key >> 3, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """The number at a position, and the position after it."""
    number = shift = 0
    while shift < 70:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
    raise IndexError
