"""Weights of a network in half precision, to train on from: an HDF5 file without code or configuration.

Layout: one float16 array per weight, under `<index>:<layer path>`. The index orders them; the path is for the
reader, since Keras numbers layer names by what else was built in the process.
"""

from collections.abc import Sequence
from pathlib import Path

import h5py
import keras
import numpy as np

from text_recognizer.arrays import Floats
from text_recognizer.errors import ArtifactError
from text_recognizer.files import replacing

_MAX_LABELS = 1 << 16  # more than any alphabet has; the file may be foreign

Shape = tuple[int | None, ...]  # None stands for any number of labels


def save_half_weights(network: keras.Model, path: Path) -> None:
    """Write all weights of `network`, moving averages included, to `path` in half precision, atomically.

    Raises:
        ArtifactError: If a weight exceeds the range of half precision, +-65504.
    """
    limit = np.finfo(np.float16).max
    # `replacing` holds the lock of the file, so HDF5 must not ask for it.
    with replacing(path) as partial, h5py.File(partial, "w", locking=False) as file:
        for index, weight in enumerate(network.weights):
            value = np.asarray(keras.ops.convert_to_numpy(weight))
            if not np.all(np.abs(value) <= limit):
                raise ArtifactError(
                    f"A weight of {weight.path} is {np.abs(value).max()}, beyond +-{limit}, the range of "
                    "half precision: the training has diverged. Lower the learning rate."
                )
            file.create_dataset(
                _key(index, weight), data=value.astype(np.float16), compression="gzip", shuffle=True
            )


def read_half_weights(path: Path, network: keras.Model, any_labels: bool = False) -> list[Floats]:
    """Return the weights of a network from a file, (...,) each, in the order of `network.weights`.

    All shapes are compared with the network's before the first array is read: a foreign or damaged file
    allocates nothing.

    Args:
        path: File of `save_half_weights`.
        network: What they are for; it is not changed.
        any_labels: Whether the last layer in the file may have another number of labels.

    Raises:
        ArtifactError: If the file cannot be read or its number of weights or a shape does not fit.
    """
    free = {id(weight) for weight in network.layers[-1].weights} if any_labels else set()
    shapes = [
        (*weight.shape[:-1], None) if id(weight) in free else tuple(weight.shape)
        for weight in network.weights
    ]
    try:
        with h5py.File(path, "r") as file:
            arrays = _ordered_arrays(file)
            _check(path, arrays, shapes)
            return [array[...].astype(np.float32) for array in arrays]
    except OSError as error:
        raise ArtifactError(f"{path} is no HDF5 file of weights: {error}. Export the model again.") from error


def _key(index: int, weight: keras.Variable) -> str:
    return f"{index:04d}:{weight.path}"


def _ordered_arrays(file: h5py.File) -> list[h5py.Dataset]:
    arrays: list[h5py.Dataset] = []
    file.visititems(lambda _, item: arrays.append(item) if isinstance(item, h5py.Dataset) else None)
    return sorted(arrays, key=lambda array: str(array.name))


def _check(path: Path, arrays: Sequence[h5py.Dataset], shapes: Sequence[Shape]) -> None:
    advice = "Take the same network with the arguments in the manifest beside the file."
    if len(arrays) != len(shapes):
        raise ArtifactError(f"Expected {len(shapes)} weights in {path}; received {len(arrays)}. {advice}")
    for array, shape in zip(arrays, shapes, strict=True):
        if not _fits(array.shape, shape) or array.dtype != np.float16:
            raise ArtifactError(
                f"Expected {shape} float16 in {path}; received {array.name} {array.shape} {array.dtype}. "
                f"{advice}"
            )


def _fits(received: tuple[int, ...], expected: Shape) -> bool:
    return len(received) == len(expected) and all(
        a == b or (b is None and a <= _MAX_LABELS) for a, b in zip(received, expected, strict=True)
    )
