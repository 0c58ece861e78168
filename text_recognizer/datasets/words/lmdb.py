"""Words in an LMDB data base with the keys of the scene text field.

`num-samples` is the number N of words as text; `image-000000001` to N are image files, `label-000000001` to N
their texts in UTF-8.
Source: Shi, Bai, Yao 2017 (code of the CRNN); Baek et al. 2019, whose benchmark sets come in it.
"""

import functools
import threading
from collections.abc import Sequence
from pathlib import Path

from text_recognizer.datasets.labelled.images import NO_IMAGE, LabelledFolder, LabelledImage
from text_recognizer.errors import DataError

FORM = "LMDB"

_DATA = "data.mdb"
_turns = threading.Lock()  # LMDB allows a file to be open once in a process


def lmdb_data(folder: Path) -> Path | None:
    """Return the file of the data base in `folder`; None if there is none."""
    path = folder / _DATA
    return path if path.is_file() else None


def read_lmdb(data: Path) -> LabelledFolder:
    """Return the words of a data base, which is only read, and only when an image is asked for.

    Args:
        data: From `lmdb_data`.

    Raises:
        DataError: If the package `lmdb` is missing, or the data base is damaged or has other keys.
    """
    (count,) = _values(data, ["num-samples"])
    try:
        numbers = range(1, int(count or b"") + 1)
    except ValueError as error:
        raise DataError(
            f"{data} has no number of words under the key num-samples; expected the keys num-samples, "
            "image-000000001, label-000000001 and so on."
        ) from error
    texts = _values(data, [f"label-{number:09d}" for number in numbers])
    words, left_out = [], {}
    for number, text in zip(numbers, texts, strict=True):
        name = f"image-{number:09d}"
        if text is None:
            left_out[name] = NO_IMAGE
            continue
        image = functools.partial(_image, data, name)
        words.append(LabelledImage(name, text.decode("utf-8", "replace"), image, name))
    return LabelledFolder(FORM, words, [data], left_out)


def _image(data: Path, key: str) -> bytes:
    """Return the image file under a key; no bytes, which no reader of images takes, if there is none."""
    return _values(data, [key])[0] or b""


def _values(data: Path, keys: Sequence[str]) -> list[bytes | None]:
    """Return the values of `keys`; None for a key that the data base lacks."""
    try:
        import lmdb
    except ImportError as error:
        raise DataError(
            f"{data} is an LMDB data base; the package lmdb reads it and is missing. "
            "Install it: pip install 'text-recognizer[lmdb]'."
        ) from error
    try:
        # No lock file: the folder may be read-only, and nobody writes to a finished data set.
        with (
            _turns,
            lmdb.open(str(data.parent), readonly=True, lock=False, readahead=False) as environment,
            environment.begin() as transaction,
        ):
            return [transaction.get(key.encode()) for key in keys]
    except lmdb.Error as error:
        raise DataError(f"The LMDB data base {data} cannot be read: {error}. Fetch it again.") from error
