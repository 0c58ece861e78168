"""Image of one text line -> its text."""

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from text_recognizer.decoding.config import DECODERS, DecoderName, read_decoding
from text_recognizer.decoding.line_decoder import DecodedLine, LineDecoder, word_places
from text_recognizer.decoding.per_position import decode_per_position
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.images.ink import ink_map
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.inference import artifacts
from text_recognizer.inference.session import Session, default_threads
from text_recognizer.preprocessing.column_map import LineColumns
from text_recognizer.preprocessing.lines import LINE_HEIGHT, ink_to_placed_line
from text_recognizer.types import LinePrediction, TextSpan
from text_recognizer.vocabulary import Vocabulary

Float = npt.NDArray[np.float32]
Item = TypeVar("Item")
Result = TypeVar("Result")

DEFAULT_LINE_MODEL = "LineModelCtc_IamLinesDataset_line_conv_ctc_int8"

RIGHT_PAPER = 64  # columns behind every line at least, as in training; then up to a whole frame


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
            threads: Threads of one call; default: the available cores, few at most.
            decoder: `greedy`, or `beam` with the language model; default: what its decoding.json says.
            words: The beam search favours them as the words that it knows; names, for example.

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
        self._threads = threads or default_threads()
        self._session = Session(self.artifact.path, self._threads)

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
        return self._each(lambda image: self._read(self._place(ink_map(load_image(image)))), images)

    def predict_inks(self, inks: Iterable[Float]) -> list[LinePrediction]:
        """Do what `predict_batch` does for ink maps (H, W), as `ink.ink_map` returns them.

        Each is scaled before the next is asked for, so that few have to be in memory.
        """
        return self._each(self._read, [self._place(ink) for ink in inks])

    def _each(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Call `function` for each, side by side: a line is too little work for several threads."""
        if self._threads == 1 or len(items) < 2:
            return [function(item) for item in items]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(function, items))

    def _place(self, ink: Float) -> tuple[Float, LineColumns]:
        spec = self.artifact.input
        return ink_to_placed_line(ink, spec.height or LINE_HEIGHT, spec.width, spec.normalize)

    def _read(self, placed: tuple[Float, LineColumns]) -> LinePrediction:
        line, columns = placed
        return self._prediction(self._logits(line), columns)

    def _prediction(self, logits: Float, columns: LineColumns) -> LinePrediction:
        if self.decoder is None:
            return LinePrediction(*decode_per_position(logits, self.vocabulary))
        decoded = self.decoder.decode(logits)
        edges = np.round(columns.to_image(decoded.frames * self.artifact.input.downsampling)).astype(int)
        return _with_places(decoded, edges.tolist())

    def prepare(self, image: ImageSource) -> Float:
        """Return a line image as the network takes it, (height, W), what `predict_logits` is fed with.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        return self._place(ink_map(load_image(image)))[0]

    def predict_logits(self, lines: Sequence[Float]) -> list[Float]:
        """Run the network alone.

        Args:
            lines: Results of `prepare`: (height, W_i).

        Returns:
            Logits (T_i, labels) of every line. By CTC T_i = ceil(W_i / downsampling): frames that only saw
            the padding are cut off. Per position: all positions of every line.

        Raises:
            ArtifactError: If the model emits another number of labels than its vocabulary has.
        """
        return self._each(self._logits, lines)

    def _logits(self, line: Float) -> Float:
        spec = self.artifact.input
        paper = 0 if spec.width else RIGHT_PAPER + -line.shape[1] % spec.downsampling
        padded = np.pad(line, ((0, 0), (0, paper)))
        logits = self._session.run(padded[None, :, :, None])  # (1, T, C)
        if logits.ndim != 3 or logits.shape[2] != len(self.vocabulary):
            raise ArtifactError(
                f"Expected logits (1, T, {len(self.vocabulary)}) of {self.artifact.name}; "
                f"received {logits.shape}. Export the model again with its vocabulary."
            )
        return logits[0, : self._frames(line)]

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
