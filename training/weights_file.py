"""Weights of a network in half precision, to train on from: an HDF5 file without code or configuration.

Layout: one float16 array per weight, under `<index>:<layer path>`. The index orders them; the path is for the
reader, since Keras numbers layer names by what else was built in the process.
"""

import os
from pathlib import Path

import h5py
import keras
import numpy as np

from text_recognizer.errors import ArtifactError


def save_half_weights(network: keras.Model, path: Path) -> None:
    """Write all weights of `network`, moving averages included, to `path` in half precision, atomically.

    Raises:
        ArtifactError: If a weight exceeds the range of half precision, +-65504.
    """
    temporary = path.with_suffix(".tmp")
    with h5py.File(temporary, "w") as file:
        for index, weight in enumerate(network.weights):
            value = np.asarray(keras.ops.convert_to_numpy(weight))
            limit = np.finfo(np.float16).max
            if not np.all(np.abs(value) <= limit):
                raise ArtifactError(
                    f"Expected weights within +-{limit}, the range of half precision; received "
                    f"{np.abs(value).max()} in {weight.path}. The training has diverged: "
                    "lower the learning rate."
                )
            file.create_dataset(
                _key(index, weight), data=value.astype(np.float16), compression="gzip", shuffle=True
            )
    os.replace(temporary, path)


def load_half_weights(network: keras.Model, path: Path) -> None:
    """Set the weights of `network` from `path`.

    Everything is compared with the network, which is built, before the first array is read: a foreign or
    damaged file changes nothing and allocates nothing.

    Raises:
        ArtifactError: If the file cannot be read or its number of weights or a shape does not fit.
    """
    try:
        with h5py.File(path, "r") as file:
            arrays = _ordered_arrays(file)
            _check(path, arrays, network)
            values = [array[...].astype(np.float32) for array in arrays]
    except OSError as error:
        raise ArtifactError(f"Expected an HDF5 file of weights in {path}; received: {error}.") from error
    for weight, value in zip(network.weights, values, strict=True):
        weight.assign(value)


def _key(index: int, weight: keras.Variable) -> str:
    return f"{index:04d}:{weight.path}"


def _ordered_arrays(file: h5py.File) -> list[h5py.Dataset]:
    arrays: list[h5py.Dataset] = []
    file.visititems(lambda _, item: arrays.append(item) if isinstance(item, h5py.Dataset) else None)
    return sorted(arrays, key=lambda array: str(array.name))


def _check(path: Path, arrays: list[h5py.Dataset], network: keras.Model) -> None:
    expected = [(weight.path, tuple(weight.shape)) for weight in network.weights]
    if len(arrays) != len(expected):
        raise ArtifactError(
            f"Expected {len(expected)} weights in {path}; received {len(arrays)}. "
            "Build the network with the arguments in the manifest beside the file."
        )
    for array, (name, shape) in zip(arrays, expected, strict=True):
        if array.shape != shape or array.dtype != np.float16:
            raise ArtifactError(
                f"Expected {name} {shape} float16 in {path}; "
                f"received {array.name} {array.shape} {array.dtype}. "
                "Build the network with the arguments in the manifest beside the file."
            )
