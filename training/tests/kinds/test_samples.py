from pathlib import Path

import numpy as np
from PIL import ImageFont

from training.kinds import samples
from training.kinds.samples import draw_line


def test_a_drawn_line_holds_its_text_within_paper() -> None:
    face = ImageFont.load_default(30)
    assert isinstance(face, ImageFont.FreeTypeFont)
    image = draw_line("Please sign here", face, np.random.default_rng(0))
    dark = image < 128
    assert dark.any()
    assert not dark[:8].any()
    assert not dark[:, :8].any()
    assert not dark[:, -8:].any()


def test_no_family_of_fonts_is_in_both_splits() -> None:
    files = [Path(f"family-{chr(97 + n % 12)}-latin-400-normal.woff2") for n in range(24)]
    chosen = {split: samples._families_of(files, split) for split in ("train", "validation")}
    names = {split: {path.name for family in found for path in family} for split, found in chosen.items()}
    assert len(chosen["validation"]) == 3
    assert not names["train"] & names["validation"]
    assert names["train"] | names["validation"] == {file.name for file in files}
