"""CTC loss on packed labels, for whichever backend Keras runs on (Graves et al., ICML 2006)."""

from collections.abc import Sequence

import keras
import numpy as np

from text_recognizer.arrays import Floats, Labels
from text_recognizer.vocabulary import BLANK

# A packed row is [number of labels, number of frames, label, label, ..., 0, 0]: one array per batch, so that
# the loss is an ordinary Keras loss of (y_true, y_pred).
_HEADER_VALUES = 2
_LABELS_STEP = 16  # rows are padded to a multiple of it, because JAX compiles a training step for every shape


def pack_labels(labels: Sequence[Labels], frames: Sequence[int]) -> Floats:
    """Return the labels and lengths of a batch as one array.

    Args:
        labels: Labels (L_i,) of each line, without blanks.
        frames: Number of valid frames of each line; its other logits are padding.

    Returns:
        (N, 2 + L) with L >= all L_i. In float32, because Keras casts targets to it; labels are exact in it.
    """
    longest = -(-max(len(row) for row in labels) // _LABELS_STEP) * _LABELS_STEP
    packed = np.zeros((len(labels), _HEADER_VALUES + longest), np.float32)
    for packed_row, row, length in zip(packed, labels, frames, strict=True):
        packed_row[0], packed_row[1] = len(row), length
        packed_row[_HEADER_VALUES : _HEADER_VALUES + len(row)] = row
    return packed


def frames_needed(labels: Labels) -> int:
    """Return the fewest frames that can spell `labels` (L,): L, and one blank between equal neighbours."""
    return len(labels) + int(np.count_nonzero(labels[1:] == labels[:-1]))


def ctc_loss(y_true: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Return the negative log likelihood of each line.

    Args:
        y_true: (N, 2 + L) from `pack_labels`.
        logits: (N, T, C), blank 0, not normalized.

    Returns:
        (N,) losses. Every line must be feasible, see `frames_needed`.
    """
    y_true = keras.ops.cast(y_true, "int32")
    logits = keras.ops.cast(logits, "float32")
    num_labels, num_frames, labels = y_true[:, 0], y_true[:, 1], y_true[:, _HEADER_VALUES:]
    if keras.backend.backend() == "tensorflow":
        return _sparse_ctc_loss(labels, logits, num_frames)
    return keras.ops.ctc_loss(labels, logits, num_labels, num_frames, mask_index=BLANK)


def _sparse_ctc_loss(
    labels: keras.KerasTensor, logits: keras.KerasTensor, num_frames: keras.KerasTensor
) -> keras.KerasTensor:
    """Return the losses (N,) by TensorFlow's sparse kernel: about 12 times as fast as Keras's loss on a CPU.

    Args:
        labels: (N, L) integers, padded with 0.
        logits: (N, T, C).
        num_frames: (N,) valid frames.
    """
    import tensorflow as tf

    return tf.nn.ctc_loss(
        tf.sparse.from_dense(labels), logits, None, num_frames, logits_time_major=False, blank_index=BLANK
    )
