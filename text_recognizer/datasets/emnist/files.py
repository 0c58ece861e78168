"""Read the official files of EMNIST ByClass: idx (single members or `gzip.zip`) and `matlab.zip`.

Format of idx: big-endian magic 0x0000 08 (uint8) and the number of dimensions, the dimensions, the data
(LeCun, http://yann.lecun.com/exdb/mnist).
"""

import gzip
import logging
import struct
import zlib
from pathlib import Path
from typing import TypeAlias

import numpy as np

from text_recognizer.arrays import Bytes
from text_recognizer.datasets.files.archive import read_members
from text_recognizer.datasets.files.download import find, locate
from text_recognizer.datasets.files.matlab import read_matlab
from text_recognizer.errors import DataError

logger = logging.getLogger(__name__)

Part: TypeAlias = tuple[Bytes, Bytes]  # images (N, 28, 28), 255 = ink, and their labels (N,), 0-61

PARTS = ("train", "test")
_ARCHIVES = ("gzip.zip", "matlab.zip")


def source_files() -> list[Path]:
    """Return the verified files to read: the idx files, or one archive; downloaded if none is here.

    The idx files of the test part are enough to score a model, but not to train one.

    Raises:
        DownloadError: If a file is missing and cannot be fetched, or is not the official one.
    """
    train, test = (_idx_pair(part) for part in PARTS)
    if train and test:
        return train + test
    archive = next((path for name in _ARCHIVES if (path := find("emnist", name)) is not None), None)
    if archive is None and test:
        logger.warning("EMNIST has no training part here: train and validation stay empty")
        return test
    return [archive if archive is not None else locate("emnist", _ARCHIVES[0])]


def read_parts(files: list[Path]) -> dict[str, Part]:
    """Return images and labels of `train` and `test`; a part that `files` lacks has none.

    Args:
        files: As from `source_files`.

    Returns:
        By part: images (N, 28, 28) uint8, upright, 255 = ink; labels (N,) uint8, 0-61.

    Raises:
        DataError: If a file is damaged; it is named.
    """
    names = ", ".join(path.name for path in files)
    try:
        if files[0].name == "matlab.zip":
            parts = _read_matlab_archive(files[0])
        else:
            parts = _read_idx(_contents(files))
    except (OSError, EOFError, zlib.error, struct.error, KeyError, ValueError) as error:
        raise DataError(f"EMNIST ByClass cannot be read from {names}: {error!r}. Fetch it again.") from error
    for part, (images, labels) in parts.items():
        if images.shape[1:] != (28, 28) or labels.shape != images.shape[:1] or labels.max(initial=0) > 61:
            raise DataError(
                f"Expected images (N, 28, 28) and N labels 0-61 in {names}; received {images.shape} and "
                f"{labels.shape}, labels up to {labels.max(initial=0)}, in part {part}."
            )
    return parts


def _idx_pair(part: str) -> list[Path]:
    """Return the paths of images and labels; empty if one of them is not here."""
    pair = [find("emnist", idx_name(part, kind)) for kind in ("images", "labels")]
    return [path for path in pair if path is not None] if None not in pair else []


def idx_name(part: str, kind: str) -> str:
    """Return the official name of the file with the `images` or `labels` of `train` or `test`."""
    return f"emnist-byclass-{part}-{kind}-idx{3 if kind == 'images' else 1}-ubyte.gz"


def _contents(files: list[Path]) -> dict[str, bytes]:
    if files[0].suffix == ".zip":
        members = read_members(files[0], prefix="gzip/emnist-byclass-")
        return {name.removeprefix("gzip/"): content for name, content in members}
    return {path.name: path.read_bytes() for path in files}


def _read_idx(contents: dict[str, bytes]) -> dict[str, Part]:
    """Return images (N, 28, 28), upright, and labels (N,) of each part out of the idx files."""
    parts: dict[str, Part] = {}
    for part in PARTS:
        if part == "train" and idx_name(part, "images") not in contents:
            parts[part] = (np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8))
            continue
        images = idx_array(contents, idx_name(part, "images"), 3)
        upright = np.ascontiguousarray(images.transpose(0, 2, 1))  # rows and columns are stored exchanged
        parts[part] = (upright, idx_array(contents, idx_name(part, "labels"), 1))
    return parts


def idx_array(contents: dict[str, bytes], name: str, dimensions: int) -> Bytes:
    """Return the array in the compressed idx file `name`: images as they are stored, or labels.

    Args:
        contents: Content of the files by name.
        name: As from `idx_name`.
        dimensions: 3 for images (N, 28, 28), whose rows and columns are exchanged; 1 for labels (N,).

    Raises:
        ValueError, OSError, EOFError, zlib.error or struct.error: If the file is damaged.
    """
    content = gzip.decompress(contents[name])
    header = 4 + 4 * dimensions
    magic, *shape = struct.unpack_from(f">I{dimensions}I", content)
    if magic != 0x0800 + dimensions or len(content) - header != int(np.prod(shape)):
        raise ValueError(f"{name} is no idx file of uint8 with {dimensions} dimensions and all its data")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _read_matlab_archive(archive: Path) -> dict[str, Part]:
    """Return images (N, 28, 28), upright, and labels (N,) of each part out of `matlab.zip`."""
    members = dict(read_members(archive, prefix="matlab/emnist-byclass.mat"))
    dataset = read_matlab(members["matlab/emnist-byclass.mat"])["dataset"]
    parts = {}
    for part in PARTS:
        images, labels = dataset[part]["images"], dataset[part]["labels"]
        upright = images.reshape(-1, 28, 28).transpose(0, 2, 1)  # (N, 784) holds each image by columns
        parts[part] = (np.ascontiguousarray(upright, np.uint8), labels.ravel().astype(np.uint8))
    return parts
