"""What is compiled scales ink as Pillow does, and finds the runs of maps that NumPy finds, bit by bit."""

from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from text_recognizer.images import twin
from text_recognizer.images.resizing import reduce_ink, resize_ink
from text_recognizer.layout.fitting import column_runs
from text_recognizer.tests.compiling import compiled_extension

pytestmark = [pytest.mark.process, pytest.mark.slow]

SIZES = ((1, 1), (1, 9), (9, 1), (7, 30), (41, 17), (64, 200))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return compiled_extension("text_recognizer.images.compiled._pixels", tmp_path_factory.mktemp("twin"))


def test_ink_is_scaled_as_pillow_does_it(compiled: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    for height, width in SIZES:
        ink = rng.random((height, width + 3)).astype(np.float32)[:, 2:-1]  # rows that are not contiguous
        for to_height, to_width in (*SIZES, (height, 50), (50, width), (height, width)):
            for resample in (Image.Resampling.BOX, Image.Resampling.BILINEAR):
                monkeypatch.setattr(twin, "_pixels", None)
                expected = resize_ink(ink, to_width, to_height, resample)
                monkeypatch.setattr(twin, "_pixels", compiled)
                found = resize_ink(ink, to_width, to_height, resample)
                assert found.dtype == np.float32
                np.testing.assert_array_equal(found, expected)
                at_once = Image.fromarray(ink).resize((to_width, to_height), resample)
                np.testing.assert_allclose(found, np.asarray(at_once), atol=1e-6)


def test_a_page_is_reduced_as_in_strips(compiled: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ink = np.random.default_rng(1).random((700, 900)).astype(np.float32)
    monkeypatch.setattr(twin, "_pixels", None)
    expected = reduce_ink(ink, 300, 233)
    monkeypatch.setattr(twin, "_pixels", compiled)
    np.testing.assert_array_equal(reduce_ink(ink, 300, 233), expected)


def test_columns_of_maps_have_the_same_runs(compiled: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    for height, width in SIZES:
        for values in (1, 2, 5):
            regions = np.repeat(rng.integers(-1, values, (height, width)), 3, axis=0).astype(np.int32)
            for each in (regions, regions.T, np.full_like(regions, -1), np.zeros_like(regions)):
                monkeypatch.setattr(twin, "_pixels", None)
                expected = column_runs(each)
                monkeypatch.setattr(twin, "_pixels", compiled)
                for one, other in zip(column_runs(each), expected, strict=True):
                    assert one.dtype == other.dtype
                    np.testing.assert_array_equal(one, other)


def test_arrays_that_do_not_fit_are_refused(compiled: ModuleType) -> None:
    ink, scaled = np.zeros((4, 5), np.float32), np.zeros((2, 3), np.float32)
    runs = [np.zeros(9, np.int64) for _ in range(4)]
    for sides in ((4, 6, False, 2, 3), (4, 5, False, 3, 3), (0, 5, True, 2, 3), (4, 5, True, -2, -3)):
        with pytest.raises(ValueError, match="do not fit"):
            compiled.resample(ink, *sides, scaled)
    with pytest.raises(ValueError, match="do not fit"):
        compiled.columns(np.zeros((4, 5), np.int32), 4, 6, *runs)
    with pytest.raises(ValueError, match="do not fit"):
        compiled.columns(np.zeros((4, 5), np.int32), 4, 5, *runs[:3], np.zeros(8, np.int64))
