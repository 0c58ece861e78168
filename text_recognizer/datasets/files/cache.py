"""HDF5 cache of built splits under `<data root>/processed`, one file per hash of what samples depend on.

Layout of a file: `splits` has one group per split with `ids`; `images` and `targets` are groups that hold
either `array` (all of one shape, or scalars, or strings) or `flat`, `shapes` and `offsets` (different
shapes). `left_out` has `ids` and `reasons`.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np

from text_recognizer.datasets.dataset import Split
from text_recognizer.files import replacing
from text_recognizer.tooling.data_root import processed_dir

logger = logging.getLogger(__name__)

_FORMAT = 2  # of the layout above; part of the file name


class Built(NamedTuple):
    """What is built once and then read from the cache.

    ```python
    from text_recognizer.datasets.files.cache import Built

    built = Built({}, {"a01-000u-00": "the file is damaged"})
    print(list(built.left_out))
    ```

    Attributes:
        splits: Split by name.
        left_out: Why a sample could not be built, by its id.
    """

    splits: dict[str, Split]
    left_out: dict[str, str]


def cached(kind: str, data_hash: str, build: Callable[[], Built]) -> Built:
    """Return what the cache holds, or build it and store it there.

    Args:
        kind: Folder under `processed/`.
        data_hash: Of all that the samples depend on, from `hash_samples`.
        build: Makes the splits, and says what is left out.

    Returns:
        The splits; images of one size come as one array (N, H, W), others as views of one flat array.
    """
    path = processed_dir(kind) / f"{data_hash[:32]}-{_FORMAT}.h5"
    if path.is_file():
        try:
            return _read(path)
        except Exception as error:  # h5py raises whatever the damage provokes
            logger.warning("Rebuilding the damaged cache %s: %s", path.name, error)
    built = build()
    try:
        with replacing(path) as partial:
            _write(partial, built)
    except OSError as error:
        logger.warning("Not cached, %s cannot be written: %s", path, error)
        return built
    del built
    return _read(path)  # so that the first run gets exactly what all later ones get


def _write(path: Path, built: Built) -> None:
    # `replacing` holds the lock of the file, so HDF5 must not ask for it.
    with h5py.File(path, "w", track_order=True, locking=False) as file:
        splits = file.create_group("splits", track_order=True)
        for name, split in built.splits.items():
            group = splits.create_group(name)
            _write_texts(group, "ids", split.ids)
            _write_sequence(group.create_group("images"), split.images)
            _write_sequence(group.create_group("targets"), split.targets)
        left_out = file.create_group("left_out")
        _write_texts(left_out, "ids", list(built.left_out))
        _write_texts(left_out, "reasons", list(built.left_out.values()))


def _write_texts(group: h5py.Group, name: str, texts: Sequence[str]) -> None:
    group.create_dataset(name, data=list(texts), dtype=h5py.string_dtype())


def _write_sequence(group: h5py.Group, values: Any) -> None:
    """Store images (H_i, W_i), label maps (H_i, W_i), classes or texts."""
    if len(values) and isinstance(values[0], str):
        _write_texts(group, "array", values)
        return
    shapes = (
        {np.shape(value) for value in values} if not isinstance(values, np.ndarray) else {values.shape[1:]}
    )
    if len(shapes) <= 1:
        array = np.asarray(values)
        # Checksums make damage inside the data visible; lzf because ink is sparse and reading must be fast.
        filters = {"compression": "lzf", "fletcher32": True} if array.size else {}
        group.create_dataset("array", data=array, **filters)
        return
    arrays = [np.asarray(value) for value in values]
    offsets = np.cumsum([0] + [array.size for array in arrays])
    group.create_dataset("offsets", data=offsets)
    group.create_dataset("shapes", data=np.array([array.shape for array in arrays]))
    flat = np.concatenate([array.ravel() for array in arrays])
    group.create_dataset("flat", data=flat, compression="lzf", fletcher32=True)


def _read(path: Path) -> Built:
    with h5py.File(path, "r", track_order=True) as file:
        splits = {
            name: Split(
                _read_texts(group["ids"]), _read_sequence(group["images"]), _read_sequence(group["targets"])
            )
            for name, group in file["splits"].items()
        }
        left_out = (_read_texts(file["left_out"][name]) for name in ("ids", "reasons"))
        return Built(splits, dict(zip(*left_out, strict=True)))


def _read_texts(dataset: h5py.Dataset) -> list[str]:
    texts: list[str] = dataset.asstr()[:].tolist()
    return texts


def _read_sequence(group: h5py.Group) -> Sequence[Any]:
    """Return what `_write_sequence` stored: an array of all, or a list of arrays or texts.

    Raises:
        ValueError: If values lie outside of the file, in any other one that can be read.
    """
    if any(group[name].external for name in group):
        raise ValueError("its values lie in another file")
    if "array" in group:
        array = group["array"]
        if h5py.check_string_dtype(array.dtype) is not None:
            return _read_texts(array)
        values: Sequence[Any] = array[:]
        return values
    flat: Any = group["flat"][:]
    offsets = group["offsets"][:]
    return [
        flat[start:end].reshape(shape)
        for start, end, shape in zip(offsets[:-1], offsets[1:], group["shapes"][:], strict=True)
    ]
