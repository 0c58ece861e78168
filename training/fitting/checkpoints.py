"""Atomic checkpoints: all variables and a JSON state in one NumPy npz file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np

from text_recognizer.errors import ArtifactError
from text_recognizer.files import replacing
from training.fitting.batches import TrainingError

_STATE = "state"


def save_checkpoint(path: Path, variables: Iterable[keras.Variable], state: Mapping[str, Any]) -> None:
    """Write variables and state to `path` (.npz), atomically: a kill leaves the old file or the new one.

    Raises:
        TrainingError: If a variable is not finite or the file cannot be written; the old file stays.
    """
    arrays = {
        f"{index:04d}:{variable.path}": np.asarray(keras.ops.convert_to_numpy(variable))
        for index, variable in enumerate(variables)
    }
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise TrainingError(
                f"{name.partition(':')[2]} is no longer finite: the training has diverged. Lower the "
                f"learning rate and resume: the {path.name} saved before is kept."
            )
    arrays[_STATE] = np.array(json.dumps(state))
    with saving(path), replacing(path) as partial, partial.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


@contextmanager
def saving(path: Path) -> Iterator[None]:
    """Say that `path` cannot be written if a `with` block, which writes it atomically, fails to.

    Raises:
        TrainingError: In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"{path} cannot be written: {error.strerror or error}. What was saved before is kept: make room, "
            "or make the folder writable, and resume."
        ) from error


def load_checkpoint(path: Path, variables: Iterable[keras.Variable]) -> dict[str, Any]:
    """Set variables from `path`, in the order in which they were saved, and return the state.

    Raises:
        ArtifactError: If the number or a shape of the variables does not fit.
    """
    expected = list(variables)
    with np.load(path, allow_pickle=False) as arrays:
        names = sorted(set(arrays.files) - {_STATE})
        values = [arrays[name] for name in names]
        state: dict[str, Any] = json.loads(str(arrays[_STATE]))
    _check(len(names) == len(expected), path, f"{len(expected)} variables", f"{len(names)}")
    for variable, name, value in zip(expected, names, values, strict=True):
        _check(
            tuple(variable.shape) == value.shape,
            path,
            f"{variable.path} {variable.shape}",
            f"{name} {value.shape}",
        )
    for variable, value in zip(expected, values, strict=True):
        variable.assign(value)
    return state


def _check(fits: bool, path: Path, expected: str, received: str) -> None:
    if not fits:
        raise ArtifactError(
            f"Expected {expected} in {path.name}; received {received}. The checkpoint belongs to another "
            "network: use another run folder or the same configuration."
        )
