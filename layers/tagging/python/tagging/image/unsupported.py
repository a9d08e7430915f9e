"""Names the formats that are recognised and not read: other images, videos, documents and archives."""

from __future__ import annotations

import re
import zlib

from tagging.image.spoiled import text_of

_TEXT_BYTES = 65_536
"""Where an SVG may begin: drawing programs write long comments above it."""
_SVG = re.compile(
    r"\s*+(?:(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*+)?>)\s*+)*+<(?:\w+:)?svg[\s>/]", re.S | re.I
)
_PAGE = re.compile(r"\s*+(?:(?:<\?.*?\?>|<!--.*?-->)\s*+)*+<(?:!DOCTYPE )?html[\s>]", re.S | re.I)
_SIGNATURES = (
    (0, b"II+\0", "BigTIFF"),
    (0, b"MM\0+", "BigTIFF"),
    (0, b"II\xbc\x01", "JPEG XR"),
    (0, b"8BPS", "Photoshop"),
    (0, b"\0\0\1\0", "ICO"),
    (0, b"\0\0\2\0", "CUR"),
    (0, b"icns", "ICNS"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\x8aMNG", "MNG"),
    (0, b"qoif", "QOI"),
    (0, b"DDS ", "DDS"),
    (0, b"BPG\xfb", "BPG"),
    (0, b"FLIF", "FLIF"),
    (0, b"gimp xcf", "GIMP"),
    (0, b"AT&TFORM", "DjVu"),
    (0, b"%!PS", "PostScript"),
    (0, b"\xc5\xd0\xd3\xc6", "PostScript"),
    (0, b"\xd7\xcd\xc6\x9a", "WMF"),
    (40, b" EMF", "EMF"),
    (128, b"DICM", "DICOM"),
    (0, b"SIMPLE  =", "FITS"),
    (0, b"FUJIFILM", "a camera's raw file"),
    (0, b"IIRO", "a camera's raw file"),
    (0, b"IIU\0", "a camera's raw file"),
    (0, b"\x1aE\xdf\xa3", "Matroska or WebM video"),
    (8, b"AVI LIST", "AVI video"),
    (0, b"\0\0\1\xba", "MPEG video"),
    (0, b"\0\0\1\xb3", "MPEG video"),
    (0, b"FLV\1", "Flash video"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media video"),
    (0, b"OggS", "Ogg video or audio"),
)
"""Offset, bytes there, and the name of the format."""
_QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"pnot")
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"), "HEIC"),
    **dict.fromkeys((b"mif1", b"msf1", b"miaf"), "HEIF"),
    b"crx ": "a camera's raw file",
    b"qt  ": "QuickTime video",
}
_ARCHIVES = (
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document or an Outlook message"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
)


def unsupported_name(data: bytes) -> str:
    """The name of the format of these bytes (at least the first 16), "" if it is not one of images or videos."""
    if data[4:8] == b"ftyp":
        return _name_of_brands(data)
    if data[4:8] in _QUICKTIME_BOXES and data[:1] < b" ":  # the size of the box, no text
        return "QuickTime video"
    if b"%PDF-" in data[:1024]:
        return "PDF"
    if data[:2] == b"\x1f\x8b":
        data = _unpacked(data)
    if _SVG.match(text_of(data[:_TEXT_BYTES])):
        return "SVG"
    return next((name for at, magic, name in _SIGNATURES if data.startswith(magic, at)), "")


def other_name(data: bytes) -> str:
    """What a file is that has nothing to do with images; "" if that is not known."""
    text = text_of(data[:1024])
    if _PAGE.match(text):
        return "an HTML page"
    if text.lstrip().startswith("<?xml"):
        return "XML"
    return next((name for magic, name in _ARCHIVES if data.startswith(magic)), "")


def _name_of_brands(data: bytes) -> str:
    box = data[8 : min(max(int.from_bytes(data[:4], "big"), 12), 256)]
    brands = [box[at : at + 4] for at in (0, *range(8, len(box), 4))]
    names = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    return next((name for name in names if name != "HEIF"), names[0] if names else "MP4 video")


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(data[:_TEXT_BYTES], _TEXT_BYTES)
    except zlib.error:
        return b""
