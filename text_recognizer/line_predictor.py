"""Image of one text line -> its text."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import TypeVar

import numpy as np

from text_recognizer.arrays import InkMap, Logits
from text_recognizer.budget import Budget
from text_recognizer.decoding.config import DECODERS, DecoderName, read_decoding
from text_recognizer.decoding.line_decoder import DecodedLine, LineDecoder, word_spans
from text_recognizer.decoding.per_position import decode_per_position
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.images.resizing import reduce_image
from text_recognizer.inference import artifacts
from text_recognizer.inference.session import Session, default_threads
from text_recognizer.kinds.classifier import line_kind
from text_recognizer.predictions.alternatives import TextAlternative
from text_recognizer.predictions.types import LinePrediction, TextSpan
from text_recognizer.preprocessing.column_map import ColumnMap
from text_recognizer.preprocessing.lines import LINE_HEIGHT, ink_to_mapped_line
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.vocabulary import Vocabulary

Item = TypeVar("Item")
Result = TypeVar("Result")

DEFAULT_LINE_MODEL = "LineModelCtc_IamLinesDataset_line_conv_ctc_int8"

MIN_RIGHT_PAPER_PX = 64  # blank columns behind every line, as in training; more, up to a whole frame

MAX_LINE_PIXELS = 6_000_000  # larger images of a line are reduced, so that memory stays below 250 MB

_SAME_COLUMNS = ColumnMap()


class LinePredictor:
    """Recognizes single lines of text; safe to share between threads.

    ```python
    from text_recognizer import LinePredictor

    line = LinePredictor().predict(f"{folder}/line.png")
    print(line.text, line.confidence)
    for word in line.words:
        print(word.text, word.x1, word.x2)
    ```

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
        alternatives: int = 0,
    ) -> None:
        """Load the model.

        Args:
            weights: Name of a model for line images, see `artifacts.available`.
            weights_dir: Folder of the models; default: the shipped ones, then the user's own.
            threads: Threads of one call; default: the available cores, but only a few.
            decoder: `greedy`, or `beam` with the language model; default: what its decoding.json says.
            words: More words that the beam search favours, like those of its lexicon; names, for example.
            alternatives: How many texts each line has at most as its `alternatives`; needs beam search.

        Raises:
            ArtifactError: If the model or its language model is missing or damaged, or the model takes
                another kind of input.
            ConfigError: If there is no such decoder, the model cannot be decoded by it, or there are no
                alternatives without beam search.
        """
        if decoder not in (None, *DECODERS):
            raise ConfigError(f"There is no decoder {decoder!r}; expected one of {', '.join(DECODERS)}.")
        self.artifact = artifacts.find(weights, "line", weights_dir)
        self.vocabulary = Vocabulary(self.artifact.characters)
        self.decoder: LineDecoder | None = None
        if self.artifact.decoding == "ctc":
            config = read_decoding(self.artifact.path.parent, self.artifact.sha256)
            chosen = decoder or config.decoder
            self.decoder = LineDecoder(self.vocabulary, config, chosen, words, weights_dir, alternatives)
        elif decoder == "beam" or alternatives:
            raise ConfigError(
                f"{self.artifact.name} does not emit frames for CTC, which the beam search needs. "
                "Use the decoder greedy."
            )
        self._threads = threads or default_threads()
        self._session = Session(self.artifact.path, self._threads)

    def predict(self, image: ImageSource, budget: Budget | None = None) -> LinePrediction:
        """Return the text of the line that `image` shows.

        Args:
            image: Path, bytes, data URI, PIL image or array of a line.
            budget: Beyond its time for the search, the line is decoded greedily; default: no limit.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        ink, columns = _ink_of(image)
        return replace(self._read(*self._prepare(ink, columns), budget or Budget()), kind=line_kind(ink))

    def predict_batch(self, images: Sequence[ImageSource]) -> list[LinePrediction]:
        """Return the text of every image, in their order.

        Raises:
            InvalidInputError: If one cannot be read, see `load_image`.
        """
        return self._each(self.predict, images)

    def predict_inks(
        self,
        inks: Iterable[InkMap],
        columns: Iterable[ColumnMap] | None = None,
        budget: Budget | None = None,
    ) -> list[LinePrediction]:
        """Do what `predict_batch` does for ink maps (H, W), as `writing_ink` returns them.

        Each is scaled before the next is taken from `inks`, so that only one has to be in memory.

        Args:
            inks: One of each line.
            columns: For each ink map, where its columns lie on its page; the words and characters of the
                prediction lie there too. Default: in the ink map itself.
            budget: How long it may take; default: no limit.

        Returns:
            One prediction for each ink map; if the budget was exhausted, of the first ones only.
        """
        limits = budget or Budget()
        allowed = _while_allowed(inks, limits)
        prepared = map(self._prepare, allowed) if columns is None else map(self._prepare, allowed, columns)
        read = self._each(lambda line: None if limits.exhausted else self._read(*line, limits), prepared)
        return list(takewhile(lambda line: line is not None, read))  # type: ignore[arg-type]

    def _each(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Call `function` for each, side by side: one line is too little work for several threads."""
        if self._threads == 1:
            return [function(item) for item in items]
        with ThreadPoolExecutor(self._threads) as pool:
            return [each.result() for each in [pool.submit(function, item) for item in items]]

    def _prepare(self, ink: InkMap, to_page: ColumnMap = _SAME_COLUMNS) -> tuple[InkMap, ColumnMap]:
        """Return the input (height, W') made of an ink map (H, W), and where its frames lie on the page."""
        spec = self.artifact.input
        line, to_ink = ink_to_mapped_line(ink, spec.height or LINE_HEIGHT, spec.width, spec.normalize)
        return line, ColumnMap(scale=spec.downsampling).then(to_ink).then(to_page)

    def _read(self, line: InkMap, frames_to_page: ColumnMap, budget: Budget) -> LinePrediction:
        """Return the text of an input (height, W')."""
        if not line.any():
            return LinePrediction("", 1.0)  # the network would make up a text
        begin = budget.spent
        logits = self._logits(line)
        if self.decoder is None:
            return LinePrediction(*decode_per_position(logits, self.vocabulary))
        decoded = self.decoder.decode(logits, budget)
        budget.end_line(budget.spent - begin, decoded.in_time)
        return _with_spans(decoded, frames_to_page.rounded(decoded.frames).tolist())

    def prepare(self, image: ImageSource) -> InkMap:
        """Return a line image as the network takes it, (height, W), for `predict_logits`.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        return self._prepare(*_ink_of(image))[0]

    def predict_logits(self, lines: Sequence[InkMap]) -> list[Logits]:
        """Run only the network.

        Args:
            lines: Results of `prepare`: (height, W_i).

        Returns:
            Logits (T_i, labels) of every line. With CTC, T_i = ceil(W_i / downsampling): frames of the
            padding alone are cut off. With one softmax per position: all positions.

        Raises:
            ArtifactError: If the model emits another number of labels than its vocabulary has.
        """
        return self._each(self._logits, lines)

    def predict_ink_logits(self, inks: Sequence[InkMap]) -> list[Logits]:
        """Do what `predict_logits` does for ink maps (H, W), as `ink.ink_map` returns them."""
        return self._each(lambda ink: self._logits(self._prepare(ink)[0]), inks)

    def _logits(self, line: InkMap) -> Logits:
        """Return the logits (T, C) of an input (height, W')."""
        spec = self.artifact.input
        paper = 0 if spec.width else MIN_RIGHT_PAPER_PX + -line.shape[1] % spec.downsampling
        padded = np.pad(line, ((0, 0), (0, paper)))
        logits = self._session.run(padded[None, :, :, None])  # (1, T, C)
        if logits.ndim != 3 or logits.shape[2] != len(self.vocabulary):
            raise ArtifactError(
                f"{self.artifact.name} emits {logits.shape}; expected logits (1, T, {len(self.vocabulary)}) "
                "by its vocabulary. Export the model again."
            )
        return logits[0, : self._frames(line)]

    def _frames(self, line: InkMap) -> int | None:
        """Return how many rows of the logits belong to an input (height, W') itself; None for all of them."""
        return -(-line.shape[1] // self.artifact.input.downsampling) if self.decoder else None


def _ink_of(image: ImageSource) -> tuple[InkMap, ColumnMap]:
    """Return the ink map (H, W) of an image, reduced if it is very large, and where its columns lie on it."""
    whole = load_image(image)
    reduced = reduce_image(whole, MAX_LINE_PIXELS)
    return writing_ink(reduced), ColumnMap(whole.shape[1] / reduced.shape[1])


def _while_allowed(inks: Iterable[InkMap], budget: Budget) -> Iterator[InkMap]:
    """Yield ink maps (H, W) until the budget is exhausted; none is made after that."""
    each = iter(inks)
    while budget.begin_line() and (ink := next(each, None)) is not None:
        yield ink


def _with_spans(decoded: DecodedLine, columns: list[list[int]]) -> LinePrediction:
    """Return a line whose character i fills the columns `columns[i]` (x1, x2)."""
    text = decoded.text
    characters = [
        TextSpan(character, float(confidence), x1, x2)
        for character, confidence, (x1, x2) in zip(text, decoded.character_confidences, columns, strict=True)
    ]
    words = [
        TextSpan(text[first:end], float(confidence), columns[first][0], columns[end - 1][1])
        for (first, end), confidence in zip(word_spans(text), decoded.word_confidences, strict=True)
    ]
    alternatives = tuple(TextAlternative(*each) for each in decoded.alternatives)
    return LinePrediction(
        text, decoded.confidence, None, tuple(words), tuple(characters), alternatives=alternatives
    )
