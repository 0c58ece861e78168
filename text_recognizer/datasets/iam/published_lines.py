"""Lines of IAM as they are published ready to use: Teklia/IAM-line on the Hugging Face Hub.

The three splits are those of Aachen, in files `train-*.parquet`, `validation-*.parquet` and `test-*.parquet`.
Columns are `image` (a struct of `bytes`, an image file, and `path`) and `text`; writers and forms are not
named. The files are read with pyarrow, or the package `datasets` fetches and reads them.
"""

import functools
import hashlib
import importlib.util
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from text_recognizer.datasets.dataset import SPLIT_NAMES
from text_recognizer.datasets.files.hashes import hash_files, hash_key
from text_recognizer.errors import DataError
from text_recognizer.tooling.data_root import offline

logger = logging.getLogger(__name__)

HUB_NAME = "Teklia/IAM-line"

_COLUMNS = ("image", "text")
_OFFICIAL = ("xml", "xml.tgz", "manifest.tsv")  # what a copy of the official files has; it knows writers too


class PublishedLines(ABC):
    """Texts and images of the three splits.

    ```python
    from pathlib import Path

    from text_recognizer.datasets.iam.published_lines import published_lines

    lines = published_lines(Path(folder), hub=False)
    print(lines and lines.texts("test")[:3])  # None: the folder holds no parquet files
    ```
    """

    @abstractmethod
    def digest(self) -> str:
        """Return the SHA-256 (hex) over all texts and images."""

    @abstractmethod
    def texts(self, split: str) -> list[str]:
        """Return the texts of `train`, `validation` or `test`."""

    @abstractmethod
    def images(self, split: str) -> Iterator[bytes]:
        """Yield the image files of a split, in the order of its texts."""

    def ids(self, split: str) -> list[str]:
        """Return a name for each line of a split."""
        return [f"{split}-{number:05d}" for number in range(len(self.texts(split)))]


def published_lines(root: Path, hub: bool = True) -> PublishedLines | None:
    """Return the published lines; None if `root` holds an official copy, or there are none.

    Args:
        root: The IAM folder; parquet files lie in it or in `data` below it.
        hub: Whether the package `datasets` may fetch the lines if it is installed and no file is here.

    Raises:
        DataError: If a split is missing among the files, or pyarrow is not installed.
    """
    if any((root / name).exists() for name in _OFFICIAL):
        return None
    files = {
        split: sorted([*root.glob(f"{split}-*.parquet"), *root.glob(f"data/{split}-*.parquet")])
        for split in SPLIT_NAMES
    }
    if any(files.values()):
        return _ParquetLines(root, files)
    if hub and not offline() and importlib.util.find_spec("datasets") is not None:
        logger.info("Reading %s through the package datasets", HUB_NAME)
        return _HubLines()
    return None


class _ParquetLines(PublishedLines):
    def __init__(self, root: Path, files: dict[str, list[Path]]) -> None:
        if lacking := [split for split in SPLIT_NAMES if not files[split]]:
            raise DataError(
                f"{root} has parquet files of IAM lines, but none of {', '.join(lacking)}. Fetch all "
                f"files of {HUB_NAME}: {', '.join(f'{split}-*.parquet' for split in SPLIT_NAMES)}."
            )
        self._files = files

    def digest(self) -> str:
        return hash_key({split: hash_files(paths) for split, paths in self._files.items()})

    def texts(self, split: str) -> list[str]:
        return [str(text) for text in self._column(split, "text")]

    def images(self, split: str) -> Iterator[bytes]:
        return (_content(image) for image in self._column(split, "image"))

    def _column(self, split: str, name: str) -> Iterator[Any]:
        parquet = _pyarrow_parquet()
        for path in self._files[split]:
            try:
                with parquet.ParquetFile(path) as file:
                    _check_columns(file.schema_arrow.names, path.name)
                    for batch in file.iter_batches(columns=[name], batch_size=256):
                        yield from batch.column(0).to_pylist()
            except (OSError, ValueError) as error:  # pyarrow's errors are subclasses of these
                raise DataError(f"{path} cannot be read as parquet: {error}. Fetch it again.") from error


class _HubLines(PublishedLines):
    @functools.cached_property
    def _splits(self) -> Any:
        import datasets

        try:
            splits = datasets.load_dataset(HUB_NAME)
            for split in SPLIT_NAMES:
                _check_columns(splits[split].column_names, split)
            return splits.cast_column("image", datasets.Image(decode=False))
        except (OSError, ValueError, KeyError) as error:
            raise DataError(
                f"{HUB_NAME} cannot be read through the package datasets: {error}. Check the connection, or "
                "put its parquet files into the folder iam; see data/raw/iam/readme.md."
            ) from error

    def digest(self) -> str:
        digest = hashlib.sha256()
        for split in SPLIT_NAMES:
            for text, image in zip(self.texts(split), self.images(split), strict=True):
                digest.update(f"{split}\0{text}\0{len(image)}\0".encode() + image)
        return digest.hexdigest()

    def texts(self, split: str) -> list[str]:
        return [str(text) for text in self._splits[split]["text"]]

    def images(self, split: str) -> Iterator[bytes]:
        return (_content(row["image"]) for row in self._splits[split].select_columns("image"))


def _content(image: Any) -> bytes:
    """Return the file that a value of the column `image` holds; no bytes, which no reader takes, if none."""
    return bytes((image or {}).get("bytes") or b"")


def _check_columns(names: list[str], source: str) -> None:
    if lacking := [name for name in _COLUMNS if name not in names]:
        raise DataError(
            f"{source} lacks the columns {', '.join(lacking)}; it has {', '.join(names)}. Fetch {HUB_NAME}."
        )


def _pyarrow_parquet() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise DataError(
            "The lines of IAM are in parquet files; the package pyarrow reads them and is missing. "
            "Install it: pip install 'text-recognizer[parquet]'."
        ) from error
    return pyarrow.parquet
