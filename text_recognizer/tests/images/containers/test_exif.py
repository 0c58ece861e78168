"""The orientation is found in EXIF and XMP, and damaged metadata is upright."""

import struct

import pytest
from PIL import Image

from text_recognizer.images.containers.exif import orientation_in_exif, orientation_in_xmp


def exif(value: int) -> bytes:
    exif_ = Image.Exif()
    exif_[0x010E] = "a description that lies before the orientation"
    exif_[0x0112] = value
    return exif_.tobytes()


@pytest.mark.parametrize("value", range(1, 9))
def test_orientation_with_and_without_the_head(value: int) -> None:
    block = exif(value)
    assert block.startswith(b"Exif\0\0")
    assert orientation_in_exif(block) == value == orientation_in_exif(block[6:])


def test_orientation_in_either_byte_order() -> None:
    for order, mark in (("<", b"II*\0"), (">", b"MM\0*")):
        entry = struct.pack(f"{order}HHLHH", 0x0112, 3, 1, 6, 0)
        assert orientation_in_exif(mark + struct.pack(f"{order}LH", 8, 1) + entry) == 6


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_impossible_orientations_are_upright(value: int) -> None:
    assert orientation_in_exif(exif(value)) == 1


def test_damaged_metadata_is_upright() -> None:
    whole = exif(6)
    assert {orientation_in_exif(whole[:end]) for end in range(len(whole))} <= {1, 6}
    for block in (b"", b"Exif\0\0", b"PNG", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff"):
        assert orientation_in_exif(block) == 1


def test_orientation_in_xmp() -> None:
    assert orientation_in_xmp(b'<rdf:Description tiff:Orientation="8"/>') == 8
    assert orientation_in_xmp(b"<tiff:Orientation>3</tiff:Orientation>") == 3
    assert orientation_in_xmp(b'<x tiff:Orientation="9"/>') == 1
    assert orientation_in_xmp(b" " * 2**16 + b'tiff:Orientation="8"') == 1
