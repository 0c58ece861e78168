"""Sets of pages to degrade: drawn ones, IAM forms, pages with outlines of their lines, labelled folders."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from evaluation.items.pages import Page, form_pages, labelled_pages, load_page
from evaluation.items.texts import load_iam
from evaluation.robustness.drawn import DRAWN, DRAWN_PAGES, TruePage, drawn_pages, hands
from text_recognizer.datasets.iam.paragraphs_dataset import handwriting_region
from text_recognizer.errors import DataError
from text_recognizer.geometry import Region
from text_recognizer.images.loading import load_image
from text_recognizer.tooling.data_root import raw_dir
from text_recognizer.tooling.selection import spread

OUTLINED = "lines.json"  # in folders whose pages have polygons of their lines


def page_set(name: str, split: str, limit: int | None) -> list[TruePage]:
    """Return the pages of a set.

    Args:
        name: `drawn`; `iam`, handwriting cut out of the forms; `iam_forms`, whole forms, of which only the
            handwriting is wanted; `iam_forms_print`, with what is printed on them, and without boxes; or a
            folder of the mirror with `lines.json` (as `hand_pages/copiste_2024`) or `labels.tsv`.
        split: Of IAM and of folders with `lines.json`.
        limit: Pages, at equal distances; None for all.

    Raises:
        DataError: If there is no such folder, or it holds no pages of this split.
    """
    if name == DRAWN:
        return drawn_pages(hands(limit or DRAWN_PAGES))
    if name == "iam_forms_print":
        pages, _ = form_pages(load_iam(_folder("iam")), split, cropped=False, printed=True)
        return [_true_page(page, ()) for page in spread(pages, limit)]
    if name in ("iam", "iam_forms"):
        pages, _ = form_pages(load_iam(_folder("iam")), split, cropped=name == "iam")
        return [_with_regions(page) for page in spread(pages, limit)]
    folder = _folder(name)
    if (folder / OUTLINED).is_file():
        return spread(_outlined(folder, name, split), limit)
    return [_true_page(page, ()) for page in spread(labelled_pages(folder)[0], limit)]


def _folder(name: str) -> Path:
    folder = raw_dir(name)
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}. Name the folder that holds {name}/ with --mirror.")
    return folder


def _with_regions(page: Page) -> TruePage:
    """Return a form, or the part of it that is to be read, with the boxes of its lines on it."""
    assert page.form is not None
    assert page.form.image_path is not None
    with Image.open(page.form.image_path) as image:
        width, height = image.size
    cut = handwriting_region(page.form, (height, width)) if page.cropped else Region(0, 0, width, height)
    x, y = max(0, cut.x1), max(0, cut.y1)
    boxes = [line.region for line in page.form.lines if line.region is not None]
    return _true_page(page, tuple(Region(b.x1 - x, b.y1 - y, b.x2 - x, b.y2 - y) for b in boxes))


def _true_page(page: Page, regions: tuple[Region, ...]) -> TruePage:
    return TruePage(page.item.id, tuple(page.item.text.split("\n")), lambda: load_page(page), regions)


def _outlined(folder: Path, name: str, split: str) -> list[TruePage]:
    """Return the pages of a folder with `lines.json`; pages without any text are left out."""
    try:
        described = json.loads((folder / OUTLINED).read_text(encoding="utf-8"))
        pages = [
            _outlined_page(folder / file, f"{name}/{file}", page["lines"])
            for file, page in sorted(described.items())
            if page["split"] == split
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{folder / OUTLINED} is damaged: {error!r}. Fetch it again.") from error
    return [page for page in pages if page.lines]


def _outlined_page(path: Path, page_id: str, lines: list[Mapping[str, Any]]) -> TruePage:
    written = [line for line in lines if line["text"].strip()]
    boxes = (Region.around([(int(x), int(y)) for x, y in line["polygon"]]) for line in written)
    return TruePage(page_id, tuple(line["text"] for line in written), lambda: load_image(path), tuple(boxes))
