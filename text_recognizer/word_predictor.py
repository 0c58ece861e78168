"""Image of one word -> its text."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from text_recognizer.arrays import BatchLogits, InkMap, Logits
from text_recognizer.decoding.config import DECODERS, DecoderName, read_decoding
from text_recognizer.decoding.line_decoder import LineDecoder
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.inference import artifacts
from text_recognizer.inference.session import Session
from text_recognizer.predictions.single import WordPrediction
from text_recognizer.preprocessing.words import WORD_HEIGHT, word_input, word_views
from text_recognizer.vocabulary import Vocabulary

DEFAULT_WORD_MODEL = "WordModelCtc_SyntheticWordsDataset_line_conv_ctc_int8"

WIDTH_STEP_PX = 32  # inputs are padded to a multiple of it, so that words of similar shape share a batch
MAX_BATCH_COLUMNS = 4096  # of all words of a batch together, so that memory stays bounded


class WordPredictor:
    """Recognizes images that show a single word; safe to share between threads.

    A word is padded to a width that depends on its own shape alone, and shares a batch with words of that
    width. So it is read alike in every batch, and little time is spent on padding. A narrow image is read in
    three views, as it is and turned to both sides; the most probable reading counts.

    ```python
    from text_recognizer import WordPredictor

    word = WordPredictor().predict(f"{folder}/word.png")
    print(word.text, word.confidence)
    ```

    Attributes:
        artifact: The model.
        vocabulary: Its characters.
        decoder: Makes text of its logits.
    """

    def __init__(
        self,
        weights: str = DEFAULT_WORD_MODEL,
        weights_dir: Path | None = None,
        threads: int | None = None,
        decoder: DecoderName | None = None,
    ) -> None:
        """Load the model.

        Args:
            weights: Name of a model for word images, see `artifacts.available`.
            weights_dir: Folder of the models; default: the shipped ones.
            threads: Threads of one prediction; default: the available cores, but only a few.
            decoder: `greedy`, or `beam` with the language model; default: what its decoding.json says.

        Raises:
            ArtifactError: If the model or its language model is missing or damaged, or the model takes
                another kind of input or does not emit frames for CTC.
            ConfigError: If there is no such decoder.
        """
        if decoder not in (None, *DECODERS):
            raise ConfigError(f"There is no decoder {decoder!r}; expected one of {', '.join(DECODERS)}.")
        self.artifact = artifacts.find(weights, "word", weights_dir)
        if self.artifact.decoding != "ctc":
            raise ArtifactError(
                f"{self.artifact.name} does not emit frames for CTC, which reading words needs. "
                "Choose another model."
            )
        self.vocabulary = Vocabulary(self.artifact.characters)
        config = read_decoding(self.artifact.path.parent, self.artifact.sha256)
        self.decoder = LineDecoder(
            self.vocabulary, config, decoder or config.decoder, weights_dir=weights_dir
        )
        self._session = Session(self.artifact.path, threads)

    def predict(self, image: ImageSource) -> WordPrediction:
        """Return the word that `image` shows.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        return self.predict_batch([image])[0]

    def predict_batch(self, images: Sequence[ImageSource]) -> list[WordPrediction]:
        """Return the word of every image, in their order.

        Raises:
            InvalidInputError: If one cannot be read, see `load_image`.
        """
        words = [self.prepare(image) for image in images]
        logits = iter(self.predict_logits([view for views in words for view in views]))
        return [self.decode([next(logits) for _ in views]) for views in words]

    def prepare(self, image: ImageSource) -> list[InkMap]:
        """Return the views of a word image as the network takes them, (height, W) each, for `predict_logits`.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        spec = self.artifact.input
        height = spec.height or WORD_HEIGHT
        return [word_input(view, height, spec.width) for view in word_views(load_image(image))]

    def predict_logits(self, words: Sequence[InkMap]) -> list[Logits]:
        """Run the network alone, on words of the same padded width together.

        Args:
            words: Views of words that `prepare` returned: (height, W_i).

        Returns:
            Logits (T_i, C) of every word, in their order; frames of the padding alone are cut off.

        Raises:
            ArtifactError: If the model emits another number of labels than its vocabulary has.
        """
        widths = [self._padded_width(word) for word in words]
        logits: dict[int, Logits] = {}
        for chosen in _batches(widths):
            rows = self._run([words[i] for i in chosen], widths[chosen[0]])
            logits |= {i: row[: self._frames(words[i])] for i, row in zip(chosen, rows, strict=True)}
        return [logits[i] for i in range(len(words))]

    def decode(self, views: Sequence[Logits]) -> WordPrediction:
        """Return the most probable word that the logits (T, C) of its views spell, one or more."""
        readings = [WordPrediction(*self.decoder.decode_word(logits)) for logits in views]
        # That a view shows nothing is no reading, however sure it is.
        return max(readings, key=lambda word: (bool(word.text), word.confidence))

    def _padded_width(self, word: InkMap) -> int:
        """Return how many columns the network gets for an input (height, W)."""
        return self.artifact.input.width or -(-word.shape[1] // WIDTH_STEP_PX) * WIDTH_STEP_PX

    def _frames(self, word: InkMap) -> int | None:
        """Return how many frames belong to an input (height, W) itself; None for all of them."""
        spec = self.artifact.input
        return None if spec.width else -(-word.shape[1] // spec.downsampling)

    def _run(self, words: Sequence[InkMap], width: int) -> BatchLogits:
        """Return the logits (N, T, C) of inputs (height, W_i), padded with paper to `width` columns."""
        batch = np.zeros((len(words), words[0].shape[0], width, 1), np.float32)
        for row, word in zip(batch, words, strict=True):
            row[:, : word.shape[1], 0] = word
        logits = self._session.run(batch)
        if logits.ndim != 3 or logits.shape[2] != len(self.vocabulary):
            raise ArtifactError(
                f"{self.artifact.name} emits {logits.shape}; expected logits (N, T, {len(self.vocabulary)}) "
                "by its vocabulary. Export the model again."
            )
        return logits


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the indices of each batch: of equal widths, at most `MAX_BATCH_COLUMNS` together."""
    of_width: dict[int, list[int]] = {}
    for index, width in enumerate(widths):
        of_width.setdefault(width, []).append(index)
    for width, indices in of_width.items():
        most = max(1, MAX_BATCH_COLUMNS // width)
        for start in range(0, len(indices), most):
            yield indices[start : start + most]
