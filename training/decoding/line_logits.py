"""Logits of IAM lines, computed once and kept: what decoding is tuned and calibrated on."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from text_recognizer.arrays import Logits
from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_files, hash_samples
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.form import FormLine
from text_recognizer.errors import DataError, InvalidInputError
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.tooling.selection import spread

logger = logging.getLogger(__name__)

_VERSION = 1  # raise it when the way from a prepared line to its kept logits changes


@dataclass(frozen=True)
class LineLogits:
    """What a network emits for one line.

    Attributes:
        id: Of the line.
        text: What the line says.
        logits: (T, C), T frames, C labels.

    ```python
    import numpy as np

    from training.decoding.line_logits import LineLogits

    line = LineLogits("a01-000u-00", "a", np.zeros((12, 80), np.float16))
    print(line.text, line.logits.shape)
    ```
    """

    id: str
    text: str
    logits: Logits


def validation_lines(limit: int | None) -> list[FormLine]:
    """Return `limit` validation lines of IAM (Aachen), spread over them: decoding never sees a test line.

    Raises:
        ConfigError: If the limit is below 1.
        DataError: If IAM is missing or has no image of a validation line.
    """
    iam = IamDataset("aachen")
    iam.load_or_generate_data()
    return spread(iam.lines("validation"), limit)


def line_logits(predictor: LinePredictor, lines: Sequence[FormLine]) -> list[LineLogits]:
    """Return the logits of lines, in half precision as they are kept under the data root.

    They are computed anew whenever something changes that they depend on: the model, what its manifest says
    about its input, the code of the preprocessing, the images, the texts. Unreadable images are named and
    left out.

    Args:
        predictor: Whose network to run.
        lines: Each with an image.

    Raises:
        DataError: If no image can be read.
    """
    paths = [line.image_path for line in lines if line.image_path is not None]
    inputs = {
        "version": _VERSION,
        "model": predictor.artifact.sha256,
        "input": predictor.artifact.manifest["input"],
        "decoding": predictor.artifact.decoding,
        "images": hash_files(paths),
        "lines": [(line.id, line.text) for line in lines],
    }
    built = cached(
        "line_logits", hash_samples(inputs), lambda: Built({"lines": _computed(predictor, lines)}, {})
    )
    split = built.splits["lines"]
    if not len(split):
        raise DataError("None of the line images can be read. Get the data again: data/raw/iam/readme.md.")
    kept: Sequence[Any] = split.images  # logits, see `_computed`
    return [LineLogits(*line) for line in zip(split.ids, split.targets, kept, strict=True)]


def _computed(predictor: LinePredictor, lines: Sequence[FormLine]) -> Split:
    """Return ids, logits (T_i, C) in place of images, and texts."""
    ids, texts = [], []
    logits: list[Any] = []  # the cache keeps arrays of any type, though a split's images are of uint8
    for line in lines:
        assert line.image_path is not None
        try:
            prepared = predictor.prepare(line.image_path)
        except InvalidInputError as error:
            logger.warning("Left out %s: %s", line.id, error)
            continue
        ids.append(line.id)
        # Half precision: the kept file is half as large, and a logit's third digit changes no text.
        logits.append(predictor.predict_logits([prepared])[0].astype(np.float16))
        texts.append(line.text)
    logger.info("Computed the logits of %d lines", len(ids))
    return Split(ids, logits, texts)
