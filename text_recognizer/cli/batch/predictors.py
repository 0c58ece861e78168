"""What reads the pages of the command, built from its options, in this process or in another one."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from text_recognizer.arrays import GrayImage
from text_recognizer.decoding.config import DecoderName
from text_recognizer.documents.reading import PageReader, Predict
from text_recognizer.images.limits import ImageLimits
from text_recognizer.inference.session import default_threads
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.predictions.page_review import only_lines, reviewed
from text_recognizer.predictions.types import LineKind, PagePrediction


@dataclass(frozen=True)
class Reading:
    """How pages are read; can be sent to another process.

    ```python
    from text_recognizer.cli.batch.predictors import Reading
    from text_recognizer.images.limits import LIBRARY_LIMITS
    from text_recognizer.line_predictor import DEFAULT_LINE_MODEL

    reading = Reading(DEFAULT_LINE_MODEL, None, "greedy", (), False, None, "auto", LIBRARY_LIMITS, jobs=2)
    print(reading.settings[:40])
    ```

    Attributes:
        weights: Name of the line model.
        weights_dir: Its folder; None: the package's own.
        decoder: Of lines; None: what reads better with the model.
        words: Words that beam search favours.
        lines: Whether each image shows a single line.
        only: The kind of lines that is kept; None: every kind.
        language: What the pages are written in.
        limits: What images are accepted.
        jobs: How many processes read side by side; they share the cores.
        alternatives: How many texts of each line are told; 0 = only the best one.
    """

    weights: str
    weights_dir: Path | None
    decoder: DecoderName | None
    words: tuple[str, ...]
    lines: bool
    only: LineKind | None
    language: LanguageChoice
    limits: ImageLimits
    jobs: int
    alternatives: int = 0

    def build(self) -> PageReader:
        """Load the models.

        Raises:
            ArtifactError: If one is missing or damaged.
        """
        predict, only = self._predict(), self.only
        if only is None:
            return PageReader(predict, self.limits)

        def predict_kind(image: GrayImage) -> PagePrediction:
            """Return the lines of one kind in an image (H, W)."""
            return only_lines(predict(image), only)

        return PageReader(predict_kind, self.limits)

    def _predict(self) -> Predict:
        language = self.language
        threads = max(1, default_threads() // self.jobs)
        line_predictor = LinePredictor(
            self.weights,
            self.weights_dir,
            threads,
            decoder=self.decoder,
            words=self.words,
            alternatives=self.alternatives,
        )
        if not self.lines:
            detector = LineDetector(threads=threads)
            return partial(
                ParagraphTextRecognizer(detector, line_predictor, self.limits).predict, language=language
            )

        def predict_line(image: GrayImage) -> PagePrediction:
            """Return an image (H, W) as a page of one line; of none if it has no text."""
            line = line_predictor.predict(image, language=language)
            lines = (line,) if line.text.strip() else ()
            return reviewed(PagePrediction(lines, *image.shape[::-1]))

        return predict_line

    @property
    def settings(self) -> str:
        """What the result of a page depends on, beside the page."""
        return repr(replace(self, jobs=1))
