"""Compare word models with Tesseract and RapidOCR: all read the same words in turns on the same machine.

Word accuracy by the protocol of the field, and processor time per word from its file to its text, each on one
thread and one word at a time; the time to load a model does not count. Tesseract runs with `eng` in word mode
(`--psm 8`) and gets a border around each word, in the grey of its edge. RapidOCR runs in the Python that
`--rapidocr-python` names, and is left out if it is not there. Requires the command `tesseract`.
"""

import argparse
import contextlib
import logging
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from evaluation.common import argument_parser, describe_run, run_evaluation
from evaluation.items.words import PROTOCOL, SCENE_TEXT, WordSet, score_set, word_sets
from evaluation.rivals.readers import (
    RapidOcr,
    Read,
    Reader,
    add_rapidocr_argument,
    loaded_tesseract,
    take_turns,
    tesseract_version,
    timed_reading,
)
from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ConfigError, InvalidInputError
from text_recognizer.inference import artifacts
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.word_predictor import DEFAULT_WORD_MODEL, WordPredictor

WORDS = 300  # of each set: an interval of about 5 points
WORD_MODE = 8  # page segmentation mode of Tesseract: a single word
BORDER_PX = 10  # Tesseract's own advice for tight crops

logger = logging.getLogger(__name__)


def model_names(first: str, chosen: Sequence[str]) -> list[str]:
    """Return the models to compare, each once: `first`, and the chosen ones or all other word models here."""
    words = [name for name in artifacts.runnable(artifacts.WEIGHTS_DIR) if artifacts.kind_of(name) == "word"]
    return list(dict.fromkeys([first, *(chosen or words)]))


def load_model(name: str) -> WordPredictor | LinePredictor:
    """Return the predictor of a word model, or of a line model, on one thread.

    Raises:
        ArtifactError: If there is no such model.
    """
    return (LinePredictor if artifacts.kind_of(name) == "line" else WordPredictor)(name, threads=1)


def reading_of(predictor: WordPredictor | LinePredictor, warm_up: Path) -> Read:
    """Return what reads words one at a time; it has read `warm_up` before."""
    predictor.predict(warm_up)
    return timed_reading(lambda paths: [predictor.predict(path).text for path in paths])


def readable(word_set: WordSet) -> WordSet:
    """Return a set without the words whose images cannot be read, which are named."""
    words = []
    for word in word_set.words:
        try:
            word.load()
        except InvalidInputError as error:
            logger.warning("Left out %s: %s", word.id, error)
        else:
            words.append(word)
    return WordSet(word_set.name, word_set.folder, words)


def write_files(sets: Sequence[WordSet], folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the files of all words as they are, and as PNG with a border; new ones lie in `folder`."""
    plain, bordered = [], []
    for index, word in enumerate(word for each in sets for word in each.words):
        if isinstance(word.image, Path):
            plain.append(word.image.resolve())
        else:
            plain.append(folder / f"{index:05d}")
            plain[-1].write_bytes(bytes(word.image()))
        bordered.append(folder / f"{index:05d}.png")
        Image.fromarray(with_border(word.load())).save(bordered[-1])
    return plain, bordered


def with_border(image: GrayImage) -> GrayImage:
    """Return a word (H, W) with a border in the median grey of its edge."""
    edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    return np.pad(image, BORDER_PX, constant_values=np.uint8(np.median(edge)))


def rivals(python: str, stack: contextlib.ExitStack) -> tuple[dict[str, Read], dict[str, str]]:
    """Return what reads as Tesseract and, if it is here, RapidOCR do; and why one is not here.

    Raises:
        ConfigError: If the command `tesseract` is missing.
    """
    found = {f"{tesseract_version()}, --psm {WORD_MODE}": loaded_tesseract(WORD_MODE)}
    try:
        rapid = stack.enter_context(RapidOcr(python))
    except ConfigError as error:
        logger.warning("%s", error)
        return found, {"RapidOCR": str(error)}
    return {**found, rapid.version: rapid.read}, {}


def compare(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Let all read the words; returns the name of the result and the result."""
    models = {name: load_model(name) for name in model_names(options.weights, options.models)}
    sets = [readable(each) for each in word_sets(options.dataset, options.split, (), options.limit)]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        plain, bordered = write_files(sets, Path(folder))
        others, missing = rivals(options.rapidocr_python, stack)
        ours = {name: reading_of(model, plain[0]) for name, model in models.items()}
        readers = {name: Reader(read) for name, read in {**ours, **others}.items()}
        files = [bordered if name.startswith("tesseract") else plain for name in readers]
        take_turns(list(zip(readers.values(), files, strict=True)))
    scores = {name: _scores(reader, sets) for name, reader in readers.items()}
    sys.stdout.write(markdown_table(scores) + "\n")
    result = {
        **describe_run(models[options.weights].artifact, options, options.dataset),
        "protocol": PROTOCOL,
        "threads": 1,
        "n": len(plain),
        "readers": scores,
        "missing_readers": missing,
    }
    name = f"words_{options.weights}_on_{options.dataset}_{options.split}".replace("/", "_")
    return f"comparison/{name}", result


def _scores(reader: Reader, sets: Sequence[WordSet]) -> dict[str, Any]:
    """Return the scores of a reader on each subset, and its times per word."""
    texts = iter(reader.texts)
    of_sets = [score_set(each, [next(texts) for _ in each.words]) for each in sets]
    return {
        "sets": {name: row for of_set in of_sets for name, row in of_set.items()},
        "ms_per_word": 1000 * reader.seconds / len(reader.texts),
        "cpu_ms_per_word": 1000 * reader.cpu_seconds / len(reader.texts),
    }


def markdown_table(readers: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the readers' word accuracies (1 - NED) and times, as `compare` returns them, in Markdown."""
    subsets = list(next(iter(readers.values()))["sets"])
    lines = [f"| reader | {' | '.join(subsets)} | CPU ms a word |", "|---" * (len(subsets) + 2) + "|"]
    for name, scores in readers.items():
        cells = [
            f"{row['word_accuracy']:.1%} ({row['one_minus_ned']:.1%})" for row in scores["sets"].values()
        ]
        lines.append(f"| {name} | {' | '.join(cells)} | {scores['cpu_ms_per_word']:.1f} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_WORD_MODEL)
    parser.add_argument("--dataset", default=SCENE_TEXT, help="as for evaluate_word_predictor; %(default)s")
    parser.add_argument(
        "--models", nargs="+", default=[], metavar="NAME",
        help="more models of words or lines; default: all other word models that are here",
    )  # fmt: skip
    add_rapidocr_argument(parser)
    parser.set_defaults(limit=WORDS)
    return run_evaluation(parser, compare, arguments)


if __name__ == "__main__":
    sys.exit(main())
