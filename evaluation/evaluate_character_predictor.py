"""Score the character predictor: accuracy over the 62 classes of EMNIST ByClass (data set `emnist`)."""

import argparse
import gzip
import struct
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.common import (
    MAX_WORST_ITEMS,
    argument_parser,
    describe_run,
    run_evaluation,
    source_folder,
    timed,
)
from text_recognizer.arrays import Bytes, InkImage
from text_recognizer.character_predictor import DEFAULT_CHARACTER_MODEL, CharacterPredictor
from text_recognizer.datasets.emnist.dataset import EmnistDataset
from text_recognizer.datasets.emnist.files import idx_array, idx_name
from text_recognizer.errors import DataError
from text_recognizer.metrics.text import accuracy, rate_interval
from text_recognizer.predictions.single import CharacterPrediction
from text_recognizer.tooling.selection import spread
from text_recognizer.vocabulary import EMNIST_CHARACTERS


@dataclass(frozen=True)
class Character:
    """One character of the split.

    ```python
    import numpy as np

    from evaluation.evaluate_character_predictor import Character

    print(Character("test-000000", np.zeros((28, 28), np.uint8), "a").text)
    ```

    Attributes:
        id: Unique within the split.
        image: (28, 28), as EMNIST has it.
        text: What it is.
    """

    id: str
    image: InkImage
    text: str


def read_characters(options: argparse.Namespace) -> list[Character]:
    """Return the characters of the split; `test` needs the two test files alone.

    Raises:
        DataError: If the data is missing or damaged.
    """
    if options.split == "test" and not options.dataset_args:
        images, labels = _read_test_files(source_folder(options, "emnist"))
        ids: Sequence[str] = [f"test-{index:06d}" for index in range(len(labels))]
    else:
        # As in the files: the predictor makes the input, as when serving.
        dataset = EmnistDataset(**{"as_input": False} | options.dataset_args)
        dataset.load_or_generate_data()
        split = dataset.splits[options.split]
        ids, images, labels = split.ids, np.asarray(split.images), np.asarray(split.targets)
    texts = [EMNIST_CHARACTERS[label] for label in labels]
    return [Character(*item) for item in zip(ids, images, texts, strict=True)]


def _read_test_files(folder: Path) -> tuple[Bytes, Bytes]:
    """Return images (N, 28, 28), upright, and labels (N,)."""
    names = [idx_name("test", kind) for kind in ("images", "labels")]
    try:
        contents = {name: (folder / name).read_bytes() for name in names}
        images, labels = idx_array(contents, names[0], 3), idx_array(contents, names[1], 1)
    except (OSError, EOFError, ValueError, zlib.error, struct.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{' or '.join(names)} in {folder} cannot be read: {error}. Fetch them again with "
            "python -m text_recognizer.datasets EmnistDataset, or name another folder with --mirror."
        ) from error
    if len(images) != len(labels) or labels.max(initial=0) >= len(EMNIST_CHARACTERS):
        raise DataError(
            f"Expected as many labels 0-61 as images in {folder}; received {len(labels)} labels "
            f"up to {labels.max(initial=0)} and {len(images)} images. Fetch them again."
        )
    return images.transpose(0, 2, 1), labels


def score(items: Sequence[Character], predictions: Sequence[CharacterPrediction]) -> dict[str, Any]:
    """Return n, accuracy, its interval, the accuracy of each class, and the most confident mistakes."""
    references = [item.text for item in items]
    characters = [prediction.character for prediction in predictions]
    right = np.array([p == r for p, r in zip(characters, references, strict=True)])
    low, high = rate_interval(right.astype(np.int64), np.ones(len(right), np.int64))
    mistakes = sorted(np.flatnonzero(~right).tolist(), key=lambda i: -predictions[i].confidence)
    of_class = {c: [i for i, r in enumerate(references) if r == c] for c in sorted(set(references))}
    figures = {"n": len(items), "accuracy": accuracy(characters, references), "accuracy_ci95": [low, high]}
    return {
        **figures,
        "per_source": {"emnist": figures},
        "per_class": {c: float(right[indices].mean()) for c, indices in of_class.items()},
        "worst": [
            {
                "id": items[i].id,
                "reference": references[i],
                "prediction": characters[i],
                "edits": 1,
                "confidence": predictions[i].confidence,
            }
            for i in mistakes[:MAX_WORST_ITEMS]
        ],
    }


def evaluate(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Score a split; returns the name of the result and the result."""
    predictor = CharacterPredictor(options.weights)
    items = spread(read_characters(options), options.limit)
    predictions, milliseconds = timed(predictor.predict, items, lambda item: item.image)
    result = {
        **describe_run(predictor.artifact, options, options.dataset),
        "ms_per_item": milliseconds,
        **score(items, predictions),
    }
    return f"character_predictor_{options.weights}_on_{options.dataset}_{options.split}", result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_CHARACTER_MODEL, {"emnist": EmnistDataset})
    parser.add_argument("--dataset", choices=("emnist",), default="emnist", help="default: %(default)s")
    return run_evaluation(parser, evaluate, arguments)


if __name__ == "__main__":
    sys.exit(main())
