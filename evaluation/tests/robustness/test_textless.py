import numpy as np
import pytest

from evaluation.robustness import textless
from evaluation.robustness.textless import TEXTLESS


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textless, "_SIZE_PX", (220, 170))


@pytest.mark.parametrize("name", TEXTLESS)
def test_pictures_differ_from_each_other_and_not_from_themselves(name: str) -> None:
    kind = TEXTLESS[name]
    first, second = kind.page(0), kind.page(1)
    assert first.lines == ()
    assert first.id != second.id
    image = first.load()
    assert image.dtype == np.uint8
    assert image.ndim == 2
    np.testing.assert_array_equal(image, first.load())
    assert not np.array_equal(image, second.load())
    assert np.unique(image).size > 1
