"""Compressed JSON for the rarely read part of a row: DynamoDB bills each KB written and stored."""

from __future__ import annotations

import json
import zlib
from typing import Any, Final

_DICTIONARY: Final = (
    b'"sequencer":"0065","etag":"","message":"","earlier":[{"tagged_at":"20","quarantine":{"reason":"","detail":"",'
    b'"handler":"tag_image:"}}],"heads":["topic","request"],"spam":true,"kind":"image","scores":{"":0.0001,"":0.001,'
    b'"":0.002,"":0.003,"":0.004,"":0.01,"":0.99},"unproven":[]},"bundle":["","",""],"input_hash":"","source":{"bucket":'
    b'"tagging-prod-mailintakebucket","key":"mail/","version":""},"ticket_body":"{\\"schema\\":\\"tagging.ticket/1\\",'
    b'\\"id\\":\\"\\",\\"kind\\":\\"mail\\",\\"source\\":{\\"bucket\\":\\"tagging-prod-mailintakebucket\\",\\"key\\":'
    b'\\"mail/\\",\\"version\\":\\"\\"},\\"tagged_at\\":\\"2026-01-01T00:00:00.000+00:00\\",\\"labels\\":[{\\"id\\":\\"'
    b'\\",\\"head\\":\\"topic\\",\\"score\\":0.99},{\\"id\\":\\"\\",\\"head\\":\\"speech_act\\",\\"score\\":0.9}],'
    b'\\"routes\\":[\\"\\"],\\"review\\":false,\\"input_hash\\":\\"\\",\\"auto\\":false,\\"thread\\":{\\"message_id\\":\\"'
    b'\\",\\"in_reply_to\\":null},\\"bundle\\":{\\"encoder\\":\\"\\",\\"heads\\":\\"\\",\\"thresholds\\":\\"\\"},'
    b'\\"unproven\\":[]}"'
)
"""The preset dictionary: typical record text, most frequent parts last. Stored rows refer into it, so it must never
change; another dictionary needs another version."""


_VERSION: Final = 1
_NEWER: Final = range(_VERSION + 1, 31)
"""Version n is written as the byte 8 n + 7. No deflate stream begins with it (its block type would be 3, which is
reserved), so rows of version 0, which have no version byte, are told apart."""


class NewerRow(ValueError):
    """A newer version of the codec wrote the row."""

    def __init__(self) -> None:
        super().__init__("this row was written by a newer version; update tagging")


def pack(value: Any) -> bytes:
    """Compress JSON data to a third to a half of its size; the same value gives the same bytes."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    data = compressor.compress(json.dumps(value, separators=(",", ":")).encode()) + compressor.flush()
    return _version_byte(_VERSION) + data


def unpack(content: bytes) -> Any:
    """The inverse of `pack`; also reads version 0. Raises NewerRow, or ValueError for other bytes."""
    if content[:1] in map(_version_byte, _NEWER):
        raise NewerRow
    try:
        return json.loads(
            zlib.decompressobj(-15, _DICTIONARY).decompress(content.removeprefix(_version_byte(_VERSION)))
        )
    except zlib.error as error:
        raise ValueError("not packed by this module") from error


def _version_byte(version: int) -> bytes:
    return bytes([8 * version + 7])
