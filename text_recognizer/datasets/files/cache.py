"""HDF5 cache of built splits under `<data root>/processed`, one file per hash of parameters and inputs.

Layout of a file: one group per split with `ids`; `images` and `targets` are groups that hold either
`array` (all of one shape, or scalars, or strings) or `flat`, `shapes` and `offsets` (different shapes).
"""

import logging
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.files.hashes import hash_files, hash_key
from text_recognizer.tooling.data_root import processed_dir

__all__ = ["cached", "hash_files", "hash_key"]

logger = logging.getLogger(__name__)

_FORMAT = 1


def cached(kind: str, key: Mapping[str, object], build: Callable[[], dict[str, Split]]) -> dict[str, Split]:
    """Return the splits of the cache, or build them and store them there.

    Args:
        kind: Folder under `processed/`.
        key: All that the samples depend on: parameters, hashes of the inputs, and a version number of
            the code that builds them.
        build: Makes the splits.

    Returns:
        Split by name. Images of one size come as one array (N, H, W), others as views of one flat array.
    """
    path = processed_dir(kind) / f"{hash_key({**key, 'cache_format': _FORMAT})[:32]}.h5"
    if path.is_file():
        try:
            return _read(path)
        except Exception as error:  # h5py raises whatever the damage provokes
            logger.warning("Rebuilding the damaged cache %s: %s", path.name, error)
    splits = build()
    try:
        _write(path, splits)
    except OSError as error:
        logger.warning("Not cached, %s cannot be written: %s", path, error)
        return splits
    del splits
    return _read(path)  # so that the first run gets exactly what all later ones get


def _write(path: Path, splits: Mapping[str, Split]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    try:
        with h5py.File(temporary, "w", track_order=True) as file:
            for name, split in splits.items():
                group = file.create_group(name)
                group.create_dataset("ids", data=list(split.ids), dtype=h5py.string_dtype())
                _write_sequence(group.create_group("images"), split.images)
                _write_sequence(group.create_group("targets"), split.targets)
        Path(temporary).chmod(0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _write_sequence(group: h5py.Group, values: Any) -> None:
    if len(values) and isinstance(values[0], str):
        group.create_dataset("array", data=list(values), dtype=h5py.string_dtype())
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


def _read(path: Path) -> dict[str, Split]:
    with h5py.File(path, "r", track_order=True) as file:
        return {
            name: Split(
                group["ids"].asstr()[:].tolist(),
                _read_sequence(group["images"]),
                _read_sequence(group["targets"]),
            )
            for name, group in file.items()
        }


def _read_sequence(group: h5py.Group) -> Sequence[Any]:
    if "array" in group:
        array = group["array"]
        if h5py.check_string_dtype(array.dtype) is not None:
            texts: list[str] = array.asstr()[:].tolist()
            return texts
        values: Sequence[Any] = array[:]
        return values
    flat: npt.NDArray[Any] = group["flat"][:]
    offsets = group["offsets"][:]
    return [
        flat[start:end].reshape(shape)
        for start, end, shape in zip(offsets[:-1], offsets[1:], group["shapes"][:], strict=True)
    ]
