"""Tell what a file is by how it begins; its name and what others say of it do not count."""

import codecs
from collections.abc import Callable

HEAD_BYTES = 4096

# What stands where, and what that makes of a file; the first that fits counts.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"GIF8", "GIF"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "TIFF"),
    (0, b"MM\0+", "TIFF"),
    (0, b"8BPS", "PSD"),
    (0, b"\0\0\1\0", "ICO"),
    (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (8, b"WEBP", "WEBP"),
    (8, b"WAVE", "wav"),
    (8, b"AVI ", "AVI"),
    (0, b"ID3", "mp3"),
    (0, b"OggS", "Ogg"),
    (0, b"fLaC", "FLAC"),
    (0, b"FORM", "AIFF"),
    (0, b"#!AMR", "AMR"),
    (0, b"FLV\1", "FLV"),
    (0, b"\0\0\1\xba", "MPEG"),
    (0, b"\0\0\1\xb3", "MPEG"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "WMV"),
    (0, b"%PDF", "PDF"),
    (0, b"PK\3\4", "ZIP"),
    (0, b"PK\5\6", "ZIP"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BM", "BMP"),
)
_MATROSKA = b"\x1aE\xdf\xa3"
_TEXTS = ((b"<svg", "SVG"), (b"<html", "HTML"), (b"<!doctype html", "HTML"))

# The boxes that a QuickTime file without a brand may begin with.
_QUICKTIME = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_BRANDS = {
    b"qt  ": "MOV",
    b"M4A ": "M4A",
    b"M4B ": "M4A",
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm"), "HEIC"),
    **dict.fromkeys((b"mif1", b"mif2", b"msf1"), "HEIF"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
}

# Names that are said with a vowel at their beginning.
_AN = frozenset({"AAC", "AIFF", "AMR", "AVI", "AVIF", "FLV", "HTML", "ICO"}) | frozenset(
    {"M4A", "MP4", "MPEG", "mp3", "Ogg", "SVG"}
)
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")


def recognise(head: bytes) -> str | None:
    """Return what a file is that begins with *head*, by the name that people use, None if unknown.

    `HEAD_BYTES` are enough. A file that only pretends is found out when it is decoded.
    """
    for start, signature, name in _SIGNATURES:
        if head.startswith(signature, start):
            return name
    tellers: tuple[Callable[[bytes], str | None], ...] = (_box, _matroska, _frame, _text)
    return next(filter(None, (tell(head) for tell in tellers)), None)


def with_article(name: str) -> str:
    """Return *name* as the end of a sentence."""
    return f"{'an' if name in _AN else 'a'} {name}"


def _box(head: bytes) -> str | None:
    kind = head[4:8]
    if kind in _QUICKTIME:
        return "MOV"
    if kind != b"ftyp":
        return None
    brand, size = head[8:12], int.from_bytes(head[:4])
    also = {head[start : start + 4] for start in range(16, min(size, len(head)), 4)}
    if brand.startswith(b"3g"):
        return "3GP"
    # The brand of a picture may name the box format alone, and the codec be told beside it.
    if _BRANDS.get(brand) == "HEIF" and b"avif" in also:
        return "AVIF"
    return _BRANDS.get(brand, "MP4")


def _matroska(head: bytes) -> str | None:
    if not head.startswith(_MATROSKA):
        return None
    return "WebM" if b"webm" in head[:64] else "Matroska"


def _frame(head: bytes) -> str | None:
    """Know a frame of sound, which has no more to tell it than some bits, or of a transport stream."""
    if head[:1] == b"G" and head[188:189] == b"G":
        return "MPEG"
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return "AAC"
    version, layer, rate, frequency = head[1] & 0x18, head[1] & 0x06, head[2] >> 4, head[2] & 0x0C
    return "mp3" if version != 0x08 and layer == 0x02 and rate != 15 and frequency != 12 else None


def _text(head: bytes) -> str | None:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "text"
    try:
        # The last character may be cut in two, which this one awaits the rest of.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    if not head or _CONTROLS.intersection(head):
        return None
    lowered = head.lower()
    return next((name for mark, name in _TEXTS if mark in lowered), "text")
