"""What an image may cost: bytes, pixels, and the memory and time that a decoder needs for it."""

from dataclasses import dataclass

from PIL import Image

from text_recognizer.arrays import Pixels
from text_recognizer.errors import ImageDecodeError, ImageTooLargeError, InvalidInputError
from text_recognizer.images.containers.contents import Contents

PDF = "PDF"  # beside Pillow's names of formats


@dataclass(frozen=True)
class ImageLimits:
    """What is accepted; larger images are refused before they are decoded.

    ```python
    from text_recognizer.errors import ImageTooLargeError
    from text_recognizer.images.limits import ImageLimits
    from text_recognizer.images.loading import load_image

    try:
        load_image(f"{folder}/page.png", ImageLimits(max_pixels=10_000))
    except ImageTooLargeError as error:
        print(error)
    ```

    Attributes:
        max_bytes: Size of the encoded file.
        max_pixels: Width times height. Also bounds what a decoder may allocate, `BYTES_PER_PIXEL` for each of
            them: decoding WebP and some kinds of TIFF and JPEG takes more, so that fewer pixels are accepted.
        max_side: Width or height.
        formats: Pillow's names of the accepted formats, or PDF; of several frames the first is read. AVIF,
            HEIF and PDF count if what reads them is installed.
        max_pages: Of a TIFF or a PDF.
    """

    max_bytes: int = 8 * 2**20
    max_pixels: int = 25_000_000
    max_side: int = 20_000
    formats: tuple[str, ...] = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
    max_pages: int = 20


LIMITS = ImageLimits()  # what strangers may send: the defaults of the service
# What the library and the command read: A4 at 1,200 dpi, in 64 bits per pixel without compression. Pillow
# itself opens images of at most 178 million pixels.
LIBRARY_LIMITS = ImageLimits(
    max_bytes=8 * 150_000_000,
    max_pixels=150_000_000,
    max_side=100_000,
    formats=(*LIMITS.formats, "AVIF", "HEIF", PDF),
    max_pages=10_000,
)

BYTES_PER_PIXEL = 9.6  # 240 MB for 25 million pixels: RGBA and a copy of it, or 60 % of that in WebP
_MAX_JPEG_SCANS = 16  # in the largest image; each costs its whole size in time, and libjpeg writes 10
_NARROW_MODES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
_MODE_BYTES = 4  # of a pixel in Pillow's other modes


def check_size(size: tuple[int, int], limits: ImageLimits) -> None:
    """Refuse an image without pixels or with too many; `size` is its width and height.

    Raises:
        ImageDecodeError: If there is no pixel.
        ImageTooLargeError: If a limit is exceeded.
    """
    width, height = size
    if width == 0 or height == 0:
        raise ImageDecodeError(f"The image is {width} x {height}; expected at least one pixel.")
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        raise ImageTooLargeError(
            f"The image is {width} x {height}; expected at most {limits.max_pixels:,} pixels and "
            f"{limits.max_side:,} per side. Scale the image down."
        )


def check_cost(image: Image.Image | Pixels, contents: Contents | None, limits: ImageLimits) -> None:
    """Refuse an image without pixels, or one that is too large or takes too much to decode.

    Args:
        image: Opened, not yet decoded; or an array (H, W) or (H, W, channels).
        contents: The file that is going to be decoded; None if there is none.
        limits: What is accepted.

    Raises:
        InvalidInputError: If the array has another shape.
        ImageDecodeError: If there is no pixel.
        ImageTooLargeError: If a limit is exceeded.
    """
    check_size(image.size if isinstance(image, Image.Image) else _size_of_array(image), limits)
    if isinstance(image, Image.Image) and contents is not None:
        _check_effort(image, contents, limits)


def _size_of_array(array: Pixels) -> tuple[int, int]:
    """Return the width and the height of an array (H, W) or (H, W, 1|3|4)."""
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or array.size == 0 or channels not in (1, 3, 4):
        raise InvalidInputError(
            f"The array has the shape {array.shape}; expected (H, W), (H, W, 1), (H, W, 3) or (H, W, 4). "
            "Pass one image, channels last."
        )
    return array.shape[1], array.shape[0]


def _check_effort(image: Image.Image, contents: Contents, limits: ImageLimits) -> None:
    """Refuse a file whose decoding takes much more memory or time than its size suggests."""
    pixels = image.width * image.height
    memory = pixels * _NARROW_MODES.get(image.mode, _MODE_BYTES) + contents.buffer_bytes
    if memory > BYTES_PER_PIXEL * limits.max_pixels:
        raise ImageTooLargeError(
            f"The {image.format} image of {image.width} x {image.height} pixels takes {memory:,} bytes of "
            f"memory to decode; expected at most {BYTES_PER_PIXEL * limits.max_pixels:,.0f}. "
            "Scale the image down, or save it as PNG or JPEG."
        )
    if contents.scans * pixels > _MAX_JPEG_SCANS * limits.max_pixels:
        raise ImageTooLargeError(
            f"The JPEG has {contents.scans} scans; expected at most "
            f"{_MAX_JPEG_SCANS * limits.max_pixels // pixels}. Save the image again, not progressive."
        )
