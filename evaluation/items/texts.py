"""Items with a true text, and the scores of recognized texts."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.common import MAX_WORST_ITEMS
from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.files.labels import read_labels
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.published_lines import PublishedLines
from text_recognizer.errors import InvalidInputError
from text_recognizer.images.loading import load_image
from text_recognizer.metrics import text as metrics

logger = logging.getLogger(__name__)

_BLANK_SIDE_PX = 64  # any size will do


@dataclass(frozen=True)
class TextItem:
    r"""An image and its text.

    ```python
    from pathlib import Path

    from evaluation.items.texts import TextItem, score_texts

    item = TextItem("1", "own", Path(folder) / "line.png", "some text")
    print(score_texts([item], ["some test"])["cer"])
    ```

    Attributes:
        id: Unique within its data set.
        source: Where the image comes from; figures are given per source.
        image: A file, its content, or grey values (H, W) uint8.
        text: What it says; lines are separated by `\n`.
    """

    id: str
    source: str
    image: Path | bytes | GrayImage
    text: str


def score_texts(items: Sequence[TextItem], predictions: Sequence[str]) -> dict[str, Any]:
    """Return n, cer, cer_ci95, wer, the same per source, and the worst items.

    The worst items have the most edits per reference character; ties keep the order of the items.
    """
    edits, lengths = metrics.character_errors(predictions, [item.text for item in items])
    sources = sorted({item.source for item in items})
    order = np.argsort(-edits / np.maximum(lengths, 1), kind="stable")
    return {
        **_rates(items, predictions),
        "per_source": {
            source: _rates(*_of_source(items, predictions, source)) for source in sources
        },
        "worst": [
            {
                "id": items[i].id,
                "reference": items[i].text,
                "prediction": predictions[i],
                "edits": int(edits[i]),
            }
            for i in order[:MAX_WORST_ITEMS]
        ],
    }  # fmt: skip


def _rates(items: Sequence[TextItem], predictions: Sequence[str]) -> dict[str, Any]:
    references = [item.text for item in items]
    errors = metrics.character_errors(predictions, references)
    return {
        "n": len(items),
        "characters": int(errors[1].sum()),
        "cer": metrics.character_error_rate(predictions, references),
        "cer_ci95": list(metrics.rate_interval(*errors)),
        "wer": metrics.word_error_rate(predictions, references),
    }


def _of_source(
    items: Sequence[TextItem], predictions: Sequence[str], source: str
) -> tuple[list[TextItem], list[str]]:
    chosen = [i for i, item in enumerate(items) if item.source == source]
    return [items[i] for i in chosen], [predictions[i] for i in chosen]


def load_or_blank(item: TextItem) -> GrayImage:
    """Return the image of an item; for an unreadable one, blank paper: its text counts as missed."""
    try:
        return load_image(item.image)
    except InvalidInputError as error:
        logger.warning("%s counts as blank: %s", item.id, error)
        return np.full((_BLANK_SIDE_PX, _BLANK_SIDE_PX), 255, np.uint8)


def load_iam(root: Path) -> IamDataset:
    """Read a copy of IAM, complete or not, with the Aachen split, which published figures use.

    Raises:
        DataError: If it holds no text, or does not say which lines belong to the split.
    """
    iam = IamDataset("aachen", root)
    iam.load_or_generate_data()
    return iam


def iam_lines(iam: IamDataset, split: str) -> tuple[list[TextItem], int]:
    """Return the lines of a split that have text and image, and how many lack one."""
    ids = [line_id for line_id, part in iam.split_of_line.items() if part == split]
    lines = {line.id: line for form in iam.forms.values() for line in form.lines}
    items = [
        TextItem(line.id, line.source, line.image_path, line.text)
        for line_id in ids
        if (line := lines.get(line_id)) is not None and line.image_path is not None
    ]
    return items, len(ids) - len(items)


def published_items(lines: PublishedLines, split: str) -> list[TextItem]:
    """Return the lines of a split of IAM as it is published ready to use."""
    read = zip(lines.ids(split), lines.images(split), lines.texts(split), strict=True)
    return [TextItem(line_id, "published", image, text) for line_id, image, text in read]


def labelled_images(folder: Path, source: str, split: str | None = None) -> tuple[list[TextItem], int]:
    r"""Return the items of a folder with `labels.tsv`: image, tab, text; `\n` (two characters) breaks lines.

    Args:
        folder: Holds labels.tsv.
        source: What the items are called in results.
        split: Only the images that `splits/<split>.txt` lists, if there is such a file; None for all.

    Returns:
        The items, and how many more there are whose image is missing.

    Raises:
        DataError: If the file is missing or damaged.
    """
    hint = "Name the folder that holds it with --dataset, or with --mirror and --dataset labels."
    items, missing = [], 0
    listed = folder / "splits" / f"{split}.txt"
    chosen = set(listed.read_text(encoding="utf-8").splitlines()) if listed.is_file() else None
    for name, text in read_labels(folder, hint):
        if chosen is not None and name not in chosen:
            continue
        if (folder / name).is_file():
            items.append(TextItem(name, source, folder / name, text.replace("\\n", "\n")))
        else:
            missing += 1
    return items, missing
