from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from text_recognizer.errors import ArtifactError
from training.weights_file import read_half_weights, save_half_weights


def network(units: int = 4) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(units),
        ]
    )


def values(model: keras.Model) -> list[np.ndarray]:
    return [keras.ops.convert_to_numpy(weight) for weight in model.weights]


def test_weights_return_to_another_network_at_half_precision(tmp_path: Path) -> None:
    first, second = network(), network()
    moving_mean = first.layers[1].moving_mean
    moving_mean.assign(np.linspace(-3, 3, 8))
    save_half_weights(first, tmp_path / "weights.h5")
    read = read_half_weights(tmp_path / "weights.h5", second)
    assert len(values(first)) == 8
    for a, b in zip(values(first), read, strict=True):
        np.testing.assert_array_equal(a.astype(np.float16), b)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["weights.h5"]


def test_other_shapes_are_refused(tmp_path: Path) -> None:
    save_half_weights(network(4), tmp_path / "weights.h5")
    with pytest.raises(ArtifactError, match=r"\(8, 5\) float16.*received .*\(8, 4\)"):
        read_half_weights(tmp_path / "weights.h5", network(5))


def test_the_number_of_labels_may_be_left_open(tmp_path: Path) -> None:
    save_half_weights(network(4), tmp_path / "weights.h5")
    read = read_half_weights(tmp_path / "weights.h5", network(5), any_labels=True)
    assert [array.shape for array in read[-2:]] == [(8, 4), (4,)]


def test_another_number_of_weights_is_refused(tmp_path: Path) -> None:
    save_half_weights(network(), tmp_path / "weights.h5")
    smaller = keras.Sequential([keras.Input((6,)), keras.layers.Dense(8)])
    with pytest.raises(ArtifactError, match="Expected 2 weights.*received 8"):
        read_half_weights(tmp_path / "weights.h5", smaller)


def test_full_precision_arrays_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.h5"
    smaller = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    with h5py.File(path, "w") as file:
        file.create_dataset("0000:kernel", data=np.ones((1, 1), np.float64))
    with pytest.raises(ArtifactError, match="received .* float64"):
        read_half_weights(path, smaller)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.h5").write_bytes(b"no HDF5")
    with pytest.raises(ArtifactError, match="HDF5"):
        read_half_weights(tmp_path / "weights.h5", network())


@pytest.mark.parametrize("value", [1e6, np.nan])
def test_weights_beyond_half_precision_are_refused(tmp_path: Path, value: float) -> None:
    diverged = network()
    diverged.layers[1].moving_variance.assign(np.full(8, value))
    with pytest.raises(ArtifactError, match="diverged"):
        save_half_weights(diverged, tmp_path / "weights.h5")
    assert not (tmp_path / "weights.h5").exists()
