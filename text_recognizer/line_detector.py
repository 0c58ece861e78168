"""Image of a page -> where its lines of text are."""

from pathlib import Path

import numpy as np

from text_recognizer.arrays import InkMap, KernelMap
from text_recognizer.errors import ArtifactError
from text_recognizer.images.ink import ink_map
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.inference import artifacts
from text_recognizer.inference.session import Session
from text_recognizer.layout.gutters import cut_at_gutters
from text_recognizer.layout.kernels import BACKGROUND, KERNEL
from text_recognizer.layout.lines import PageLayout, find_lines
from text_recognizer.preprocessing.pages import PARAGRAPH_SIZE, ink_to_paragraph
from text_recognizer.types import Region

DEFAULT_DETECTOR_MODEL = "LineDetectorModel_IamParagraphsDataset_fcn"

_SMALL_LINE_PX = 11.0  # the detector was trained on lines of 9 to 34 pixels; below this it misses many


class LineDetector:
    """Finds the lines of text of a page; safe to share between threads.

    ```python
    from text_recognizer import LineDetector

    for region in LineDetector().predict(f"{folder}/page.png"):
        print(region.x1, region.y1, region.x2, region.y2)
    ```

    Attributes:
        artifact: The model.
    """

    def __init__(
        self,
        weights: str = DEFAULT_DETECTOR_MODEL,
        weights_dir: Path | None = None,
        threads: int | None = None,
    ) -> None:
        """Load the model.

        Args:
            weights: Name of a model for paragraph images, see `artifacts.available`.
            weights_dir: Folder of the models; default: the shipped ones.
            threads: Threads of one prediction; default: the available cores, but only a few.

        Raises:
            ArtifactError: If the model is missing, damaged or takes another kind of input.
        """
        self.artifact = artifacts.find(weights, "paragraph", weights_dir)
        self._session = Session(self.artifact.path, threads)

    def predict(self, image: ImageSource) -> list[Region]:
        """Return the boxes of the lines, in reading order, in pixels of `image`.

        Raises:
            InvalidInputError: If `image` cannot be read, see `load_image`.
        """
        return self.find_lines(ink_map(load_image(image))).regions

    def find_lines(self, ink: InkMap) -> PageLayout:
        """Return the lines of a page, given as its ink map (H, W), see `ink.ink_map`.

        If the lines turn out to be very small, the page is run through the network again in twice the size.
        """
        height, width = ink.shape
        kernels, scale = self.predict_kernels(ink)
        layout = find_lines(kernels, scale, (height, width))
        if 0 < layout.line_height < _SMALL_LINE_PX and scale < 1:
            kernels, scale = self.predict_kernels(ink, 2 * PARAGRAPH_SIZE)
            layout = find_lines(kernels, scale, (height, width))
        return layout

    def predict_kernels(self, ink: InkMap, size: int = PARAGRAPH_SIZE) -> tuple[KernelMap, float]:
        """Run the network, and take away what it sees in the gutters between columns of text.

        Args:
            ink: (H, W) ink map of the page.
            size: Pixels to which its longer side is reduced.

        Returns:
            The kernels and borders of lines that it sees, (h, w) uint8 of the reduced page: BACKGROUND,
            KERNEL or BORDER, see `layout.kernels`; and the scale: pixels of the map per pixel of the page.

        Raises:
            ArtifactError: If the model emits anything but logits (1, h, w, 3).
        """
        paragraph, scale = ink_to_paragraph(ink, size)
        logits = self._session.run(paragraph[None, :, :, None])  # (1, h, w, 3)
        if logits.shape != (1, *paragraph.shape, 3):
            raise ArtifactError(
                f"{self.artifact.name} emits {logits.shape}; expected logits {(1, *paragraph.shape, 3)}. "
                "Export the model again."
            )
        kernels = logits[0].argmax(axis=2).astype(np.uint8)
        bridges = (kernels == KERNEL) & ~cut_at_gutters(kernels == KERNEL, paragraph)
        kernels[bridges] = BACKGROUND
        return kernels, scale
