import numpy as np
import pytest

from text_recognizer.kinds.features import FEATURES, line_features
from text_recognizer.tests.kinds.lines import printed_line, written_line


def test_a_blank_line_has_no_features() -> None:
    assert line_features(np.zeros((40, 300), np.float32)) is None


@pytest.mark.parametrize("shape", [(1, 1), (40, 1), (1, 300), (200, 200)])
def test_anything_inked_has_them(shape: tuple[int, int]) -> None:
    features = line_features(np.ones(shape, np.float32))
    assert features is not None
    assert features.shape == (FEATURES,)
    assert np.isfinite(features).all()


def test_they_hardly_depend_on_the_size_of_the_image() -> None:
    small, large = (line_features(printed_line("The same line", size)) for size in (30, 60))
    assert small is not None
    assert large is not None
    assert np.abs(small - large).max() < 0.35


def test_letters_of_print_stand_on_one_line_and_those_of_a_hand_do_not() -> None:
    printed, written = line_features(printed_line("morning")), line_features(written_line("morning"))
    assert printed is not None
    assert written is not None
    assert np.abs(printed - written).max() > 0.3
