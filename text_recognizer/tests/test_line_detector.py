"""The detector sees pages in the size in which it knows lines."""

from pathlib import Path

import numpy as np
import pytest

from text_recognizer import line_detector
from text_recognizer.arrays import InkMap, KernelMap
from text_recognizer.budget import Budget
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


def test_large_lines_of_unequal_height_are_looked_at_closer(
    detector: LineDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = spy_on(detector, monkeypatch)
    ink = page(2000, 200)
    ink[1200:1700, 100:700] = 1  # two lines in one
    layout = detector.find_lines(ink)
    assert seen[1] == pytest.approx(1.7 * seen[0], rel=0.02)
    assert layout.scale == pytest.approx(seen[0] / 2000), "as unequal as before: the first look is kept"


def test_lines_that_run_into_each_other_are_looked_at_closer(
    detector: LineDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = spy_on(detector, monkeypatch)
    ink = np.zeros((2000, 1400), np.float32)
    for top in range(300, 1700, 100):
        ink[top : top + 50, 100:1300] = 1
    for left in range(200, 1200, 200):
        ink[300:1650, left : left + 100] = 1  # as wide as what lies between two of them
    layout = detector.find_lines(ink)
    assert layout.bridged > 0.2
    assert seen[1] == pytest.approx(1.7 * seen[0], rel=0.02)
    assert len(seen) == 2, "no better than before: the first look is kept"
    assert layout.scale == pytest.approx(seen[0] / 2000)


def spy_on(detector: LineDetector, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list to which the sizes are added in which the detector sees a page."""
    seen: list[int] = []
    predict = detector.predict_kernels

    def spy(ink: InkMap, size: int = PARAGRAPH_SIZE) -> tuple[KernelMap, float]:
        seen.append(size)
        return predict(ink, size)

    monkeypatch.setattr(detector, "predict_kernels", spy)
    return seen


@pytest.mark.parametrize(
    ("line_height", "sizes"),
    [
        (60, [512]),
        (200, [110]),
        (24, [512, 1750]),
    ],  # 200 rows of ink are 11 at 110; 24 are 6 at 512, 21 at 1750
)
def test_the_size_follows_from_letters_and_lines(
    detector: LineDetector, monkeypatch: pytest.MonkeyPatch, line_height: int, sizes: list[int]
) -> None:
    seen = spy_on(detector, monkeypatch)

    layout = detector.find_lines(page(2000, line_height))

    assert seen == pytest.approx(sizes, rel=0.1)
    assert len(layout.lines) == 3
    assert layout.scale == pytest.approx(seen[-1] / 2000)
    assert [region.height for region in layout.regions] == pytest.approx([line_height] * 3, abs=40)


def test_lines_that_have_become_one_are_looked_at_again(
    detector: LineDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def merged(ink: InkMap, size: int = PARAGRAPH_SIZE) -> tuple[KernelMap, float]:
        sizes.append(size)
        kernels = np.full((512, 344), BACKGROUND, np.uint8)
        kernels[100:170, 30:300] = KERNEL
        return kernels, 512 / 1500

    monkeypatch.setattr(detector, "predict_kernels", merged)
    ink = np.zeros((1500, 1000), np.float32)
    for top in range(300, 500, 20):
        for left in range(100, 900, 20):
            ink[top : top + 16, left : left + 12] = 1  # a letter

    detector.find_lines(ink)

    assert sizes == [512, pytest.approx(1500 * 11 / 16, rel=0.03)]


@pytest.mark.slow
def test_a_page_of_any_size_is_bounded_for_the_network(
    detector: LineDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = spy_on(detector, monkeypatch)

    detector.find_lines(page(6000, 12))

    assert max(seen) ** 2 * 800 / 6000 <= 1_700_000


def test_a_small_image_is_looked_at_once(detector: LineDetector, monkeypatch: pytest.MonkeyPatch) -> None:
    kernels = np.full((128, 500), BACKGROUND, np.uint8)
    kernels[60:66, 100:400] = KERNEL
    calls: list[int] = []

    def once(ink: InkMap, size: int = 0) -> tuple[KernelMap, float]:
        calls.append(size)
        return kernels, 1.0

    monkeypatch.setattr(detector, "predict_kernels", once)

    assert len(detector.find_lines(page(128, 6)[:, :500]).lines) == 1
    assert len(calls) == 1


def test_regions_are_in_page_pixels_and_in_order(detector: LineDetector) -> None:
    image = (255 * (1 - page(900, 70))).astype(np.uint8)

    regions = detector.predict(image)

    assert [region.y1 for region in regions] == pytest.approx([112, 337, 562], abs=6)
    assert all(region.x1 == pytest.approx(100, abs=6) for region in regions)


@pytest.mark.parametrize("shape", [(512, 96), (96, 512)])
def test_parts_of_a_page_are_seen_as_in_the_whole(
    detector: LineDetector, monkeypatch: pytest.MonkeyPatch, shape: tuple[int, int]
) -> None:
    ink = (np.random.default_rng(0).random(shape) > 0.7).astype(np.float32)
    whole, _ = detector.predict_kernels(ink)
    monkeypatch.setattr(line_detector, "_MAX_PART_PIXELS", 10_000)
    np.testing.assert_array_equal(detector.predict_kernels(ink)[0], whole)


def test_the_network_does_not_look_again_if_no_time_is_left_for_lines(
    detector: LineDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = spy_on(detector, monkeypatch)
    seconds = iter(range(100))
    detector.find_lines(page(3000, 20), Budget(seconds=3.0, clock=lambda: float(next(seconds))))
    assert len(seen) == 1
