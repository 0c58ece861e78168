"""What can be done with a recognized page or document: write it, draw it, make a table of it."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    from PIL import Image

    from text_recognizer.images.loading import ImageSource
    from text_recognizer.predictions.types import PagePrediction


class Writable:
    """Base of what has pages.

    The formats are imported when they are used, and by name: results alone need only the standard library,
    and formats lie above them.

    ```python
    from text_recognizer import ParagraphTextRecognizer

    page = ParagraphTextRecognizer().predict(f"{folder}/page.png")
    page.save(f"{folder}/page.hocr")
    page.save(f"{folder}/page.pdf", image=f"{folder}/page.png")
    print(page.draw(f"{folder}/page.png").size)
    ```
    """

    def as_pages(self) -> "tuple[PagePrediction, ...]":
        """Return the pages in their order."""
        raise NotImplementedError

    def save(self, path: str | Path, image: "ImageSource | None" = None) -> None:
        """Write a file in the format that its name ends with, as a whole or not at all.

        Args:
            path: `.txt`, `.md`, `.json`, `.jsonl`, `.tsv`, `.hocr`, `.xml` (ALTO), `.page.xml`, `.pdf` or
                `.png` (framed lines).
            image: What was recognized, for PDF and PNG; default: the file that the pages name.

        Raises:
            InvalidInputError: If the suffix is another one, the format holds one page alone and there are
                several, or the image cannot be read.
            OSError: If the file cannot be written.
        """
        importlib.import_module("text_recognizer.formats.saving").save(self.as_pages(), Path(path), image)

    def draw(self, image: "ImageSource | None" = None, page: int = 1) -> "Image.Image":
        """Return a picture of a page with its lines framed, and their text beside it.

        Args:
            image: What was recognized; default: the file that the page names.
            page: Which of the pages, counted from 1 on.

        Raises:
            InvalidInputError: If there is no such page, or the image cannot be read.
        """
        module: Any = importlib.import_module("text_recognizer.formats.saving")
        picture: Image.Image = module.draw(self.as_pages(), image, page)
        return picture

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a table with a row for each word: its page, line, place, text and confidence.

        Raises:
            ImportError: If pandas is not installed.
        """
        import pandas

        rows: Sequence[dict[str, Any]] = importlib.import_module("text_recognizer.formats.tsv").word_rows(
            self.as_pages()
        )
        return pandas.DataFrame(rows)
