"""Generated words written into folders of images with labels, in chunks, so that a run can be continued."""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from text_recognizer.datasets.files.labels import LABELS
from text_recognizer.datasets.words.synthetic_dataset import SyntheticWordsDataset
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.files import write_atomically
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command

logger = logging.getLogger(__name__)

_CHUNK_WORDS = 1000  # as many as a kill loses at most
_SPLITS = ("train", "validation", "test")
_PARAMETERS = "parameters.json"
_PARTS = ".parts"  # labels of the chunks that are whole, until all are
_VALIDATION_SHARE = 0.02  # of all words: 196,000 and 4,000 of 200,000


def write_words(dataset: SyntheticWordsDataset, folder: Path) -> None:
    """Write the images and texts of all splits: `<split>/images/<chunk>/<number>.png`, `<split>/labels.tsv`.

    A run that was killed is continued: chunks of 1,000 words that are whole are not drawn again.

    Args:
        dataset: Loaded words. Each image is grey, as high as it was drawn; each text is as it is seen.
        folder: New or empty, or left by an unfinished or finished run with the same data set.

    Raises:
        DataError: If the folder has other words.
    """
    _claim(folder, dataset.data_hash)
    counts = {split: len(dataset.splits[split]) for split in _SPLITS}
    chunks = [(split, first) for split in _SPLITS for first in range(0, counts[split], _CHUNK_WORDS)]
    missing = [(split, first) for split, first in chunks if not _is_whole(folder / split, first)]
    if len(missing) < len(chunks):
        logger.info(
            "%d of %d chunks are there; the others are written", len(chunks) - len(missing), len(chunks)
        )
    started = time.monotonic()
    for done, (split, first) in enumerate(missing, 1):
        _write_chunk(dataset, split, range(first, min(first + _CHUNK_WORDS, counts[split])), folder / split)
        left = (time.monotonic() - started) / done * (len(missing) - done)
        written = min(first + _CHUNK_WORDS, counts[split])
        logger.info(
            "%s: %d of %d words, %d:%02d left", split, written, counts[split], *divmod(round(left), 60)
        )
    for split in _SPLITS:
        _join(folder / split, counts[split])


def _claim(folder: Path, data_hash: str) -> None:
    """Note which words the folder is for, or check that it is for these.

    Raises:
        DataError: If it is for others, or holds files of something else.
    """
    note = folder / _PARAMETERS
    content = f'{{\n  "data_hash": "{data_hash}"\n}}\n'
    if note.is_file():
        if note.read_text(encoding="utf-8") != content:
            raise DataError(f"{folder} holds words of other parameters or fonts. Name another folder.")
    elif folder.is_dir() and any(folder.iterdir()):
        raise DataError(f"{folder} is not empty and no folder of generated words. Name another folder.")
    else:
        write_atomically(note, content)


def _is_whole(folder: Path, first: int) -> bool:
    """Tell whether the chunk of a split that begins with word `first` is written."""
    return (folder / LABELS).is_file() or _part(folder, first).is_file()


def _part(folder: Path, first: int) -> Path:
    return folder / _PARTS / f"{first // _CHUNK_WORDS:05d}.tsv"


def _write_chunk(dataset: SyntheticWordsDataset, split: str, words: range, folder: Path) -> None:
    """Write the images of some words and then their labels, which say that the images are whole."""
    images = Path("images") / f"{words.start // _CHUNK_WORDS:05d}"
    (folder / images).mkdir(parents=True, exist_ok=True)
    rows = []
    for index in words:
        image, text = dataset.draw(split, index)
        name = images / f"{index:07d}.png"
        Image.fromarray(image).save(folder / name, compress_level=1)
        rows.append(f"{name.as_posix()}\t{text}\n")
    write_atomically(_part(folder, words.start), "".join(rows))


def _join(folder: Path, count: int) -> None:
    """Join the labels of all chunks of a split."""
    if not count or (folder / LABELS).is_file():
        return
    parts = [_part(folder, first) for first in range(0, count, _CHUNK_WORDS)]
    write_atomically(folder / LABELS, "".join(part.read_text(encoding="utf-8") for part in parts))
    for part in parts:
        part.unlink()
    (folder / _PARTS).rmdir()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write generated words; return the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("folder", type=Path, help="where to; an unfinished run there is continued")
    parser.add_argument(
        "--words", type=int, default=200_000, help="of train and validation (default: 200,000)"
    )
    parser.add_argument("--mode", default="rich", help="rich or plain (default: rich)")
    parser.add_argument("--seed", type=int, default=0, help="another one gives other words (default: 0)")
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


def _work(options: argparse.Namespace) -> None:
    validation = max(1, round(options.words * _VALIDATION_SHARE))
    if options.words <= validation:
        raise ConfigError(f"Expected at least 2 words; received {options.words}.")
    dataset = SyntheticWordsDataset(
        vocabulary="printable", mode=options.mode, seed=options.seed,
        num_words=options.words - validation, num_validation=validation,
    )  # fmt: skip
    dataset.load_or_generate_data()
    write_words(dataset, options.folder)


if __name__ == "__main__":
    sys.exit(main())
