"""Image of a page -> where its lines of text are."""

import math
from pathlib import Path

import numpy as np

from text_recognizer.arrays import InkMap, KernelMap
from text_recognizer.budget import Budget
from text_recognizer.errors import ArtifactError
from text_recognizer.geometry import Region
from text_recognizer.images.loading import ImageSource, load_image
from text_recognizer.images.resizing import enlarge_ink
from text_recognizer.inference import artifacts
from text_recognizer.inference.session import Session
from text_recognizer.layout.gutters import cut_at_gutters
from text_recognizer.layout.kernels import BACKGROUND, BORDER, KERNEL
from text_recognizer.layout.letter_size import letter_height
from text_recognizer.layout.lines import PageLayout, find_lines
from text_recognizer.layout.missed.lone_entries import with_lone_entries
from text_recognizer.layout.missed.second_look import free_ink, with_missed
from text_recognizer.preprocessing.pages import (
    PARAGRAPH_MIN_SIZE,
    PARAGRAPH_MULTIPLE,
    PARAGRAPH_SIZE,
    ink_to_paragraph,
)
from text_recognizer.preprocessing.writing import writing_ink

DEFAULT_DETECTOR_MODEL = "LineDetectorModel_IamParagraphsDataset_fcn_int8"

# The detector was trained on lines of 9 to 34 pixels; lower ones it misses, of higher ones it makes several.
_MIN_LINE_PX = 11.0
_MAX_LINE_PX = 44.0
_BEST_LINE_PX = 21.0
_MIN_LETTER_PX = 3.5  # lower letters run into those of the next line
_FREE_LETTER_PX = 17.0  # beside handwriting it is mostly print, whose lines stand close to each other
_MAX_LETTER_PX = 20.0  # of larger ones the tall parts look like a line of their own
_BEST_LETTER_PX = 11.0  # the height of letters, or of joined words, in lines of _BEST_LINE_PX
_MAX_SPREAD = 2.0  # of the heights of large lines; more means that some have run into each other
_MAX_BRIDGED = 0.2  # of the pixels of kernels: more, and lines are too close to each other for the network
_MAX_BRIDGED_RATIO = 0.8  # of that share to the one before, for which the closer look is kept
_CLOSER = 1.7  # by which the page is then seen larger
_MAX_PART_PIXELS = 800_000  # that go through the network at a time; it takes 90 bytes for each
_VIEW_PX = 128  # beside a part, which the network sees as well: its kernels depend on no more
_LOOKS = 2.0  # times as long as the network's first look must be left for a second one and for reading lines
_MAX_MAP_PIXELS = 1_600_000  # of a page that is run through the network: a third of a second on one core


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
        return self.find_lines(writing_ink(load_image(image))).regions

    def find_lines(self, ink: InkMap, budget: Budget | None = None) -> PageLayout:
        """Return the lines of a page.

        The network sees the page in the size in which it knows letters. If the lines that it finds are too
        small, or so large that several must have become one, it looks again; so it does, closer, if large
        lines are of very unequal height, or many run into each other.

        Args:
            ink: (H, W) ink map of the page, see `writing_ink`.
            budget: How long it may take; the network looks again only if lines can be read after that.
        """
        budget = budget or Budget()
        letters = letter_height(ink)
        seen = letters * min(1.0, PARAGRAPH_SIZE / max(ink.shape))  # as the network would see them
        fitting = self._size(ink, _BEST_LETTER_PX / letters) if letters else PARAGRAPH_SIZE
        first = PARAGRAPH_SIZE if _MIN_LETTER_PX <= seen <= _MAX_LETTER_PX else fitting
        begin = budget.spent
        layout = self._layout(ink, first, budget)
        second = first
        if (
            first < PARAGRAPH_SIZE
            and _spread(layout) > _MAX_SPREAD
            and budget.affords(_LOOKS * (budget.spent - begin))
        ):
            closer = self._layout(ink, min(PARAGRAPH_SIZE, round(_CLOSER * first)), budget)
            return closer if _excess(closer) < _excess(layout) else layout
        if layout.bridged > _MAX_BRIDGED:
            return self._unbridged(ink, layout, budget, budget.spent - begin)
        if 0 < layout.line_height < _MIN_LINE_PX:
            second = self._size(ink, layout.scale * _BEST_LINE_PX / layout.line_height)
        elif layout.line_height > _MAX_LINE_PX:
            second = fitting
        if min(first, max(ink.shape)) == second or not budget.affords(_LOOKS * (budget.spent - begin)):
            return layout
        return self._layout(ink, second, budget)

    def _unbridged(self, ink: InkMap, layout: PageLayout, budget: Budget, cost: float) -> PageLayout:
        """Return a layout in which fewer lines run into each other, since the page is seen larger.

        Args:
            ink: (H, W) ink map of the page.
            layout: How it was seen first.
            budget: How long it may take.
            cost: Seconds that the first look took; a closer one takes longer by the number of pixels.
        """
        while layout.bridged > _MAX_BRIDGED and budget.affords(_LOOKS * _CLOSER**2 * cost):
            cost *= _CLOSER**2
            size = self._size(ink, _CLOSER * layout.scale)
            if size <= round(layout.scale * max(ink.shape)):
                return layout
            closer = self._layout(ink, size, budget)
            if closer.bridged > _MAX_BRIDGED_RATIO * layout.bridged:
                return layout
            layout = closer
        return layout

    def find_all_lines(self, ink: InkMap, budget: Budget | None = None) -> PageLayout:
        """Do what `find_lines` does, then look once more at the ink that belongs to no line.

        So print is found beside handwriting, small notes beside large ones, and characters that stand alone.

        Args:
            ink: (H, W) ink map of the page, see `writing_ink`.
            budget: How long it may take; the network looks again only if lines can be read after that.
        """
        return with_lone_entries(self._find_twice(ink, budget or Budget()), ink)

    def _find_twice(self, ink: InkMap, budget: Budget) -> PageLayout:
        """Return the lines of an ink map (H, W), and those that the network sees in what is left of it."""
        begin = budget.spent
        layout = self.find_lines(ink, budget)
        if not budget.affords(_LOOKS * (budget.spent - begin)):
            return layout
        free = free_ink(ink, layout)
        if free is None:
            return layout
        return with_missed(layout, free, self._free_lines(free.ink, budget))

    def _free_lines(self, ink: InkMap, budget: Budget) -> PageLayout:
        """Return the lines of the ink (h, w) that belongs to no line; small letters are enlarged."""
        letters = letter_height(ink)
        if not letters:
            return self.find_lines(ink, budget)
        factor = min(_FREE_LETTER_PX / letters, math.sqrt(_MAX_MAP_PIXELS / ink.size))
        if factor <= 1:
            return self._layout(ink, self._size(ink, factor), budget)
        large = enlarge_ink(ink, factor)
        return self._layout(large, max(large.shape), budget).reduced(factor)

    def _layout(self, ink: InkMap, size: int, budget: Budget) -> PageLayout:
        """Return the lines of an ink map (H, W) whose longer side is reduced to `size`."""
        budget.give_way()
        kernels, scale = self.predict_kernels(ink, size)
        budget.give_way()
        return find_lines(kernels, scale, ink.shape)

    @staticmethod
    def _size(ink: InkMap, scale: float) -> int:
        """Return the longer side of an ink map (H, W) at a scale, but for too many pixels and enlargement."""
        largest = math.sqrt(_MAX_MAP_PIXELS / ink.size)
        side: int = max(ink.shape)
        return max(PARAGRAPH_MIN_SIZE, round(side * min(scale, largest, 1.0)))

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
        kernels = self._kernels(paragraph)
        bridges = (kernels == KERNEL) & ~cut_at_gutters(kernels == KERNEL, paragraph)
        kernels[bridges] = BACKGROUND
        return kernels, scale

    def _kernels(self, paragraph: InkMap) -> KernelMap:
        """Return what the network sees on a page (h, w): of a large one, a part at a time to save memory.

        Raises:
            ArtifactError: If the model emits anything but logits (1, h, w, 3).
        """
        if paragraph.shape[1] > paragraph.shape[0]:
            return np.ascontiguousarray(self._by_rows(paragraph.T, upright=True).T)
        return self._by_rows(paragraph, upright=False)

    def _by_rows(self, paragraph: InkMap, upright: bool) -> KernelMap:
        """Do what `_kernels` does for a page (h, w), some rows at a time.

        Args:
            paragraph: The page.
            upright: Whether its rows are the columns of the page.
        """
        height = len(paragraph)
        parts = -(-paragraph.size // _MAX_PART_PIXELS)
        step = PARAGRAPH_MULTIPLE * -(-height // (parts * PARAGRAPH_MULTIPLE))
        kernels = np.empty(paragraph.shape, np.uint8)
        for top in range(0, height, step):
            first, end = max(0, top - _VIEW_PX), min(height, top + step + _VIEW_PX)
            part = paragraph[first:end]
            seen = self._run(part.T).T if upright else self._run(part)
            kernels[top : top + step] = seen[top - first : top - first + step]
        return kernels

    def _run(self, paragraph: InkMap) -> KernelMap:
        """Run the network on a page or a part of one, (h, w)."""
        logits = self._session.run(paragraph[None, :, :, None])  # (1, h, w, 3)
        if logits.shape != (1, *paragraph.shape, 3):
            raise ArtifactError(
                f"{self.artifact.name} emits {logits.shape}; expected logits {(1, *paragraph.shape, 3)}. "
                "Export the model again."
            )
        background, kernel, border = np.moveaxis(logits[0], 2, 0)
        # `argmax` along an axis of three takes twice as long.
        strongest = np.where(kernel > background, np.uint8(KERNEL), np.uint8(BACKGROUND))
        strongest[border > np.maximum(background, kernel)] = BORDER
        return strongest


def _spread(layout: PageLayout) -> float:
    """Return the height of the highest line of a page in heights of the lowest."""
    heights = [line.height for line in layout.lines]
    return max(heights) / min(heights) if heights else 1.0


def _excess(layout: PageLayout) -> float:
    """Return the height of the highest line of a page in median heights: more where lines run together.

    A low speck that is taken for a line does not count.
    """
    heights = [line.height for line in layout.lines]
    return max(heights) / float(np.median(heights)) if heights else 1.0
