"""Image of one text line -> its text."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from text_recognizer import artifacts
from text_recognizer.decoding.greedy import decode_greedy
from text_recognizer.decoding.per_position import decode_per_position
from text_recognizer.errors import ArtifactError
from text_recognizer.image import ImageSource, load_image
from text_recognizer.preprocessing import LINE_HEIGHT, ink_map, ink_to_line
from text_recognizer.runtime import Session
from text_recognizer.types import LinePrediction
from text_recognizer.vocabulary import Vocabulary

Float = npt.NDArray[np.float32]

DEFAULT_LINE_MODEL = "LineModelCtc_IamLinesDataset_line_conv_ctc"

# Limits of one padded batch: a paragraph fits in; its activations take some 40 MB.
RIGHT_PAPER = 64  # columns behind every line: what a batch pads more then changes nothing that is read
MAX_BATCH = 16
MAX_BATCH_PIXELS = 64 * 16384


class LinePredictor:
    """Recognizes single lines of text; safe to share between threads."""

    def __init__(
        self, weights: str = DEFAULT_LINE_MODEL, weights_dir: Path | None = None, threads: int | None = None
    ) -> None:
        """Load the model.

        Args:
            weights: Name of a model for line images, see `artifacts.available`.
            weights_dir: Folder of the models; default: the shipped ones.
            threads: Threads of one prediction; default: the available cores, few at most.

        Raises:
            ArtifactError: If the model is missing, damaged or takes another kind of input.
        """
        self.artifact = artifacts.find(weights, "line", weights_dir)
        self.vocabulary = Vocabulary(self.artifact.characters)
        self._session = Session(self.artifact.path, threads)

    def predict(self, image: ImageSource) -> LinePrediction:
        """Return the text of the line that `image` shows.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        return self.predict_batch([image])[0]

    def predict_batch(self, images: Sequence[ImageSource]) -> list[LinePrediction]:
        """Return the text of every image, in their order.

        Raises:
            InvalidInputError: If one cannot be read, see `load_image`.
        """
        return self.predict_inks([ink_map(load_image(image)) for image in images])

    def predict_inks(self, inks: Sequence[Float]) -> list[LinePrediction]:
        """Do what `predict_batch` does for ink maps (H, W), as `preprocessing.ink_map` returns them."""
        spec = self.artifact.input
        lines = [ink_to_line(ink, spec.height or LINE_HEIGHT, spec.width) for ink in inks]
        decode = decode_per_position if self.artifact.decoding == "per_position" else decode_greedy
        return [LinePrediction(*decode(logits, self.vocabulary)) for logits in self.predict_logits(lines)]

    def predict_logits(self, lines: Sequence[Float]) -> list[Float]:
        """Run the network alone.

        Args:
            lines: Results of `preprocessing.line_input` for this model's height and width: (height, W_i).

        Returns:
            Logits (T_i, labels) of every line. By CTC T_i = ceil(W_i / downsampling): frames that only saw
            the padding of a batch are cut off. Per position: all positions of every line.

        Raises:
            ArtifactError: If the model emits another number of labels than its vocabulary has.
        """
        step = self.artifact.input.downsampling
        paper = RIGHT_PAPER if self.artifact.input.width is None else 0
        results: dict[int, Float] = {}
        for batch in _batches([line.shape for line in lines], step, paper):
            logits = self._session.run(_pad([lines[index] for index in batch], step, paper))  # (N, T, C)
            if logits.ndim != 3 or logits.shape[2] != len(self.vocabulary):
                raise ArtifactError(
                    f"Expected logits (N, T, {len(self.vocabulary)}) of {self.artifact.name}; "
                    f"received {logits.shape}. Export the model again with its vocabulary."
                )
            for index, line_logits in zip(batch, logits, strict=True):
                frames = -(-lines[index].shape[1] // step) if self.artifact.decoding == "ctc" else None
                results[index] = line_logits[:frames]
        return [results[index] for index in range(len(lines))]


def _batches(shapes: Sequence[tuple[int, ...]], step: int, paper: int) -> Iterator[list[int]]:
    """Group the indices of lines (height, width) of similar width within the limits of a batch."""
    batch: list[int] = []
    for index in sorted(range(len(shapes)), key=lambda i: shapes[i][1]):  # the last one is the widest
        height, width = shapes[index]
        pixels = (len(batch) + 1) * height * _padded(width, step, paper)
        if batch and (len(batch) == MAX_BATCH or pixels > MAX_BATCH_PIXELS):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _pad(lines: Sequence[Float], step: int, paper: int) -> Float:
    """Stack lines (height, W_i) to (N, height, W, 1), with paper on the right."""
    width = _padded(max(line.shape[1] for line in lines), step, paper)
    batch = np.zeros((len(lines), lines[0].shape[0], width, 1), np.float32)
    for row, line in zip(batch, lines, strict=True):
        row[:, : line.shape[1], 0] = line
    return batch


def _padded(width: int, step: int, paper: int) -> int:
    return -(-(width + paper) // step) * step
