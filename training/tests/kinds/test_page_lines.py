import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.geometry import Region
from text_recognizer.tooling.data_root import MIRROR_VARIABLE
from training.kinds.page_lines import FOLDER, PRINTED, lines_of_pages, share_within


def write_sheet(folder: Path) -> None:
    """Write a page of five large lines that are known, below one small line that is not."""
    folder.mkdir(parents=True)
    page = Image.new("L", (900, 600), 255)
    draw = ImageDraw.Draw(page)
    draw.text(
        (60, 30), "It may be shared and be used freely by everyone who", font=ImageFont.load_default(16)
    )
    lines = []
    for y in range(120, 520, 80):
        draw.text((60, y), "lines of a written text", font=ImageFont.load_default(48))
        lines.append({"text": "x", "polygon": [[60, y], [700, y], [700, y + 56], [60, y + 56]]})
    page.save(folder / "page.png")
    sheet = {"page.png": {"split": "train", "lines": lines}}
    (folder / "lines.json").write_text(json.dumps(sheet))


@pytest.mark.parametrize(
    ("name", "kinds"), [(PRINTED, {"print", "handwriting"}), ("others", {"handwriting"})]
)
def test_what_no_line_is_known_of_is_print_on_printed_paper(
    name: str, kinds: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MIRROR_VARIABLE, str(tmp_path))
    assert list(lines_of_pages("train")) == []
    write_sheet(tmp_path / FOLDER / name)
    found = list(lines_of_pages("train"))
    assert {kind for _, kind in found} == kinds
    assert all(len(ink) < 40 for ink, kind in found if kind == "print")
    assert [kind for _, kind in found].count("handwriting") == 5
    assert list(lines_of_pages("validation")) == []


def test_the_share_of_a_box_in_others() -> None:
    box = Region(0, 0, 10, 10)
    assert share_within(box, [Region(5, 0, 20, 10), Region(0, 0, 2, 10)]) == pytest.approx(0.7)
    assert share_within(box, [Region(10, 0, 20, 10)]) == 0
    assert share_within(box, []) == 0
    assert np.isclose(share_within(box, [Region(-5, -5, 15, 15)]), 1)
