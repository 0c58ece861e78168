"""Views of a page: image and labels move together."""

import numpy as np
import pytest

from text_recognizer.arrays import InkImage, LabelMap
from text_recognizer.augmentation import paragraphs
from text_recognizer.augmentation.paragraphs import (
    PageAugmentation,
    augment_page,
    line_thickness,
    page_window,
)


def page(lines: int = 5, thickness: int = 24, pitch: int = 40) -> tuple[InkImage, LabelMap]:
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
    monkeypatch.setattr(paragraphs, "_degraded", lambda image, rng, augmentation: image)

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


IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def test_half_of_the_views_are_flipped_image_and_labels_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paragraphs, "_affine", lambda labels, rng, size, augmentation: IDENTITY)
    monkeypatch.setattr(paragraphs, "_degraded", lambda image, rng, augmentation: image)
    image, labels = (plane[:240, :240] for plane in page())
    labels[:, 160:] = 0
    image[labels == 0] = 0

    views = [augment_page(image, labels, np.random.default_rng(seed), size=240) for seed in range(40)]

    flipped = [bool((view[1] == labels[:, ::-1]).all()) for view in views]
    assert 10 < sum(flipped) < 30
    for (ink, map_), mirrored in zip(views, flipped, strict=True):
        np.testing.assert_array_equal(map_, labels[:, ::-1] if mirrored else labels)
        np.testing.assert_array_equal(ink, image[:, ::-1] if mirrored else image)


def test_views_are_shifted_zoomed_sheared_and_turned_a_little() -> None:
    rng, labels = np.random.default_rng(0), page()[1]
    backward = np.array(
        [paragraphs._affine(labels, rng, 256, paragraphs.DEFAULTS) for _ in range(300)]
    ).reshape(-1, 2, 3)
    matrices = np.linalg.inv(backward[:, :, :2])  # page -> canvas
    zoom = np.sqrt(np.linalg.det(matrices))
    angle = np.degrees(np.arctan2(matrices[:, 1, 0], matrices[:, 0, 0]))
    slant = np.einsum("ni,ni->n", matrices[:, :, 0], matrices[:, :, 1]) / zoom**2

    assert zoom.max() > 3 * zoom.min()
    assert 1 < angle.std() < 3
    assert np.abs(angle).max() < 7.1
    assert 0.05 < slant.std() < 0.25
    assert np.ptp(backward[:, 0, 2]) > 100  # pixels
    assert np.ptp(backward[:, 1, 2]) > 100


@pytest.mark.parametrize("seed", range(6))
def test_labels_are_not_interpolated(seed: int) -> None:
    image, labels = page()
    labels[labels == 1] = 2  # between 0 and 2 interpolation would put 1

    assert set(np.unique(augment_page(image, labels, np.random.default_rng(seed))[1])) <= {0, 2}


def test_outside_of_the_page_is_paper_and_background(monkeypatch: pytest.MonkeyPatch) -> None:
    smaller = (2.0, 0.0, 0.0, 0.0, 2.0, 0.0)
    monkeypatch.setattr(paragraphs, "_affine", lambda labels, rng, size, augmentation: smaller)
    monkeypatch.setattr(paragraphs, "_degraded", lambda image, rng, augmentation: image)
    full = np.full((100, 100), 255, np.uint8)

    image, labels = augment_page(full, np.full_like(full, 2), np.random.default_rng(0), size=128)

    assert (labels[:50, :50] == 2).all()
    assert (image[:48, :48] == 255).all()
    for plane in (image, labels):
        assert not plane[52:].any()
        assert not plane[:, 52:].any()


def test_brightness_and_contrast_of_the_ink_vary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paragraphs, "_affine", lambda labels, rng, size, augmentation: IDENTITY)
    steps = np.zeros((64, 64), np.uint8)
    steps[8:28], steps[36:56] = 255, 128
    views = [augment_page(steps, steps // 128, np.random.default_rng(seed), size=64)[0] for seed in range(60)]

    full = np.array([np.median(view[12:24]) for view in views])
    half = np.array([np.median(view[40:52]) for view in views])

    assert full.min() < 150
    assert full.max() > 240
    assert np.ptp(half / full) > 0.2  # contrast bends the scale, brightness alone would not


SQUARE_ON = {"rotation": 0, "shear": 0, "aspect": 0, "flip_probability": 0}


@pytest.mark.slow
def test_a_small_page_lies_anywhere_on_the_canvas() -> None:
    config = PageAugmentation.from_dict({**SQUARE_ON, "line_thickness": (10, 10), "top_probability": 1})
    labels = np.zeros((100, 100), np.uint8)
    labels[40:60, 20:80] = 1
    places = []
    for seed in range(60):
        view = augment_page(labels * 255, labels, np.random.default_rng(seed), 256, config)[1]
        places.append([float(indices.mean()) for indices in np.nonzero(view)])
    middle = np.array(places)  # (60, 2), of a page of 50 pixels on 256
    assert ((middle > 20) & (middle < 236)).all(), "the whole page is seen"
    assert (middle.min(axis=0) < 60).all()
    assert (middle.max(axis=0) > 196).all()
    assert (middle.std(axis=0) > 40).all(), "not always centred"


@pytest.mark.slow
def test_a_large_page_shows_its_first_line_as_often_as_asked_for() -> None:
    labels = page(lines=20)[1]
    for probability in (0, 1):
        config = PageAugmentation.from_dict(
            {**SQUARE_ON, "line_thickness": (24, 24), "scale": (1, 1), "top_probability": probability}
        )
        views = [
            augment_page(labels, labels, np.random.default_rng(seed), 256, config)[1] for seed in range(40)
        ]
        cut = sum(bool(view[0].any()) for view in views)
        assert cut == 0 if probability else cut > 10


def test_without_variation_a_page_is_only_scaled() -> None:
    image, labels = (plane[:240, :240] for plane in page(thickness=24))
    off = {name: 0 for name in PageAugmentation().__dict__ if name.endswith("probability")}
    even = dict.fromkeys(("gamma", "strength", "scale"), (1, 1))
    config = PageAugmentation.from_dict({**SQUARE_ON, **off, **even})
    view, seen = augment_page(image, labels, np.random.default_rng(0), 240, config)
    np.testing.assert_array_equal(view, image)
    np.testing.assert_array_equal(seen, labels)


def test_windows_are_cut_anywhere_from_a_large_page() -> None:
    """The page numbers its columns and rows, so that a window says where it was cut."""
    page = np.add.outer(np.arange(120), np.arange(120)).astype(np.uint8)
    rng = np.random.default_rng(0)
    corners = {int(page_window(page, page, rng, size=60)[0][0, 0]) for _ in range(40)}
    assert min(corners) < 30
    assert max(corners) > 90
