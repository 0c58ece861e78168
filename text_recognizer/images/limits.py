"""What an image may cost: bytes, pixels, and the memory and time that a decoder needs for it."""

from dataclasses import dataclass

from PIL import Image

from text_recognizer.arrays import Pixels
from text_recognizer.errors import ImageDecodeError, ImageTooLargeError, InvalidInputError


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
        max_pixels: Width times height; for WebP `WEBP_SHARE` of it.
        max_side: Width or height.
        formats: Pillow's names of the accepted formats; of several frames or pages the first is read.
    """

    max_bytes: int = 8 * 2**20
    max_pixels: int = 25_000_000
    max_side: int = 20_000
    formats: tuple[str, ...] = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")


LIMITS = ImageLimits()

WEBP_SHARE = 0.6  # Pillow holds four copies of a WebP's pixels while it decodes them: 400 MB for 25 million
_MAX_JPEG_SCANS = 16  # in the largest image; each costs its whole size in time, and libjpeg writes 10
_JPEG_SCAN_MARKER = b"\xff\xda"  # elsewhere in a JPEG 0xFF is followed by other bytes


def check_cost(image: Image.Image | Pixels, data: bytes, limits: ImageLimits) -> None:
    """Refuse an image without pixels, or one that is too large or takes too much to decode.

    Args:
        image: Opened, not yet decoded; or an array (H, W) or (H, W, channels).
        data: The file; empty if there is none.
        limits: What is accepted.

    Raises:
        InvalidInputError: If the array has another shape.
        ImageDecodeError: If there is no pixel.
        ImageTooLargeError: If a limit is exceeded.
    """
    if isinstance(image, Image.Image):
        if data:
            _check_effort(image, data, limits)
        width, height = image.size
    else:
        height, width = _size_of_array(image)
    if width == 0 or height == 0:
        raise ImageDecodeError(f"The image is {width} x {height}; expected at least one pixel.")
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        raise ImageTooLargeError(
            f"The image is {width} x {height}; expected at most {limits.max_pixels:,} pixels and "
            f"{limits.max_side:,} per side. Scale the image down."
        )


def _size_of_array(array: Pixels) -> tuple[int, int]:
    """Return the height and the width of an array (H, W) or (H, W, 1|3|4)."""
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or array.size == 0 or channels not in (1, 3, 4):
        raise InvalidInputError(
            f"The array has the shape {array.shape}; expected (H, W), (H, W, 1), (H, W, 3) or (H, W, 4). "
            "Pass one image, channels last."
        )
    return array.shape[0], array.shape[1]


def _check_effort(image: Image.Image, data: bytes, limits: ImageLimits) -> None:
    """Refuse a file whose decoding takes much more memory or time than its size suggests."""
    pixels = image.width * image.height
    if image.format == "WEBP" and pixels > WEBP_SHARE * limits.max_pixels:
        raise ImageTooLargeError(
            f"The image is {image.width} x {image.height}; expected at most "
            f"{WEBP_SHARE * limits.max_pixels:,.0f} pixels in WebP. "
            "Scale the image down, or save it as PNG or JPEG."
        )
    if image.format in ("JPEG", "MPO"):
        scans = data.count(_JPEG_SCAN_MARKER)  # thumbnails in its head may add a few
        if scans * pixels > _MAX_JPEG_SCANS * limits.max_pixels:
            raise ImageTooLargeError(
                f"The JPEG has {scans} scans; expected at most "
                f"{_MAX_JPEG_SCANS * limits.max_pixels // pixels}. Save the image again, not progressive."
            )
