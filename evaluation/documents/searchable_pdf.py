"""Measure how readers find the words of our searchable PDFs: `python -m evaluation.documents.searchable_pdf`.

Pages of random words, which slope by so many degrees, are written as if they had been read without a mistake.
Words in order are the longest common subsequence of those that were written and those that a reader
gives; boxes are those that overlap the box around the word's polygon by more than half (IoU).
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

import numpy as np

from evaluation.documents.pdf_readers import Box, FoundText, installed_readers
from evaluation.documents.sloping_pages import HEIGHT_PX, WIDTH_PX, sloping_page
from text_recognizer.errors import ConfigError
from text_recognizer.formats.pdf import write_pdf
from text_recognizer.geometry import Region
from text_recognizer.predictions.types import PagePrediction
from text_recognizer.tooling.command import command_parser, run_command

_DEGREES = (0.0, 2.0, -2.0, 3.0, -3.0, 5.0, -5.0, 8.0, -8.0)
_PAGES = 3  # of some 130 words each
_POINTS_PER_PX = 842 / HEIGHT_PX  # the longer side of a page becomes that of A4
_LEAST_OVERLAP = 0.5
_PAPER = np.full(
    (HEIGHT_PX // 8, WIDTH_PX // 8), 255, np.uint8
)  # (h, w); what the page shows does not matter


def words_in_order(written: Sequence[str], found: Sequence[str]) -> float:
    """Return the share of the written words that are found in their order.

    >>> words_in_order(["to", "be", "or", "not"], ["to", "or", "be", "not"])
    0.75
    """
    row = [0] * (len(found) + 1)  # of the table of the longest common subsequence
    for word in written:
        diagonal = 0
        for index, other in enumerate(found, start=1):
            above = row[index]
            row[index] = diagonal + 1 if word == other else max(above, row[index - 1])
            diagonal = above
    return row[-1] / len(written)


def boxes_on_words(page: PagePrediction, found: FoundText) -> float:
    """Return the share of the words of a page that a reader marks where they stand."""
    words = [(word.text, Region.around(word.polygon)) for line in page.lines for word in line.words]
    marked = [
        any(each.text == text and _overlap(each.box, region) > _LEAST_OVERLAP for each in found.boxes)
        for text, region in words
    ]
    return mean(marked)


def _overlap(box: Box, region: Region) -> float:
    """Return the intersection of a box in points and a region in pixels, over their union."""
    left, top, right, bottom = (side / _POINTS_PER_PX for side in box)
    across = max(0.0, min(right, region.x2) - max(left, region.x1))
    down = max(0.0, min(bottom, region.y2) - max(top, region.y1))
    union = (right - left) * (bottom - top) + region.width * region.height - across * down
    return across * down / union


def measure(degrees: float, pages: int, read: Callable[[Path], FoundText]) -> tuple[float, float]:
    """Return the shares of words in order and of boxes on words, 0-1, over pages with a slope."""
    order, boxes = [], []
    for seed in range(pages):
        page = sloping_page(degrees, seed)
        file = io.BytesIO()
        write_pdf(file, [(page, _PAPER)])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "page.pdf")
            path.write_bytes(file.getvalue())
            found = read(path)
        order.append(words_in_order([word.text for line in page.lines for word in line.words], found.words))
        boxes.append(boxes_on_words(page, found))
    return mean(order), mean(boxes)


def _work(options: argparse.Namespace) -> None:
    readers = installed_readers()
    if not readers:
        raise ConfigError("No reader of PDF is here. Install poppler-utils, pypdfium2 or pdfplumber.")
    head = [f"{name}: {what}" for name in readers for what in ("order %", "boxes %")]
    sys.stdout.write(f"| degrees | {' | '.join(head)} |\n|{'---|' * (len(head) + 1)}\n")
    for degrees in options.degrees:
        shares = [share for read in readers.values() for share in measure(degrees, options.pages, read)]
        sys.stdout.write(f"| {degrees:g} | {' | '.join(f'{100 * share:.1f}' for share in shares)} |\n")
        sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("--degrees", type=float, nargs="+", default=_DEGREES, help="default: %(default)s")
    parser.add_argument("--pages", type=int, default=_PAGES, help="of each slope; default: %(default)s")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
