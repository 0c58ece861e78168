"""Images that are too large, or costlier than they look, are refused before they are decoded."""

import base64
import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.errors import ImageDecodeError, ImageTooLargeError
from text_recognizer.images.limits import LIMITS, ImageLimits
from text_recognizer.images.loading import load_image
from text_recognizer.tests.images.image_files import encode, png


@pytest.mark.parametrize("size", [(21_000, 1), (1, 21_000), (6_000, 6_000)])
def test_too_large_arrays_and_images_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageTooLargeError, match="Scale the image down"):
        load_image(np.zeros(size, np.uint8), LIMITS)
    with pytest.raises(ImageTooLargeError, match="Scale the image down"):
        load_image(Image.new("1", size), LIMITS)


@pytest.mark.parametrize("side", [5_100, 10_000, 30_000, 2**31 - 1])
def test_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    # The body is empty: decoding would end in ImageDecodeError.
    with pytest.raises(ImageTooLargeError) as caught:
        load_image(png(side, side), LIMITS)
    assert caught.value.http_status == 413


@pytest.mark.slow
def test_real_bomb_is_refused() -> None:
    data = png(30_000, 30_000, rows=bytes(30_000 * (1 + 30_000 // 8)))
    assert len(data) < 200_000
    with pytest.raises(ImageTooLargeError):
        load_image(data)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "WEBP", "JPEG"])
def test_limit_holds_in_every_format(kind: str) -> None:
    data = encode(Image.new("L", (300, 200)), kind)
    with pytest.raises(ImageTooLargeError):
        load_image(data, ImageLimits(max_pixels=50_000))


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    limits = ImageLimits(max_bytes=100)
    path = tmp_path / "big.png"
    path.write_bytes(bytes(101))
    for source in (path, bytes(101), "data:;base64," + base64.b64encode(bytes(110)).decode()):
        with pytest.raises(ImageTooLargeError, match="100 bytes"):
            load_image(source, limits)


def test_refused_bomb_changes_no_warning_filter() -> None:
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(load_image, png(30_000, 30_000)) for _ in range(64)]
    assert all(isinstance(job.exception(), ImageTooLargeError) for job in jobs)
    assert list(warnings.filters) == before


def test_webp_has_a_limit_of_its_own() -> None:
    limits = ImageLimits(max_pixels=1000)
    for width, fits in [(24, True), (25, False)]:
        file = io.BytesIO()
        Image.new("RGB", (width, 25)).save(file, "WEBP")
        if fits:
            assert load_image(file.getvalue(), limits).shape == (25, width)
        else:
            with pytest.raises(
                ImageTooLargeError,
                match="25 x 25 pixels takes 10,000 bytes of memory to decode; expected at most 9,600",
            ):
                load_image(file.getvalue(), limits)


def test_jpeg_of_very_many_scans_is_too_large() -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 25)).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    start = data.rindex(b"\xff\xda")
    many = data[:-2] + data[start:-2] * 10 + data[-2:]
    limits = ImageLimits(max_pixels=1000)
    assert load_image(data, limits).shape == (25, 40)
    with pytest.raises(ImageTooLargeError, match="has 20 scans; expected at most 16"):
        load_image(many, limits)
    assert load_image(many, ImageLimits(max_pixels=2000)).shape == (25, 40)


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_image_without_pixels_is_refused(size: tuple[int, int]) -> None:
    for source in (png(*size), Image.new("L", size)):
        with pytest.raises(ImageDecodeError):
            load_image(source)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1)])
def test_thin_images_are_images(size: tuple[int, int]) -> None:
    assert load_image(encode(Image.new("L", size, 7))).shape == size[::-1]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_the_library_reads_scans_that_the_service_refuses(mode: str) -> None:
    scan = encode(Image.new(mode, (5100, 5000), "white"), "TIFF")  # 25.5 million pixels, not compressed
    assert len(scan) > LIMITS.max_bytes
    assert load_image(scan).shape == (5000, 5100)
    with pytest.raises(ImageTooLargeError):
        load_image(scan, LIMITS)


@pytest.mark.slow
def test_images_beyond_what_pillow_warns_of_are_read() -> None:
    scan = encode(Image.new("1", (10_000, 9_000), 1), "PNG")
    assert load_image(scan).shape == (9_000, 10_000)
