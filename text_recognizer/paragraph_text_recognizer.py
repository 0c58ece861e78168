"""Image of a page -> its text, line by line."""

from dataclasses import replace

from text_recognizer.geometry import crop_line
from text_recognizer.image import ImageSource, load_image
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.preprocessing import ink_map
from text_recognizer.types import PagePrediction


class ParagraphTextRecognizer:
    """Recognizes pages of handwriting; safe to share between threads.

    Attributes:
        detector: Finds the lines.
        line_predictor: Reads them.
    """

    def __init__(
        self, detector: LineDetector | None = None, line_predictor: LinePredictor | None = None
    ) -> None:
        """Take over the two predictors; the shipped ones are loaded where None is given.

        Raises:
            ArtifactError: If a shipped model is missing or damaged.
        """
        self.detector = detector or LineDetector()
        self.line_predictor = line_predictor or LinePredictor()

    def predict(self, image: ImageSource) -> PagePrediction:
        """Return the lines of the page, each with text, confidence and region.

        Args:
            image: Path, bytes, data URI, PIL image or array of a page.

        Returns:
            The prediction; without any line if none is found.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        ink = ink_map(load_image(image))
        layout = self.detector.find_lines(ink)
        crops = [crop_line(ink, layout, index) for index in range(len(layout.lines))]
        lines = self.line_predictor.predict_inks(crops)
        return PagePrediction(
            tuple(replace(line, region=region) for line, region in zip(lines, layout.regions, strict=True))
        )
