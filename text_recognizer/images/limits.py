"""What an image may cost: bytes, pixels, and the memory and time that a decoder needs for it."""

from dataclasses import dataclass

from PIL import Image

from text_recognizer.errors import ImageDecodeError, ImageTooLargeError


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


def check_bytes(count: int, limits: ImageLimits) -> None:
    """Refuse a file of too many bytes.

    Args:
        count: Its bytes; where it was not read to its end, those that were.
        limits: What is accepted.

    Raises:
        ImageTooLargeError: If there are too many.
    """
    if count > limits.max_bytes:
        raise ImageTooLargeError(
            f"The image file is too large; expected at most {limits.max_bytes:,} bytes. "
            "Scale the image down or save it as JPEG."
        )


def check_size(size: tuple[int, int], limits: ImageLimits) -> None:
    """Refuse an image (width, height) without pixels or with too many.

    Raises:
        ImageDecodeError: If there is none.
        ImageTooLargeError: If there are too many.
    """
    width, height = size
    if width == 0 or height == 0:
        raise ImageDecodeError(f"The image is {width} x {height}; expected at least one pixel.")
    if width * height > limits.max_pixels or max(size) > limits.max_side:
        raise ImageTooLargeError(
            f"The image is {width} x {height}; expected at most {limits.max_pixels:,} pixels and "
            f"{limits.max_side:,} per side. Scale the image down."
        )


def check_effort(image: Image.Image, data: bytes, limits: ImageLimits) -> None:
    """Refuse a file whose decoding takes much more memory or time than its size suggests.

    Args:
        image: Opened, not yet decoded.
        data: The file.
        limits: What is accepted.

    Raises:
        ImageTooLargeError: If it does.
    """
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
