"""Views of a page: image and labels move together."""

import numpy as np
import numpy.typing as npt
import pytest

from text_recognizer.augmentation import paragraphs
from text_recognizer.augmentation.paragraphs import augment_page, line_thickness

Gray = npt.NDArray[np.uint8]


def page(lines: int = 5, thickness: int = 24, pitch: int = 40) -> tuple[Gray, Gray]:
    """Page whose ink is exactly its labelled area."""
    labels = np.zeros((pitch * lines + 40, 400), np.uint8)
    for index in range(lines):
        top = 20 + pitch * index
        labels[top : top + thickness, 40:360] = 1 + index % 2
    return np.where(labels > 0, 255, 0).astype(np.uint8), labels


def test_same_seed_same_view() -> None:
    first = augment_page(*page(), np.random.default_rng(3))
    second = augment_page(*page(), np.random.default_rng(3))

    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


@pytest.mark.parametrize("seed", range(12))
def test_labels_stay_on_the_ink(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paragraphs, "_dirty", lambda image, rng: image)

    image, labels = augment_page(*page(), np.random.default_rng(seed), size=256)

    assert image.shape == labels.shape == (256, 256)
    assert set(np.unique(labels)) <= {0, 1, 2}
    assert np.mean((image > 127) == (labels > 0)) > 0.97


def test_views_differ_in_scale_and_place() -> None:
    views = [augment_page(*page(), np.random.default_rng(seed))[1] for seed in range(20)]
    thickness = [line_thickness(view) for view in views if view.any()]

    assert max(thickness) > 2 * min(thickness)


def test_line_thickness() -> None:
    assert line_thickness(page(thickness=24)[1]) == 24
    assert line_thickness(page(thickness=20, pitch=20)[1]) == 20  # lines that touch
    assert line_thickness(np.zeros((8, 8), np.uint8)) == 0


def test_an_empty_page_stays_empty_of_labels() -> None:
    blank = np.zeros((100, 100), np.uint8)

    assert not augment_page(blank, blank, np.random.default_rng(0))[1].any()
