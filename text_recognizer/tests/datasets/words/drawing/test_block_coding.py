import io

import numpy as np
import pytest
from PIL import Image

from text_recognizer.datasets.words.drawing.block_coding import code_blocks

PICTURE = np.random.default_rng(0).integers(0, 256, (6, 9), np.uint8)
PICTURE = np.asarray(Image.fromarray(PICTURE).resize((61, 42), Image.Resampling.BICUBIC))


@pytest.mark.parametrize("quality", [10, 30, 50, 80])
def test_it_loses_what_a_jpeg_file_loses(quality: int) -> None:
    buffer = io.BytesIO()
    Image.fromarray(PICTURE).save(buffer, "JPEG", quality=quality)
    by_file = np.asarray(Image.open(buffer), int)
    coded = code_blocks(PICTURE, quality).astype(int)
    # The file's transform is in whole numbers: a coefficient between two steps may be rounded the other way.
    assert np.mean(np.abs(coded - by_file)[:40, :56] <= 2) > 0.9
    assert np.abs(coded - PICTURE).max() > 2


def test_blocks_may_start_outside() -> None:
    whole = code_blocks(PICTURE, 15)
    part = code_blocks(PICTURE[3:, 5:], 15, (3, 5))
    np.testing.assert_array_equal(part[5:33, 3:50], whole[8:36, 8:55])
