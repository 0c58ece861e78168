"""A TIFF keeps the tags that decoding needs, with values that fit the image."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.containers.tiff import contents_of, count_pages
from text_recognizer.tests.images.handmade_files import (
    LONG,
    LONG8,
    SHORT,
    followed_by,
    gray_tags,
    tiff,
    tiled,
    without,
)
from text_recognizer.tests.images.image_files import draw_picture, encode

COMPRESSIONS = ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"]


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK"])
def test_pixels_stay(mode: str, compression: str) -> None:
    data = encode(Image.fromarray(draw_picture()).convert(mode), "TIFF", compression=compression)
    contents = contents_of(data)
    assert opened(contents.data).mode == opened(data).mode
    assert opened(contents.data).tobytes() == opened(data).tobytes()
    assert contents.size == (80, 48)


@pytest.mark.parametrize("mode", ["1", "P", "LA", "I;16", "I", "F"])
def test_pixels_of_other_kinds_stay(mode: str) -> None:
    image = Image.fromarray(draw_picture())
    image = Image.fromarray(draw_picture().astype(np.uint16) * 200) if mode == "I;16" else image.convert(mode)
    data = encode(image, "TIFF", compression="group4" if mode == "1" else "tiff_lzw")
    assert opened(contents_of(data).data).tobytes() == opened(data).tobytes()


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_either_byte_order_and_bigtiff(order: str, big: bool) -> None:
    tags = [(number, LONG8 if big else LONG, 1, value) for number, _, _, value in gray_tags(8, 8, 1)]
    if not big:
        tags = gray_tags(8, 8, 1)
    if big and order == ">":  # values lie at the end of the eight bytes only as LONG8
        assert contents_of(tiff(tags, bytes(64), order, big)).size == (8, 8)
        return
    body = bytes(range(64))
    contents = contents_of(tiff(tags, body, order, big))
    assert contents.size == (8, 8)
    assert opened(contents.data).tobytes() == body


def test_metadata_and_further_pages_are_left_out() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "description"
    picture = Image.fromarray(draw_picture())
    data = encode(picture, "TIFF", exif=exif, icc_profile=b"x" * 99, save_all=True, append_images=[picture])
    contents = contents_of(data)
    assert contents.orientation == 6
    image = opened(contents.data)
    assert not getattr(image, "is_animated", True)
    assert set(image.getexif()) <= {256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 338, 339}
    assert np.array_equal(np.asarray(image), draw_picture())  # it is not turned twice


def test_buffers_are_those_of_a_strip_or_tile() -> None:
    strips = contents_of(tiff(gray_tags(1000, 1000, t278=50), bytes(3000)))
    whole = contents_of(tiff(without(gray_tags(1000, 1000), 278), bytes(3000)))
    tile = contents_of(tiled(1000, 1000, (512, 256)))
    separate = contents_of(tiled(1000, 1000, (512, 256), t262=2, t277=3, t284=2))
    assert [each.buffer_bytes for each in (strips, whole, tile, separate)] == [
        50_000,
        1_000_000,
        512 * 256,
        512 * 256,
    ]
    assert contents_of(tiff(gray_tags(1000, 1000, 1), bytes(3000))).buffer_bytes == 0


@pytest.mark.parametrize(
    ("compression", "samples", "bytes_per_pixel"),
    [(5, 3, 3), (8, 3, 3), (34925, 3, 6), (50000, 3, 6), (50001, 3, 11), (7, 1, 7)],
)
def test_some_decoders_have_buffers_of_their_own(
    compression: int, samples: int, bytes_per_pixel: int
) -> None:
    data = tiff(gray_tags(1000, 1000, compression, t277=samples), bytes(3000))
    assert contents_of(data).buffer_bytes == bytes_per_pixel * 1000**2


def of_parts(count: int, **changes: int) -> bytes:
    """Return a TIFF of 100 x 100 pixels that has so many strips, each at the same place."""
    tags = without(gray_tags(100, 100, **changes), 273, 279)
    return tiff([*tags, *((number, LONG, count, 1024) for number in (273, 279))], bytes(4 * count))


@pytest.mark.parametrize("compression", [1, 5])
def test_many_more_strips_than_an_image_has_are_refused(compression: int) -> None:
    strips = 20  # of five rows
    assert contents_of(of_parts(2 * strips, compression=compression, t278=5)).size == (100, 100)
    with pytest.raises(ImageTooLargeError, match=r"41 strips or tiles; expected 20"):
        contents_of(of_parts(2 * strips + 1, compression=compression, t278=5))
    assert contents_of(of_parts(6 * strips, t278=5, t277=3, t284=2)).size == (100, 100)  # 3 layers of them
    assert contents_of(of_parts(50, compression=compression)).size == (100, 100)  # each is the whole image


def test_many_more_tiles_than_an_image_has_are_refused() -> None:
    tags = without(gray_tags(100, 100, 1, t322=16, t323=16), 273, 278, 279)
    for count, refused in ((7 * 7, False), (7 * 7 * 2 + 1, True)):
        data = tiff([*tags, (324, LONG, count, 1024)], bytes(4 * count))
        if refused:
            with pytest.raises(ImageTooLargeError, match=r"99 strips or tiles; expected 49"):
                contents_of(data)
        else:
            assert contents_of(data).size == (100, 100)


@pytest.mark.parametrize("changes", [{"t278": 0}, {"t322": 0, "t323": 16, "t324": 1024}])
def test_strips_and_tiles_have_pixels(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="pixels"):
        contents_of(tiff(gray_tags(100, 100, **changes), bytes(99)))


def test_scans_of_jpeg_beyond_one_for_each_strip_are_counted() -> None:
    picture = Image.fromarray(draw_picture())
    assert contents_of(encode(picture, "TIFF", compression="jpeg")).scans == 1
    strips = encode(picture.resize((400, 400)), "TIFF", compression="jpeg", strip_size=16_000)
    assert contents_of(strips).scans == 1
    progressive = encode(picture, "JPEG", progressive=True)
    count = progressive.count(b"\xff\xda")
    one = tiff(gray_tags(80, 48, 7, t279=len(progressive)), progressive)
    assert contents_of(one).scans == count > 5
    assert opened(contents_of(one).data).size == (80, 48)
    shared = of_parts(20, compression=7, t278=5) + progressive
    assert contents_of(shared).scans == count


def test_small_images_may_have_usual_tiles() -> None:
    assert contents_of(tiled(20, 20, (512, 512))).size == (20, 20)


@pytest.mark.parametrize("tile", [(46_000, 46_000), (2**31, 16), (16, 2**31), (1040, 1024)])
def test_tiles_much_larger_than_the_image_are_refused(tile: tuple[int, int]) -> None:
    with pytest.raises(ImageTooLargeError, match="tiles"):
        contents_of(tiled(100, 100, tile))


@pytest.mark.parametrize("number", [258, 273, 279, 320, 324, 325, 339, 347])
def test_tags_of_very_many_values_are_refused(number: int) -> None:
    tags = [*without(gray_tags(8, 8), number), (number, SHORT, 1_000_000, 1024)]
    with pytest.raises(ImageTooLargeError, match=f"tag {number}"):
        contents_of(tiff(tags, bytes(3000)))


@pytest.mark.parametrize("number", [256, 257, 259, 262, 277, 278])
def test_sizes_are_single_whole_numbers(number: int) -> None:
    for wrong in ((number, 12, 1, 0), (number, LONG, 2, 1024), (number, LONG, 0, 0)):
        with pytest.raises(ValueError, match=f"tag {number}"):
            contents_of(tiff([*without(gray_tags(8, 8), number), wrong], bytes(3000)))


def test_a_directory_that_is_cut_is_damaged() -> None:
    data = encode(Image.fromarray(draw_picture()), "TIFF")
    (start,) = struct.unpack_from("<L", data, 4)
    for end in (4, 8, start, start + 2, start + 20):
        with pytest.raises(ValueError, match="cut off"):
            contents_of(data[:end])


def test_of_a_tag_that_comes_twice_the_first_counts() -> None:
    tags = [*gray_tags(8, 8, 1), (256, LONG, 1, 30_000)]
    assert contents_of(tiff(tags, bytes(3000))).size == (8, 8)


def pages(*pictures: Image.Image, **options: Any) -> bytes:
    return encode(pictures[0], "TIFF", save_all=True, append_images=pictures[1:], **options)


def test_each_page_is_found() -> None:
    first, second = Image.fromarray(draw_picture()), Image.fromarray(255 - draw_picture())
    data = pages(first, second, compression="tiff_lzw")
    assert count_pages(data, 10) == 2
    assert [opened(contents_of(data, page).data).tobytes() for page in (1, 2)] == [
        first.tobytes(),
        second.tobytes(),
    ]
    with pytest.raises(ValueError, match="no page 3"):
        contents_of(data, 3)
    assert count_pages(data, 1) == 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [SHORT, LONG])
def test_thumbnails_and_masks_are_no_pages(order: str, kind: int) -> None:
    for bits, count in ((0, 1), (1, 1), (4, 1)):
        tags = [(254, kind, 1, bits), *gray_tags(8, 8)]
        assert count_pages(tiff(tags, bytes(64), order), 10) == count  # the first directory is a page
    picture, small = Image.fromarray(draw_picture()), Image.fromarray(draw_picture()[::4, ::4])
    data = pages(picture, small, picture, tiffinfo={254: 1})
    assert count_pages(data, 10) == 1


@pytest.mark.parametrize("offset", [2**32, 2**62, 2**63 - 1, 2**63, 2**64 - 1])
def test_bigtiff_may_lead_anywhere(offset: int) -> None:
    data = tiff(gray_tags(8, 8, 1), bytes(64), big=True)
    followed = followed_by(data, offset)
    assert contents_of(followed).size == (8, 8)
    assert count_pages(followed, 10) == 2  # a page that is damaged
    with pytest.raises(ValueError, match="cut off"):
        contents_of(followed, 2)
    nowhere = data[:8] + struct.pack("<Q", offset) + data[16:]
    assert count_pages(nowhere, 10) == 1
    with pytest.raises(ValueError, match="cut off"):
        contents_of(nowhere)
    endless = data[:16] + struct.pack("<Q", offset) + data[24:]
    assert count_pages(endless, 10) == 1
    with pytest.raises(ValueError, match="tags in a directory"):
        contents_of(endless)


def test_directories_in_a_circle_end() -> None:
    data = bytearray(tiff(gray_tags(8, 8), bytes(64)))
    (count,) = struct.unpack_from("<H", data, 8)
    struct.pack_into("<L", data, 10 + 12 * count, 8)  # the directory is followed by itself
    assert count_pages(bytes(data), 10) == 1
