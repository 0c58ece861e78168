"""Score the line detector: F1 of the lines' boxes, pixel accuracy and IoU of the label maps.

Data sets: `iam` (handwriting cut out of the forms, Aachen split), `iam_forms` (whole forms, on which
print and signature count as background).
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.common import (
    MAX_WORST_ITEMS,
    argument_parser,
    describe_run,
    run_evaluation,
    source_folder,
    timed,
)
from evaluation.items.pages import Page, form_pages, load_page
from evaluation.items.texts import load_iam
from text_recognizer.arrays import GrayImage, Indices, LabelMap
from text_recognizer.datasets.iam.paragraphs_dataset import handwriting_region
from text_recognizer.datasets.pages.line_labels import line_bands, paint_labels
from text_recognizer.geometry import Region
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL, LineDetector
from text_recognizer.metrics.detection import (
    Matches,
    confusion_matrix,
    match_regions,
    mean_iou,
    pixel_accuracy,
)
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.tooling.selection import spread

IOU_THRESHOLDS = {"f1_50": 0.5, "f1_75": 0.75}  # found at all, and found well; as in COCO


@dataclass(frozen=True)
class Found:
    """What the detector makes of a page.

    ```python
    import numpy as np

    from evaluation.evaluate_line_detector import detect
    from text_recognizer import LineDetector

    found = detect(LineDetector(), np.full((300, 400), 255, np.uint8))
    print(len(found.regions), found.labels.shape)
    ```

    Attributes:
        regions: Boxes in pixels of the page.
        labels: (h, w) label map.
        scale: Pixels of the map per pixel of the page.
        page_shape: (H, W).
    """

    regions: list[Region]
    labels: LabelMap
    scale: float
    page_shape: tuple[int, int]


@dataclass(frozen=True)
class Score:
    """Counts over one page or several; `+` adds them.

    ```python
    import numpy as np

    from evaluation.evaluate_line_detector import Score
    from text_recognizer.metrics.detection import Matches

    page = Score((Matches(3, 3, 3), Matches(2, 3, 3)), np.diag([900, 50, 50]), exact_pages=1)
    print((page + page).to_dict()["f1_75"])
    ```

    Attributes:
        matches: Lines at each of `IOU_THRESHOLDS`.
        confusion: (3, 3) pixels by true and found label.
        exact_pages: Pages on which every line was found, and no other.
    """

    matches: tuple[Matches, ...]
    confusion: Indices
    exact_pages: int

    def __add__(self, other: "Score") -> "Score":
        """Return the sums of the counts."""
        matches = tuple(a + b for a, b in zip(self.matches, other.matches, strict=True))
        return Score(matches, self.confusion + other.confusion, self.exact_pages + other.exact_pages)

    def to_dict(self) -> dict[str, Any]:
        """Return the measures, rates 0-1."""
        rates = {name: matches.f1 for name, matches in zip(IOU_THRESHOLDS, self.matches, strict=True)}
        return {
            **rates,
            "mean_iou": mean_iou(self.confusion),
            "pixel_accuracy": pixel_accuracy(self.confusion),
            "lines_expected": self.matches[0].expected,
            "lines_found": self.matches[0].found,
        }


def detect(detector: LineDetector, image: GrayImage) -> Found:
    """Find the lines of a page (H, W) and keep the label map."""
    ink = writing_ink(image)
    layout = detector.find_lines(ink)
    height, width = ink.shape
    return Found(layout.regions, layout.labels, layout.scale, (height, width))


def score_page(page: Page, found: Found) -> Score:
    """Compare with the boxes of the form's words and lines."""
    assert page.form is not None
    x, y = _corner(page, found)
    lines = [line for line in page.form.lines if line.region is not None]
    expected = [
        Region(line.region.x1 - x, line.region.y1 - y, line.region.x2 - x, line.region.y2 - y)
        for line in lines
        if line.region is not None
    ]
    bands = [band.shifted(x, y) for band in line_bands([line.words for line in lines])]
    truth = paint_labels(bands, (found.labels.shape[0], found.labels.shape[1]), found.scale)
    matches = tuple(
        match_regions(expected, found.regions, threshold) for threshold in IOU_THRESHOLDS.values()
    )
    exact = int(matches[0].matched == matches[0].expected == matches[0].found)
    return Score(matches, confusion_matrix(truth, found.labels, 3), exact)


def _corner(page: Page, found: Found) -> tuple[int, int]:
    """Return where on the form the upper left corner of the page is."""
    if not page.cropped or page.form is None:
        return 0, 0
    # The size of the whole form is not needed: it only limits the right and the lower border.
    region = handwriting_region(page.form, (1 << 30, 1 << 30))
    return region.x1, region.y1


def evaluate(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Score the forms of a split; returns the name of the result and the result."""
    detector = LineDetector(options.weights)
    iam = load_iam(source_folder(options, "iam"))
    found, missing = form_pages(iam, options.split, cropped=options.dataset == "iam")
    pages = spread(found, options.limit)
    results, milliseconds = timed(lambda image: detect(detector, image), pages, load_page)
    scores = [score_page(page, result) for page, result in zip(pages, results, strict=True)]
    total = sum(scores[1:], scores[0])
    items = [{"id": page.item.id, **score.to_dict()} for page, score in zip(pages, scores, strict=True)]
    items.sort(key=lambda item: (item["f1_50"], item["f1_75"], item["mean_iou"]))
    result = {
        **describe_run(detector.artifact, options, options.dataset),
        "n": len(pages),
        "missing": missing,
        **total.to_dict(),
        "pages_with_every_line": total.exact_pages,
        "ms_per_item": milliseconds,
        "worst": items[:MAX_WORST_ITEMS],
    }
    return f"line_detector_{options.weights}_on_{options.dataset}_{options.split}", result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_DETECTOR_MODEL)
    parser.add_argument("--dataset", choices=("iam", "iam_forms"), default="iam", help="default: %(default)s")
    return run_evaluation(parser, evaluate, arguments)


if __name__ == "__main__":
    sys.exit(main())
