import numpy as np

from text_recognizer.datasets.drawn_pages.drawing import Drawing, Piece, Stroke, on_paper


def test_pieces_and_strokes_are_as_dark_as_pen_and_press() -> None:
    bar = np.full((10, 50), 255, np.uint8)
    pieces = [Piece(bar, 10, 20, printed=False), Piece(bar, 10, 60, printed=True)]
    drawing = Drawing((100, 120), pieces, [Stroke([(0, 90), (119, 90)], 1, 0.5)])

    ink = drawing.ink(pen=0.6, press=0.8)

    assert ink.shape == (100, 120)
    np.testing.assert_allclose(
        [ink[25, 30], ink[65, 30], ink[90, 60], ink[5, 5]], [0.6, 0.8, 0.4, 0], atol=0.01
    )
    gray = on_paper(ink, 200.0)
    assert (gray[5, 5], gray[25, 30]) == (200, 80)


def test_a_piece_that_leaves_the_page_is_cut() -> None:
    piece = Piece(np.full((20, 60), 255, np.uint8), -10, 90, printed=False)
    ink = Drawing((100, 40), [piece]).ink(1.0, 1.0)
    assert ink.sum() == 10 * 40
    assert (piece.right, piece.bottom) == (50, 110)


def test_the_band_of_a_piece_is_its_box() -> None:
    band = Piece(np.full((20, 60), 255, np.uint8), 5, 40, printed=False).band
    assert (band.x1, band.x2) == (5, 65)
    tops, bottoms = band.edges(np.array([30.0]))
    assert (tops[0], bottoms[0]) == (40, 60)
