"""Formats that Pillow reads depend on how it was built and on plugins."""

import sys
from types import ModuleType

import numpy as np
import pytest
from PIL import Image, features

from text_recognizer.images import plugins
from text_recognizer.images.limits import LIBRARY_LIMITS
from text_recognizer.images.loading import load_image
from text_recognizer.tests.images.image_files import draw_picture, encode


def test_names_that_are_no_formats_of_pillow_are_left_out() -> None:
    assert plugins.pillow_formats(["PNG", "PDF-of-others", "TIFF"]) == ("PNG", "TIFF")


def test_a_plugin_for_heif_is_registered_if_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    registered = []
    plugin = ModuleType("pillow_heif")
    plugin.register_heif_opener = lambda: registered.append("heif")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    monkeypatch.setitem(sys.modules, "pillow_heif", plugin)
    plugins._available.cache_clear()
    assert "PNG" in plugins.pillow_formats(["PNG"])
    assert registered == ["heif"]
    plugins._available.cache_clear()


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow was built without AVIF")
@pytest.mark.parametrize("orientation", [1, 6])
def test_avif_is_read_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode(Image.fromarray(draw_picture()), "AVIF", exif=exif, quality=90)
    expected = draw_picture() if orientation == 1 else np.rot90(draw_picture(), -1)
    gray = load_image(data, LIBRARY_LIMITS)
    assert gray.shape == expected.shape
    assert np.abs(gray.astype(int) - expected).mean() < 8
