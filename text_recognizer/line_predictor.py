"""Image of one text line -> its text."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from text_recognizer import artifacts
from text_recognizer.decoding.line_decoder import DecodedLine, LineDecoder, word_places
from text_recognizer.decoding.per_position import decode_per_position
from text_recognizer.decoding.settings import DECODERS, DecoderName, read_decoding
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.image import ImageSource, load_image
from text_recognizer.preprocessing import LINE_HEIGHT, LineColumns, ink_map, ink_to_placed_line
from text_recognizer.runtime import Session
from text_recognizer.types import LinePrediction, TextSpan
from text_recognizer.vocabulary import Vocabulary

Float = npt.NDArray[np.float32]

DEFAULT_LINE_MODEL = "LineModelCtc_IamLinesDataset_line_conv_ctc"

RIGHT_PAPER = 64  # columns behind every line at least, as in training
WIDTH_STEP = 64  # widths are multiples of it; lines of one width make a batch, so that none depends on others
BATCH_PIXELS = 64 * 4096  # given to the network at a time: more is no faster, and takes more memory


class LinePredictor:
    """Recognizes single lines of text; safe to share between threads.

    Attributes:
        artifact: The model.
        vocabulary: Its characters.
        decoder: Makes text of its logits; None for a model that has one softmax per position.
    """

    def __init__(
        self,
        weights: str = DEFAULT_LINE_MODEL,
        weights_dir: Path | None = None,
        threads: int | None = None,
        decoder: DecoderName | None = None,
        words: Collection[str] = (),
    ) -> None:
        """Load the model.

        Args:
            weights: Name of a model for line images, see `artifacts.available`.
            weights_dir: Folder of the models; default: the shipped ones.
            threads: Threads of one prediction; default: the available cores, few at most.
            decoder: `greedy`, or `beam` with the language model; default: what its decoding.json says.
            words: The beam search favours them; names, for example.

        Raises:
            ArtifactError: If the model is missing, damaged or takes another kind of input; if the language
                model is.
            ConfigError: If there is no such decoder, or the model cannot be decoded by it.
        """
        if decoder not in (None, *DECODERS):
            raise ConfigError(f"Expected a decoder of {', '.join(DECODERS)}; received {decoder!r}.")
        self.artifact = artifacts.find(weights, "line", weights_dir)
        self.vocabulary = Vocabulary(self.artifact.characters)
        self.decoder: LineDecoder | None = None
        if self.artifact.decoding == "ctc":
            config = read_decoding(self.artifact.path.parent, self.artifact.sha256)
            chosen = decoder or config.decoder
            self.decoder = LineDecoder(self.vocabulary, config, chosen, words, weights_dir)
        elif decoder == "beam":
            raise ConfigError(
                f"Expected the decoder greedy for {self.artifact.name}, which does not emit frames for CTC; "
                "received 'beam'. Leave the decoder out."
            )
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
        return self.predict_inks(ink_map(load_image(image)) for image in images)

    def predict_inks(self, inks: Iterable[Float]) -> list[LinePrediction]:
        """Do what `predict_batch` does for ink maps (H, W), as `preprocessing.ink_map` returns them.

        Each is scaled before the next is asked for, so that few have to be in memory.
        """
        spec = self.artifact.input
        placed = [ink_to_placed_line(ink, spec.height or LINE_HEIGHT, spec.width) for ink in inks]
        all_logits = self.predict_logits([line for line, _ in placed])
        return [
            self._prediction(logits, columns) for logits, (_, columns) in zip(all_logits, placed, strict=True)
        ]

    def _prediction(self, logits: Float, columns: LineColumns) -> LinePrediction:
        if self.decoder is None:
            return LinePrediction(*decode_per_position(logits, self.vocabulary))
        decoded = self.decoder.decode(logits)
        edges = np.round(columns.to_image(decoded.frames * self.artifact.input.downsampling)).astype(int)
        return _with_places(decoded, edges.tolist())

    def predict_logits(self, lines: Sequence[Float]) -> list[Float]:
        """Run the network alone.

        Args:
            lines: Results of `preprocessing.line_input` for this model's height and width: (height, W_i).

        Returns:
            Logits (T_i, labels) of every line. By CTC T_i = ceil(W_i / downsampling): frames that only saw
            the padding are cut off. Per position: all positions of every line.

        Raises:
            ArtifactError: If the model emits another number of labels than its vocabulary has.
        """
        results: dict[int, Float] = {}
        for batch in _batches([self._padded_shape(line) for line in lines]):
            padded = np.stack([_pad(lines[index], self._padded_shape(lines[index])) for index in batch])
            logits = self._session.run(padded[..., None])  # (N, T, C)
            if logits.ndim != 3 or logits.shape[2] != len(self.vocabulary):
                raise ArtifactError(
                    f"Expected logits (N, T, {len(self.vocabulary)}) of {self.artifact.name}; "
                    f"received {logits.shape}. Export the model again with its vocabulary."
                )
            for index, line_logits in zip(batch, logits, strict=True):
                results[index] = line_logits[: self._frames(lines[index])]
        return [results[index] for index in range(len(lines))]

    def _padded_shape(self, line: Float) -> tuple[int, int]:
        height, width = line.shape
        if self.artifact.input.width is None:
            width = -(-(width + RIGHT_PAPER) // WIDTH_STEP) * WIDTH_STEP
        return height, width

    def _frames(self, line: Float) -> int | None:
        """Return how many steps of the logits see the line itself; None for all of them."""
        return -(-line.shape[1] // self.artifact.input.downsampling) if self.decoder else None


def _with_places(decoded: DecodedLine, edges: list[list[int]]) -> LinePrediction:
    """Return a line whose character i fills the columns `edges[i]`."""
    text = decoded.text
    characters = [
        TextSpan(character, float(confidence), *edge)
        for character, confidence, edge in zip(text, decoded.character_confidences, edges, strict=True)
    ]
    words = [
        TextSpan(text[first:end], float(confidence), edges[first][0], edges[end - 1][1])
        for (first, end), confidence in zip(word_places(text), decoded.word_confidences, strict=True)
    ]
    return LinePrediction(text, decoded.confidence, None, tuple(words), tuple(characters))


def _batches(shapes: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Group the indices of lines of one shape (height, width) within the limit of a batch."""
    for shape in sorted(set(shapes)):
        same = [index for index, other in enumerate(shapes) if other == shape]
        most = max(1, BATCH_PIXELS // (shape[0] * shape[1]))
        for start in range(0, len(same), most):
            yield same[start : start + most]


def _pad(line: Float, shape: tuple[int, int]) -> Float:
    """Return a line (height, W) with paper on the right."""
    return np.pad(line, ((0, 0), (0, shape[1] - line.shape[1])))
