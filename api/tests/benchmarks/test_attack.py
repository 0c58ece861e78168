import io

import pytest
from PIL import Image

from api.benchmarks.attack import PAGE_SIDE_PX, costly_page


@pytest.mark.slow
def test_the_page_is_legal_and_full_of_writing() -> None:
    data = costly_page()
    assert len(data) < 8 * 2**20
    page = Image.open(io.BytesIO(data))
    assert page.size == (PAGE_SIDE_PX, PAGE_SIDE_PX)
    assert page.width * page.height <= 25_000_000
    assert page.convert("L").histogram()[:128] != [0] * 128
