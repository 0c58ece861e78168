"""The line segmentation of kraken behind a pipe; see `rapidocr_worker`.

It runs in any Python that has the package kraken, with the segmentation model in the package, on one thread.
The answer for a page is JSON: the outlines of its lines, lists of x and y.
"""

import contextlib
import importlib
import importlib.metadata
import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image

if __package__:
    from evaluation.rivals.rapidocr_worker import serve
else:  # another Python runs this file, which imports nothing of the project but its neighbour
    sys.path.insert(0, str(Path(__file__).parent))
    from rapidocr_worker import serve  # type: ignore[import-not-found,no-redef]


def outlines(segment: Any, path: str) -> str:
    """Return the outlines of the lines of a page as JSON; a line without one has none."""
    with Image.open(path) as image:
        found = segment(image.convert("RGB")).lines
    return json.dumps([[[int(x), int(y)] for x, y in line.boundary] for line in found if line.boundary])


def main() -> None:
    """Load the model and answer until the pipe ends."""
    out = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):  # whatever the package prints
        importlib.import_module("torch").set_num_threads(1)
        segment = importlib.import_module("kraken.blla").segment
        version = f"kraken {importlib.metadata.version('kraken')}"
        serve(lambda paths: [outlines(segment, path) for path in paths], version, out)


if __name__ == "__main__":
    main()
