"""Labels of a drawn page lie on its ink, wherever paper and camera move it."""

import numpy as np
import pytest

from text_recognizer.datasets.drawn_pages import pages
from text_recognizer.datasets.drawn_pages.drawing import Drawing, Piece
from text_recognizer.datasets.drawn_pages.pages import PrintLabel, bent, page_of, photographed
from text_recognizer.datasets.pages.curved_bands import CurvedBand
from text_recognizer.datasets.pages.line_labels import paint_labels
from text_recognizer.layout.kernels import UNKNOWN
from text_recognizer.tests.datasets.drawn_pages.toy_desk import toy_desk, written_line


def bars(printed: bool = False) -> Drawing:
    """A page of full bars, as wide and high as lines."""
    bar = np.full((30, 500), 255, np.uint8)
    return Drawing((700, 800), [Piece(bar, 100, 80 + 70 * i, printed and i % 2 == 1) for i in range(7)])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("moved", [bent, photographed])
def test_labels_move_with_the_ink(seed: int, moved: object) -> None:
    drawing = bars()
    image = np.where(drawing.ink(1.0, 1.0) > 0.5, 250, 40).astype(np.uint8)  # light bars on dark paper
    bands = [piece.band for piece in drawing.pieces]
    move = bent if moved is bent else photographed

    picture, bands = move(image, bands, np.random.default_rng(seed))

    labels = paint_labels(bands, picture.shape, 1.0)
    inked, inside = picture > 100, labels > 0
    assert np.sum(inked & inside) / np.sum(inked | inside) > 0.9


def test_a_bend_is_a_bow() -> None:
    image = np.full((600, 500), 255, np.uint8)
    _, (band,) = bent(image, [CurvedBand.level(50, 450, 300, 330)], np.random.default_rng(2))
    assert np.ptp(band.tops) > 3
    np.testing.assert_allclose(band.bottoms - band.tops, 30)


@pytest.mark.parametrize("seed", range(8))
def test_ink_of_lines_is_labelled_and_blank_paper_is_not(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_PHOTO_SHARE", 0.0)  # a dark table is ink as well
    pieces = [Piece(written_line(4), 90, 100 + 110 * i, False) for i in range(6)]
    ink, labels = page_of(Drawing((900, 700), pieces), np.random.default_rng(seed))
    assert ink.shape == labels.shape
    assert max(ink.shape) == 512
    assert set(np.unique(labels)) == {0, 1, 2}
    strong = ink > 128
    assert strong[labels > 0].mean() > 3 * strong[labels == 0].mean()


@pytest.mark.parametrize(
    ("print_label", "found"),
    [("line", {0, 1, 2}), ("background", {0, 1, 2}), ("unknown", {0, 1, 2, UNKNOWN})],
)
def test_print_is_what_the_parameter_says(
    print_label: PrintLabel, found: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for share in ("_PAPER_SHARE", "_BENT_SHARE", "_PHOTO_SHARE"):
        monkeypatch.setattr(pages, share, 0.0)
    ink, labels = page_of(bars(printed=True), np.random.default_rng(0), print_label)
    assert set(np.unique(labels)) == found
    lines = paint_labels([piece.band for piece in bars().pieces], ink.shape, 512 / 800) > 0
    on_lines = np.mean(labels[lines] > 0)
    assert on_lines == pytest.approx(4 / 7 if print_label == "background" else 1, abs=0.05)


def test_a_page_without_a_line_has_no_label() -> None:
    _, labels = page_of(Drawing((400, 300)), np.random.default_rng(0))
    assert not labels.any()


def test_the_same_randomness_draws_the_same_page() -> None:
    for seed in range(4):
        first, again = (
            page_of(toy_desk().page(rng), rng)
            for rng in (np.random.default_rng(seed), np.random.default_rng(seed))
        )
        np.testing.assert_array_equal(first[0], again[0])
        np.testing.assert_array_equal(first[1], again[1])
