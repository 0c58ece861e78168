"""The detector looks twice at pages whose lines are very small."""

from pathlib import Path

import numpy as np
import pytest

from text_recognizer.arrays import InkMap, KernelMap
from text_recognizer.layout.kernels import BACKGROUND, KERNEL
from text_recognizer.line_detector import LineDetector
from text_recognizer.preprocessing.pages import PARAGRAPH_SIZE


@pytest.fixture
def detector(tiny_weights: Path) -> LineDetector:
    """Every inked pixel is the kernel of a line."""
    return LineDetector("tiny_paragraph", tiny_weights)


def page(height: int, line_height: int) -> InkMap:
    """Ink map with three dark bars."""
    ink = np.zeros((height, 800), np.float32)
    for index in range(3):
        top = height // 8 + index * height // 4
        ink[top : top + line_height, 100:700] = 1
    return ink


@pytest.mark.parametrize(("line_height", "sizes"), [(80, [512]), (24, [512, 1024])])
def test_small_lines_are_looked_at_again(
    detector: LineDetector, monkeypatch: pytest.MonkeyPatch, line_height: int, sizes: list[int]
) -> None:
    seen = []
    predict = detector.predict_kernels

    def spy(ink: InkMap, size: int = PARAGRAPH_SIZE) -> tuple[KernelMap, float]:
        seen.append(size)
        return predict(ink, size)

    monkeypatch.setattr(detector, "predict_kernels", spy)

    layout = detector.find_lines(page(2000, line_height))

    assert seen == sizes
    assert len(layout.lines) == 3
    assert layout.scale == pytest.approx(sizes[-1] / 2000)
    assert [region.height for region in layout.regions] == pytest.approx([line_height] * 3, abs=4)


def test_a_small_image_is_looked_at_once(detector: LineDetector, monkeypatch: pytest.MonkeyPatch) -> None:
    kernels = np.full((128, 800), BACKGROUND, np.uint8)
    kernels[60:66, 100:700] = KERNEL
    calls: list[int] = []

    def once(ink: InkMap, size: int = 0) -> tuple[KernelMap, float]:
        calls.append(size)
        return kernels, 1.0

    monkeypatch.setattr(detector, "predict_kernels", once)

    assert len(detector.find_lines(page(128, 6)).lines) == 1
    assert len(calls) == 1


def test_regions_are_in_page_pixels_and_in_order(detector: LineDetector) -> None:
    image = (255 * (1 - page(900, 70))).astype(np.uint8)

    regions = detector.predict(image)

    assert [region.y1 for region in regions] == pytest.approx([112, 337, 562], abs=6)
    assert all(region.x1 == pytest.approx(100, abs=6) for region in regions)
