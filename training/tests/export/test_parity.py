from pathlib import Path

import keras
import numpy as np
import pytest

from text_recognizer.errors import ArtifactError
from training.export import parity

pytestmark = pytest.mark.xdist_group("exported")  # in one process, which exports it once


def test_wrong_downsampling_is_refused(exported: Path, line_network: keras.Model) -> None:
    with pytest.raises(ArtifactError, match="Expected 1 frames for 8 columns .*; received 2"):
        parity.check_parity(line_network, exported / "model.onnx", downsampling=8)


def test_differing_text_is_refused_even_within_the_tolerance() -> None:
    # The best two logits are a tie but for the last bit: the difference is tiny, the text is not.
    expected = np.array([[[0.0, 1.0, 1.0 + 1e-5]]], np.float32)
    received = np.array([[[0.0, 1.0 + 1e-5, 1.0]]], np.float32)
    with pytest.raises(ArtifactError, match="equal text"):
        parity._compare(expected, received, expected.shape)
    with pytest.raises(ArtifactError, match="equal classes"):
        parity._compare(expected[0], received[0], expected.shape)
    assert parity._compare(expected[None], received[None], expected.shape) < 1e-4


def test_not_a_number_is_refused() -> None:
    logits = np.zeros((1, 2, 3), np.float32)
    with pytest.raises(ArtifactError, match="nan"):
        parity._compare(logits, logits * np.nan, logits.shape)
