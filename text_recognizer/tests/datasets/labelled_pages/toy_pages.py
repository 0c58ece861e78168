"""Small outlined pages."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

LINE: dict[str, Any] = {
    "polygon": [[40, 50], [360, 50], [360, 80], [40, 80]],
    "baseline": [[40, 72], [360, 72]],
    "text": "first line",
}
SECOND: dict[str, Any] = {
    "polygon": [[40, 110], [300, 110], [300, 140], [40, 140]],
    "baseline": [[40, 132], [300, 132]],
    "text": "",
}
PRINT_ROWS = slice(220, 232)  # ink that belongs to no line

PAGE_XML = """<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">
<Page imageFilename="p.png" imageWidth="400" imageHeight="300"><TextRegion id="r"><TextLine id="l">
<Coords points="40,50 360,50 360,80 40,80"/><Baseline points="40,72 360,72"/>
</TextLine></TextRegion></Page></PcGts>"""


def write_page(path: Path) -> None:
    """Write the image of a page with two lines of bars and a strip of print."""
    page = np.full((300, 400), 245, np.uint8)
    for line in (LINE, SECOND):
        (x1, y1), (x2, y2) = line["polygon"][0], line["polygon"][2]
        page[y1:y2, x1:x2:6] = page[y1:y2, x1 + 1 : x2 : 6] = 20
    page[PRINT_ROWS, 60:240:4] = 20
    Image.fromarray(page).save(path)


def write_pages(folder: Path, splits: Mapping[str, str]) -> None:
    """Write pages and their lines.json; each is a document of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in splits:
        write_page(folder / name)
    described = {
        name: {"document": name.partition(".")[0], "split": split, "lines": [LINE, SECOND]}
        for name, split in splits.items()
    }
    (folder / "lines.json").write_text(json.dumps(described))
