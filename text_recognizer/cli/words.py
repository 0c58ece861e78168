"""`text-recognizer words`: the text and the score of images that show a single word each."""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from text_recognizer.arrays import InkMap
from text_recognizer.cli.model_options import add_model_arguments, check_model
from text_recognizer.cli.reporting import OK, SOME_FAILED, UnprintableError, complain, emit, on_one_line
from text_recognizer.errors import TextRecognizerError
from text_recognizer.images.loading import load_image
from text_recognizer.predictions.single import WordPrediction
from text_recognizer.word_predictor import DEFAULT_WORD_MODEL, WordPredictor

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")  # of the images in a folder
DEFAULT_BATCH = 256  # images loaded before the first of them is printed; a few megabytes of ink


class StageTimes:
    """Processor time of each stage of reading words.

    ```python
    from text_recognizer.cli.words import StageTimes

    times = StageTimes()
    with times.stage("network"):
        sum(range(1000))
    print(times.report(words=1))
    ```
    """

    def __init__(self) -> None:
        """Start with no time spent."""
        self._seconds = dict.fromkeys(("load", "preparation", "network", "decoding"), 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the processor time of all threads within the block to the stage `name`."""
        start = time.process_time()
        try:
            yield
        finally:
            self._seconds[name] += time.process_time() - start

    def report(self, words: int) -> str:
        """Return a table of the milliseconds that each stage took for one of `words` words."""
        rows = {**self._seconds, "together": sum(self._seconds.values())}
        lines = [f"{name:<12}{1000 * seconds / max(1, words):8.3f}" for name, seconds in rows.items()]
        return "\n".join([f"processor time in ms per word, {words} words", *lines])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this subcommand."""
    parser.description = "Print PATH, text and score of every image, separated by tabs, in their order."
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="image of a word, or a folder of images of words"
    )
    add_model_arguments(parser, "word", DEFAULT_WORD_MODEL)
    parser.add_argument(
        "--threads", type=_positive, metavar="N", help="threads of the network (default: the cores, up to 4)"
    )
    parser.add_argument(
        "--batch",
        type=_positive,
        default=DEFAULT_BATCH,
        metavar="N",
        help="images that are read together; those of similar shape share a call of the network "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--benchmark",
        action="store_true",
        help="print on stderr what loading, preparation, network and decoding cost per word",
    )


def run(args: argparse.Namespace) -> int:
    """Read the words; return the exit status.

    Raises:
        TextRecognizerError: If the model cannot be used.
    """
    check_model(args, DEFAULT_WORD_MODEL)
    predictor = WordPredictor(args.weights, args.weights_dir, args.threads, args.decoder)
    times = StageTimes()
    paths, status = _images(map(Path, args.paths))
    read = 0
    for start in range(0, len(paths), args.batch):
        for path, word in _read(predictor, paths[start : start + args.batch], times):
            try:
                emit(f"{on_one_line(str(path))}\t{word.text}\t{word.confidence:.4f}")
                read += 1
            except UnprintableError as error:
                complain(f"{path}: {error}")
    if args.benchmark:
        print(times.report(read), file=sys.stderr)
    return status if read == len(paths) else SOME_FAILED


def _read(
    predictor: WordPredictor, paths: Sequence[Path], times: StageTimes
) -> Iterator[tuple[Path, WordPrediction]]:
    """Yield the word of every image that can be read; name the others on stderr."""
    inputs: dict[int, list[InkMap]] = {}
    for number, path in enumerate(paths):
        try:
            with times.stage("load"):
                image = load_image(path)
            with times.stage("preparation"):
                inputs[number] = predictor.prepare(image)
        except TextRecognizerError as error:
            complain(f"{path}: {error}")
    with times.stage("network"):
        logits = iter(predictor.predict_logits([view for views in inputs.values() for view in views]))
    for number, views in inputs.items():
        with times.stage("decoding"):
            word = predictor.decode([next(logits) for _ in views])
        yield paths[number], word


def _images(given: Iterable[Path]) -> tuple[list[Path], int]:
    """Return the images, those of folders by name, and `SOME_FAILED` if a folder has none."""
    images, status = [], OK
    for path in given:
        try:
            found = _images_in(path) if path.is_dir() else [path]
            problem = "" if found else f"it holds no image; expected files named *{', *'.join(SUFFIXES)}"
        except OSError as error:
            found, problem = [], str(error.strerror)
        if problem:
            complain(f"{path}: {problem}")
            status = SOME_FAILED
        images += found
    return images, status


def _images_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1; received {number}")
    return number
