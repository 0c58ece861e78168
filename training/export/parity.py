"""Proof that an exported network computes what the Keras network computes: same logits, same text."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from text_recognizer.arrays import Batch, BatchLogits, InkImage
from text_recognizer.decoding.greedy import best_path
from text_recognizer.errors import ArtifactError
from text_recognizer.inference.artifacts import Decoding
from text_recognizer.inference.session import Session

MAX_DIFFERENCE = 1e-4  # between any two logits
MAX_RELATIVE_DIFFERENCE = 1e-5  # to the largest logit, if that is more: float32 has 7 digits, its sums fewer

_PAGE_SIZES_PX = ((64, 64), (192, 512), (512, 192))  # (H, W), multiples of what a paragraph network asks for
_LINE_WIDTHS_PX = (8, 37, 64, 333, 512, 1001)  # also no multiples of a network's downsampling
_MAX_REAL_SAMPLES = 32  # in batches: enough to meet real ink at many widths, in seconds
_REAL_BATCH_SIZE = 8  # several widths in one batch, so that padding is met too
_RANDOM_INK_SHARE = 0.2  # about the share of pixels that writing covers


def check_parity(
    network: keras.Model,
    onnx_path: Path,
    downsampling: int,
    samples: Sequence[InkImage] = (),
    decoding: Decoding = "ctc",
) -> float:
    """Compare Keras and ONNX Runtime on random ink of several sizes and on real samples.

    Args:
        network: The Keras network.
        onnx_path: Its export.
        downsampling: Lines by CTC: input columns per frame, so that T = ceil(W / downsampling).
        samples: Real images (H, W_i), 255 = full ink; up to 32, spread over all of them, are used.
        decoding: Lines: how the logits become text, see `text_recognizer.inference.artifacts.Artifact`.

    Returns:
        The largest difference of a logit.

    Raises:
        ArtifactError: If it exceeds the tolerance, if a greedy text (lines), a class (characters) or a
            pixel's label that is no tie (paragraphs) differs, or if a line has another number of frames
            than stated.
    """
    session = Session(onnx_path)
    # One graph for all sizes: `predict` would trace a new one for each.
    signature = [tf.TensorSpec(network.input_shape, tf.float32)]
    call = tf.function(lambda batch: network(batch, training=False), input_signature=signature)
    worst = 0.0
    for batch in [*random_batches(network.input_shape), *_real_batches(samples)]:
        expected, received = call(batch).numpy(), session.run(batch)
        worst = max(worst, _compare(expected, received, batch.shape, decoding))
        frames = -(-batch.shape[2] // downsampling)
        if expected.ndim == 3 and decoding == "ctc" and expected.shape[1] != frames:
            raise ArtifactError(
                f"Expected {frames} frames for {batch.shape[2]} columns at downsampling {downsampling}; "
                f"received {expected.shape[1]}. Correct the downsampling that the model states."
            )
    return worst


def random_batches(input_shape: Sequence[int | None], seed: int = 0) -> list[Batch]:
    """Return batches (N, H, W, 1) of random ink, of several sizes where the network's sides are free."""
    rng = np.random.default_rng(seed)
    _, height, width, channels = input_shape
    shapes = list(_PAGE_SIZES_PX)
    if height is not None:
        shapes = [(height, columns) for columns in (_LINE_WIDTHS_PX if width is None else (width,))]
    batches = []
    for index, (h, w) in enumerate(shapes):
        for count in (1, 3) if index == 0 else (1 + index % 3,):
            ink = rng.random((count, h, w, channels or 1)) * (
                rng.random((count, h, w, channels or 1)) < _RANDOM_INK_SHARE
            )
            batches.append(ink.astype(np.float32))
    return batches


def _real_batches(samples: Sequence[InkImage]) -> list[Batch]:
    """Return real images (H, W_i) in batches (N, H, W, 1), padded with paper to the widest of each."""
    count = min(len(samples), _MAX_REAL_SAMPLES)
    chosen = [samples[i * len(samples) // count] for i in range(count)]
    batches = []
    for start in range(0, count, _REAL_BATCH_SIZE):
        images = chosen[start : start + _REAL_BATCH_SIZE]
        height, width = (max(image.shape[axis] for image in images) for axis in (0, 1))
        batch = np.zeros((len(images), height, width, 1), np.float32)
        for row, image in zip(batch, images, strict=True):
            row[: image.shape[0], : image.shape[1], 0] = image
        batches.append((batch / 255).astype(np.float32))
    return batches


def _compare(
    expected: BatchLogits, received: BatchLogits, shape: tuple[int, ...], decoding: Decoding = "ctc"
) -> float:
    """Return the largest difference of two arrays of logits (N, ..., C).

    Small differences of logits are rounding; what is read must not differ at all. Only pixels of a page whose
    two best labels are closer than the tolerance may fall either way.

    Raises:
        ArtifactError: See `check_parity`.
    """
    if expected.shape != received.shape:
        raise _broken(f"logits {expected.shape}", f"{received.shape}", shape)
    difference = float(np.abs(expected - received).max())
    tolerance = max(MAX_DIFFERENCE, MAX_RELATIVE_DIFFERENCE * float(np.abs(expected).max()))
    if not difference <= tolerance:  # NaN counts as different
        raise _broken(f"logits equal to {tolerance:.3g}", f"a difference of {difference:.3g}", shape)
    if expected.ndim == 4:
        best = np.sort(expected, axis=-1)
        differ = (expected.argmax(-1) != received.argmax(-1)) & (
            best[..., -1] - best[..., -2] > 2 * tolerance
        )
        if differ.any():
            raise _broken("equal labels", f"{int(differ.sum())} different pixels", shape)
    elif expected.ndim == 3 and decoding == "ctc":
        if [best_path(row) for row in expected] != [best_path(row) for row in received]:
            raise _broken("equal text", "another one", shape)
    elif not np.array_equal(expected.argmax(-1), received.argmax(-1)):
        raise _broken("equal classes", "other ones", shape)
    return difference


def _broken(expected: str, received: str, shape: tuple[int, ...]) -> ArtifactError:
    return ArtifactError(
        f"Expected {expected} from Keras and ONNX for an input {shape}; received {received} from ONNX. "
        "The export is not faithful: nothing was installed."
    )
