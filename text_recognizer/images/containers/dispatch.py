"""The bytes of any image file -> what decoding needs of them."""

from text_recognizer.images.containers import bmp, gif, jpeg, png, tiff, webp
from text_recognizer.images.containers.contents import Contents


def contents_of(data: bytes, page: int = 1) -> Contents:
    """Return what decoding needs of a file; one of an unknown format as it is.

    Args:
        data: The file.
        page: Which of its pages, from 1 on; only a TIFF has several.

    Raises:
        ValueError: If the file is damaged so that its parts cannot be told, or a TIFF has no such page.
        ImageTooLargeError: If it has very many parts or values, or claims buffers that its image cannot need.
    """
    if data.startswith(png.MAGIC):
        return png.contents_of(data)
    if data.startswith(jpeg.MAGIC):
        return jpeg.contents_of(data)
    if webp.is_webp(data):
        return webp.contents_of(data)
    if data.startswith(gif.MAGICS):
        return gif.contents_of(data)
    if data.startswith(tiff.MAGICS):
        return tiff.contents_of(data, page)
    if data.startswith(bmp.MAGIC):
        return bmp.contents_of(data)
    return Contents(data, orientation=None)
