"""Anything that holds an image -> uint8 (H, W): read, checked, converted; the one way into the project.

Input is untrusted: the content tells the format, a decoder gets what decoding needs and nothing else, what it
is going to allocate is checked before it does, and whatever it raises comes out as one of four
`InvalidInputError`s.
"""

from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.colours import hides_ink
from text_recognizer.images.containers.contents import Contents
from text_recognizer.images.conversion import to_gray
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits, check_cost
from text_recognizer.images.reading import ImageSource as ImageSource
from text_recognizer.images.reading import Opened, open_colours, open_data_uri, open_source
from text_recognizer.images.reading import count_pages as count_pages


def load_image(source: ImageSource, limits: ImageLimits = LIBRARY_LIMITS, page: int = 1) -> GrayImage:
    """Return the grey values of an image.

    The EXIF orientation is applied, 16 bits become 8, and colours become luma (ITU-R 601-2), or the channel
    that shows the ink where luma does not. Transparency is laid on white, or on black where white hides the
    ink.

    Args:
        source: Path of an image file or a PDF; bytes of one; data URI (`data:image/png;base64,...`);
            PIL image; or array (H, W), (H, W, 1|3|4) of uint8, uint16, bool, or float in [0, 1].
        limits: What is accepted; a service should pass stricter ones, `limits.LIMITS`.
        page: Which page of a TIFF or a PDF, from 1 on.

    Returns:
        (H, W) uint8, 0 = black, 255 = white.

    Raises:
        InvalidInputError: If there is no such file or page, or the array is none of the above.
        ImageTooLargeError: If a limit is exceeded.
        UnsupportedFormatError: If the bytes are no image of an accepted format.
        ImageDecodeError: If they are one, but damaged.
    """
    return _decoded(*open_source(source, limits, page), limits)


def load_data_uri(text: str, limits: ImageLimits = LIBRARY_LIMITS) -> GrayImage:
    """Return the grey values (H, W) of an image in a base64 data URI (RFC 2397).

    The content decides about the format, not the media type that the URI claims.

    Args:
        text: `data:[<media type>];base64,<data>`.
        limits: What is accepted.

    Raises:
        InvalidInputError: If `text` is no data URI in base64; and as `load_image` raises.
    """
    return _decoded(*open_data_uri(text, limits), limits)


def _decoded(image: Opened, contents: Contents | None, limits: ImageLimits) -> GrayImage:
    """Return the grey values (H, W) of an opened image whose cost is within the limits."""
    check_cost(image, contents, limits)
    gray = to_gray(image, contents.orientation if contents else None)
    if (
        contents is None
        or not isinstance(image, Image.Image)
        or image.format != "JPEG"
        or not hides_ink(gray)
    ):
        return gray
    coloured = open_colours(contents.data, limits)
    try:
        check_cost(coloured, contents, limits)
    except ImageTooLargeError:
        return gray  # of the luma alone, which takes less memory
    image.close()
    del gray
    return to_gray(coloured, contents.orientation)
