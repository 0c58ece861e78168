"""Pages written to a file whose name tells the format, and drawn."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import InvalidInputError
from text_recognizer.files import replacing, write_atomically
from text_recognizer.formats import ALL_FORMATS, Format, PictureFormat
from text_recognizer.formats.picture import draw_page
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.predictions.types import PagePrediction


def save(pages: Sequence[PagePrediction], path: Path, image: ImageSource | None = None) -> None:
    """Write pages in the format that the name of a file ends with, as a whole or not at all.

    Args:
        pages: At least one.
        path: The file.
        image: What was recognized, for formats that show it; default: the file that the pages name.

    Raises:
        InvalidInputError: If there is no such format, it holds one page alone and there are several, or the
            image cannot be read.
        OSError: If the file cannot be written.
    """
    format_ = format_of(path)
    if len(pages) != 1 and (format_.one_page or not pages):
        raise InvalidInputError(f"Expected one page for {path.name!r}; received {len(pages)}.")
    if isinstance(format_, Format):
        text = format_.render(*pages)
        write_atomically(path, text and f"{text}\n")
        return
    with replacing(path) as partial, partial.open("wb") as file:
        format_.write(file, ((page, _image_of(page, image)) for page in pages))


def format_of(path: Path) -> Format | PictureFormat:
    """Return the format with the longest suffix that a name ends with.

    Raises:
        InvalidInputError: If there is none.
    """
    fitting = [each for each in ALL_FORMATS.values() if path.name.lower().endswith(each.suffix)]
    if not fitting:
        suffixes = ", ".join(each.suffix for each in ALL_FORMATS.values())
        raise InvalidInputError(f"Expected a name that ends with {suffixes}; received {path.name!r}.")
    return max(fitting, key=lambda each: len(each.suffix))


def draw(pages: Sequence[PagePrediction], image: ImageSource | None, page: int) -> Image.Image:
    """Return a picture of one of the pages, see `draw_page`; `page` counts them from 1 on.

    Raises:
        InvalidInputError: If there is no such page, or the image cannot be read.
    """
    if not 1 <= page <= len(pages):
        raise InvalidInputError(f"Expected a page of {len(pages)}; received {page}.")
    chosen = pages[page - 1]
    return draw_page(_image_of(chosen, image), chosen)


def _image_of(page: PagePrediction, image: ImageSource | None) -> GrayImage:
    """Return the image (H, W) that a page was read from."""
    source = page.image if image is None else image
    if source is None:
        raise InvalidInputError("The page does not name its image. Pass it as `image`.")
    return load_image(source, page=page.number)
