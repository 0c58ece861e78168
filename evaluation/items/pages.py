"""Pages with their true text and, for IAM, their true lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.items.texts import TextItem, labelled_images, load_or_blank
from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.form import Form, FormLine
from text_recognizer.datasets.iam.paragraphs_dataset import handwriting_region
from text_recognizer.geometry import Region
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.metrics.text import character_error_rate, edit_distance
from text_recognizer.predictions.types import PagePrediction

_MAX_EDITS_PER_CHARACTER = 0.5  # a found line is one of the page's if at least half of it is right


@dataclass(frozen=True)
class Page:
    r"""A page to read.

    ```python
    from pathlib import Path

    from evaluation.items.pages import Page, load_page
    from evaluation.items.texts import TextItem

    page = Page(TextItem("1", "own", Path(folder) / "page.png", "two\nlines"))
    print(load_page(page).shape)
    ```

    Attributes:
        item: Image file and text, lines separated by `\n`.
        cropped: Whether only the handwriting of the form is read.
        form: The form with its lines; None for pages without boxes.
        printed: Whether the text begins with what is printed on the form. IAM does not say where its lines
            end, so that line breaks count as spaces.
    """

    item: TextItem
    cropped: bool = False
    form: Form | None = None
    printed: bool = False


def form_pages(iam: IamDataset, split: str, cropped: bool, printed: bool = False) -> tuple[list[Page], int]:
    """Return the forms of a split as pages, and how many lack an image or boxes.

    Args:
        iam: The loaded forms.
        split: `train`, `validation` or `test`.
        cropped: Whether only the handwriting is shown.
        printed: Whether what is printed on whole forms is wanted too: the head, the text that was copied, and
            the label of the signature. The signature itself is not in the text.
    """
    form_ids = {line_id.rpartition("-")[0] for line_id, part in iam.split_of_line.items() if part == split}
    forms = [iam.forms[form_id] for form_id in sorted(form_ids & iam.forms.keys())]
    source = "iam_handwriting" if cropped else "iam_form"
    pages = [
        Page(
            TextItem(form.id, source, form.image_path, _whole_text(form) if printed else _text(form)),
            cropped,
            form,
            printed,
        )
        for form in forms
        if form.image_path is not None and any(line.words for line in form.lines)
    ]
    return pages, len(form_ids) - len(pages)


def labelled_pages(folder: Path) -> tuple[list[Page], int]:
    """Return the pages of a folder with labels.tsv, and how many lack an image."""
    items, missing = labelled_images(folder, folder.resolve().name)
    return [Page(item) for item in items], missing


def load_page(page: Page) -> GrayImage:
    """Return the page, (H, W), or the part of it that is to be read."""
    image = load_or_blank(page.item)
    if not page.cropped or page.form is None:
        return image
    return _cut(image, handwriting_region(page.form, image.shape))


def layout_errors(pages: Sequence[Page], predictions: Sequence[PagePrediction]) -> dict[str, Any]:
    """Return how many pages have no text, a wrong number of lines or lines out of order, and name them."""
    layouts = []
    for page, prediction in zip(pages, predictions, strict=True):
        expected, found = page.item.text.split("\n"), [line.text for line in prediction.lines]
        layouts.append(
            {
                "id": page.item.id,
                "lines_expected": len(expected),
                "lines_found": len(found),
                "empty": not prediction.text.strip(),
                "in_order": in_order(expected, found),
            }
        )
    miscounted = [layout for layout in layouts if layout["lines_expected"] != layout["lines_found"]]
    return {
        "lines": sum(len(page.item.text.split("\n")) for page in pages),
        "pages_without_text": sum(bool(layout["empty"]) for layout in layouts),
        "pages_out_of_order": sum(not layout["in_order"] for layout in layouts),
        "pages_with_wrong_line_count": len(miscounted),
        "layout_errors": [layout for layout in layouts if layout in miscounted or not layout["in_order"]],
    }


def in_order(expected: Sequence[str], found: Sequence[str]) -> bool:
    """Tell whether found lines come in the order of the expected ones that they clearly match."""
    places = []
    for text in found:
        distances = [edit_distance(text, line) / max(1, len(line)) for line in expected]
        if min(distances) < _MAX_EDITS_PER_CHARACTER:
            places.append(int(np.argmin(distances)))
    return all(first <= second for first, second in pairwise(places))


def score_true_lines(pages: Sequence[Page], predictor: LinePredictor, page_cer: float) -> dict[str, Any]:
    """Return the CER of the true lines of pages, read one by one; nothing for pages without boxes.

    Returns:
        `line_cer`: of the line images of the data set, or of the line's box where an image is missing;
        `line_cer_boxes`: of the boxes alone, rectangles into which neighbouring lines may reach;
        `cer_minus_line_cer` and `cer_minus_line_cer_boxes`: the errors that finding the lines adds.
    """
    lines = [line for page in pages for line in _true_lines(page)]
    if not lines:
        return {}
    texts = [text for text, _, _ in lines]
    of_images = [prediction.text for prediction in predictor.predict_batch([image for _, image, _ in lines])]
    of_boxes = [prediction.text for prediction in predictor.predict_batch([box for _, _, box in lines])]
    line_cer, line_cer_boxes = character_error_rate(of_images, texts), character_error_rate(of_boxes, texts)
    return {
        "line_n": len(lines),
        "line_cer": line_cer,
        "line_cer_boxes": line_cer_boxes,
        "cer_minus_line_cer": page_cer - line_cer,
        "cer_minus_line_cer_boxes": page_cer - line_cer_boxes,
    }


def _true_lines(page: Page) -> Iterator[tuple[str, GrayImage, GrayImage]]:
    """Yield the text, the line image (or else the box) and the box of each line that has a box."""
    if page.form is None:
        return
    image = load_or_blank(page.item)
    for line in page.form.lines:
        if line.region is not None:
            box = _cut(image, line.region)
            yield line.text, _line_image(line, box), box


def _line_image(line: FormLine, box: GrayImage) -> GrayImage:
    if line.image_path is None:
        return box
    return load_or_blank(TextItem(line.id, "iam", line.image_path, line.text))


def _cut(image: GrayImage, region: Region) -> GrayImage:
    cut: GrayImage = image[max(0, region.y1) : region.y2, max(0, region.x1) : region.x2]
    return cut


def compared(page: Page, text: str) -> str:
    """Return a text as it is compared for a page: without line breaks where they are not known."""
    return " ".join(text.split("\n")) if page.printed else text


def text_in_place(page: Page, prediction: PagePrediction) -> str:
    """Return what was read between the first and the last true line of a form.

    What the truth of IAM lacks stands below: the signature, which is handwriting as the lines are.
    """
    assert page.form is not None
    true = [line.region for line in page.form.lines if line.region is not None]
    top, bottom = min(box.y1 for box in true), max(box.y2 for box in true)
    boxes = [(line.text, line.region) for line in prediction.lines if line.region is not None]
    return "\n".join(text for text, box in boxes if top < (box.y1 + box.y2) / 2 < bottom)


def _whole_text(form: Form) -> str:
    """Return what a form says, print included; the printed text is what was to be copied."""
    number = form.id.upper().removesuffix("U")
    lines = [line.text for line in form.lines]
    return "\n".join(["Sentence Database", number, " ".join(lines), *lines, "Name:"])


def _text(form: Form) -> str:
    return "\n".join(line.text for line in form.lines)
