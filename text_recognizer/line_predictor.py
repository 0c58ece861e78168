"""Image of one text line -> its text."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from functools import partial
from itertools import islice, takewhile
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from text_recognizer.arrays import InkMap, Logits
from text_recognizer.budget import Budget
from text_recognizer.decoding.config import DECODERS, DecoderName, read_decoding
from text_recognizer.decoding.entries.number_marks import ReadLine, with_agreed_marks
from text_recognizer.decoding.language_model.languages import KnownLanguage
from text_recognizer.decoding.line_decoder import LineDecoder
from text_recognizer.decoding.line_prediction import line_prediction
from text_recognizer.decoding.per_position import decode_per_position
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.images.resizing import reduce_image, with_paper
from text_recognizer.inference import artifacts
from text_recognizer.inference.session import Session, default_threads
from text_recognizer.kinds.classifier import line_kind
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.predictions.types import LinePrediction
from text_recognizer.preprocessing.column_map import ColumnMap
from text_recognizer.preprocessing.lines import LINE_HEIGHT, ink_to_mapped_line
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.vocabulary import Vocabulary

Item = TypeVar("Item")
Result = TypeVar("Result")

DEFAULT_LINE_MODEL = "LineModelCtc_ManyHands_line_conv_ctc_int8"

MIN_RIGHT_PAPER_PX = 64  # blank columns behind every line, as in training; more, up to a whole frame
LANGUAGE_LINES = 16  # the first of a page, which decide about its language and wait for that in memory
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
            plain = LineDecoder(self.vocabulary, config, chosen, words, weights_dir)
            self.decoder = plain.with_alternatives(alternatives) if alternatives else plain
        elif decoder == "beam" or alternatives:
            raise self._without_frames()
        self._threads = threads or default_threads()
        self._session = Session(self.artifact.path, self._threads)

    def _without_frames(self) -> ConfigError:
        return ConfigError(
            f"{self.artifact.name} does not emit frames for CTC, which the beam search needs. "
            "Use the decoder greedy."
        )

    def with_alternatives(self, count: int) -> Self:
        """Return a predictor that gives each line so many alternatives; it shares the model with this one.

        Raises:
            ConfigError: If the lines are decoded without beam search.
        """
        if self.decoder is None:
            raise self._without_frames()
        predictor = copy(self)
        predictor.decoder = self.decoder.with_alternatives(count)
        return predictor

    def predict(
        self, image: ImageSource, budget: Budget | None = None, language: LanguageChoice = "auto"
    ) -> LinePrediction:
        """Return the text of the line that `image` shows.

        Args:
            image: Path, bytes, data URI, PIL image or array of a line.
            budget: Beyond its time for the search, the line is decoded greedily; default: no limit.
            language: What the line is written in: `en`, `fr`, `none` of them, or `auto`.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`, or a language is named although
                the model is decoded greedily.
        """
        limits = budget or Budget()
        ink, columns = _ink_of(image)
        line = self._run(*self._prepare(ink, columns), limits)
        read, _ = self._decode(line, self._language_of([line], language), limits)
        return replace(read, kind=line_kind(ink))

    def predict_batch(
        self, images: Sequence[ImageSource], language: LanguageChoice = "auto"
    ) -> list[LinePrediction]:
        """Return the text of every image, in their order; each is read by itself, as by `predict`.

        Raises:
            InvalidInputError: If one cannot be read, see `predict`.
        """
        return self._each(lambda image: self.predict(image, language=language), images)

    def predict_inks(
        self,
        inks: Iterable[InkMap],
        columns: Iterable[ColumnMap] | None = None,
        budget: Budget | None = None,
        language: LanguageChoice = "auto",
    ) -> list[LinePrediction]:
        """Return the text of ink maps (H, W) of lines in one language, as `writing_ink` returns them.

        Each is scaled before the next is taken from `inks`, so that only one has to be in memory.

        Args:
            inks: One of each line.
            columns: For each ink map, where its columns lie on its page; the words and characters of the
                prediction lie there too. Default: in the ink map itself.
            budget: How long it may take; default: no limit.
            language: See `predict`; the first lines decide for all of them.

        Returns:
            One prediction for each ink map; if the budget was exhausted, of the first ones only.

        Raises:
            InvalidInputError: If a language is named although the model is decoded greedily.
        """
        limits = budget or Budget()
        allowed = _while_allowed(inks, limits)
        prepared = map(self._prepare, allowed) if columns is None else map(self._prepare, allowed, columns)
        read: list[ReadLine] = []
        known: KnownLanguage | None = None
        while group := self._each(lambda line: self._run(*line, limits), islice(prepared, LANGUAGE_LINES)):
            lines = [*takewhile(lambda line: not line.late, group)]
            known = known or self._language_of(lines, language)
            read += self._each(partial(self._decode, known=known, budget=limits), lines)
        return with_agreed_marks(read)

    def _language_of(self, lines: Sequence["_Line"], choice: LanguageChoice) -> KnownLanguage | None:
        """Return the language to decode lines in; None without language models."""
        logits = [line.logits for line in lines if line.logits is not None]
        return None if self.decoder is None else self.decoder.language_of(logits, choice)

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

    def _run(self, line: InkMap, frames_to_page: ColumnMap, budget: Budget) -> "_Line":
        """Run the network on an input (height, W')."""
        late = budget.exhausted
        if late or not line.any():  # of blank paper the network would make up a text
            return _Line(None, frames_to_page, late=late)
        begin = budget.spent
        logits = self._logits(line)
        return _Line(logits, frames_to_page, budget.spent - begin)

    def _decode(self, line: "_Line", known: KnownLanguage | None, budget: Budget) -> ReadLine:
        """Return the text of a line, decoded in a language, and its `point_odds`."""
        if line.logits is None:
            return LinePrediction("", 1.0), 0.0
        if self.decoder is None:
            return LinePrediction(*decode_per_position(line.logits, self.vocabulary)), 0.0
        begin = budget.spent
        decoded = self.decoder.decode(line.logits, budget, known)
        budget.end_line(line.seconds + budget.spent - begin, decoded.in_time)
        columns = line.frames_to_page.rounded(decoded.frames).tolist()
        return line_prediction(decoded, columns), decoded.point_odds

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
        padded = with_paper(line, (0, 0), (0, paper))
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


class _Line(NamedTuple):
    """A line between network and decoder.

    Attributes:
        logits: (T, C); None if there is nothing to decode.
        frames_to_page: Where the frames lie on the page.
        seconds: What the network took, of the budget's clock.
        late: Whether the budget was exhausted before.
    """

    logits: Logits | None
    frames_to_page: ColumnMap
    seconds: float = 0.0
    late: bool = False


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
