"""A font for tests: the one that comes with Pillow."""

import io
from pathlib import Path

from PIL import ImageFont


def write_font(folder: Path, name: str = "toy.woff2") -> Path:
    """Write the font file to `folder`."""
    face = ImageFont.load_default(10)
    assert isinstance(face, ImageFont.FreeTypeFont)
    assert isinstance(face.path, io.BytesIO)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(face.path.getvalue())
    return path
