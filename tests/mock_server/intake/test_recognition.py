"""What a file is by how it begins."""

import pytest

from mock_server.intake.recognition import HEAD_BYTES, recognise, with_article
from mock_server.samples import SAMPLES


def ftyp(brand, *also):
    return b"".join([(16 + 4 * len(also)).to_bytes(4), b"ftyp", brand, bytes(4), *also])


HEADS = {
    "JPEG XL": b"\xff\x0a\xfa\x1f",
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "PSD": b"8BPS\0\1",
    "ICO": b"\0\0\1\0\1\0",
    "TIFF": b"MM\0*\0\0\0\x08",
    "PDF": b"%PDF-1.7",
    "ZIP": b"PK\3\4\x14\0",
    "AVI": b"RIFF\0\0\0\0AVI LIST",
    "wav": b"RIFF\xff\xff\xff\xffWAVEfmt ",
    "FLAC": b"fLaC\0\0\0\x22",
    "AAC": b"\xff\xf1\x50\x80",
    "MPEG": b"G" + bytes(187) + b"G" + bytes(100),
    "Matroska": b"\x1aE\xdf\xa3\x93B\x82\x88matroska",
    "WebM": b"\x1aE\xdf\xa3\x93B\x82\x84webm",
    "HTML": b"<!DOCTYPE HTML>\n<title>404</title>",
    "SVG": b"<?xml version='1.0'?><!-- sun --><svg/>",
    "HEIC": ftyp(b"heic", b"mif1"),
    "HEIF": ftyp(b"mif1", b"heic"),
    "AVIF": ftyp(b"mif1", b"avif"),
    "MP4": ftyp(b"isom", b"qt  "),
    "MOV": ftyp(b"qt  "),
    "M4A": ftyp(b"M4A ", b"isom"),
    "3GP": ftyp(b"3gp4", b"isom"),
    "text": "Ein Bild: \N{SUN BEHIND CLOUD}".encode(),
}


@pytest.mark.parametrize("name", HEADS)
def test_file_is_known_by_its_beginning(name):
    assert recognise(HEADS[name]) == name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("photo.jpg", "JPEG"),
        ("alpha.png", "PNG"),
        ("animation.gif", "GIF"),
        ("picture.bmp", "BMP"),
        ("picture.heic", "HEIC"),
        ("picture.tiff", "TIFF"),
        ("picture.webp", "WEBP"),
        ("drawing.svg", "SVG"),
        ("notes.txt", "text"),
        ("not-a-picture.png", "MP4"),
        ("clip.mov", "MOV"),
        ("clip.mp4", "MP4"),
        ("clip.webm", "WebM"),
        ("voice.mp3", "mp3"),
        ("voice.ogg", "Ogg"),
        ("voice.wav", "wav"),
    ],
)
def test_sample_is_known_by_its_beginning(file, name):
    assert recognise((SAMPLES / file).read_bytes()[:HEAD_BYTES]) == name


@pytest.mark.parametrize(
    "head", [b"\xff\xfb\x90\xc0", b"\xff\xf3\x40\xc0", b"ID3\4\0\0"], ids=lambda head: head.hex()
)
def test_mp3_is_known_by_a_tag_or_a_frame(head):
    assert recognise(head) == "mp3"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\0",
        b"\xff",
        b"\x80" * 100,
        b"\xff\xeb\x90\xc0",  # a version that there is not
        b"\xff\xfb\xf0\xc0",  # a rate that there is not
        b"\xff\xfb\x9c\xc0",  # a frequency that there is not
        b"\xff\xfd\x90\xc0",  # layer II
        b"text with \1 control",
        b"\0\0\0\x18xxxx" + bytes(20),
    ],
    ids=lambda head: head[:8].hex(),
)
def test_what_nothing_tells_is_unknown(head):
    assert recognise(head) is None


@pytest.mark.parametrize("kind", [b"moov", b"mdat", b"wide", b"free"])
def test_quicktime_without_a_brand_is_a_mov(kind):
    assert recognise((8).to_bytes(4) + kind) == "MOV"


def test_text_may_be_cut_within_a_character_or_have_two_bytes_each():
    assert recognise("ä".encode() * 10 + b"\xc3") == "text"
    assert recognise("notes".encode("utf-16")) == "text"


def test_name_has_its_article():
    assert [with_article(name) for name in ("MP4", "MOV")] == ["an MP4", "a MOV"]
