"""Pictures without any text, in which every line is invented: empty papers, drawings, gradients, noise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from evaluation.robustness import light, shapes
from evaluation.robustness.drawn import TruePage, seeded
from evaluation.robustness.strengths import STRENGTHS
from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.drawn_pages.papers import PAPERS, printed

_SIZE_PX = (1100, 850)  # rows and columns: a sheet at 100 dpi
_PAPER_GRAY = 250

Picture: TypeAlias = Callable[[np.random.Generator], GrayImage]


@dataclass(frozen=True)
class Textless:
    """A kind of pictures without text.

    ```python
    from evaluation.robustness.textless import TEXTLESS

    print(TEXTLESS["gradient"].page(0).load().shape)
    ```

    Attributes:
        name: Letters and hyphens.
        what: What is to be seen, in one line.
        picture: Returns one (H, W) of a source of randomness.
    """

    name: str
    what: str
    picture: Picture

    def page(self, index: int) -> TruePage:
        """Return picture `index` as a page without lines; the same one whenever it is called."""
        page_id = f"{self.name} {index + 1}"
        return TruePage(page_id, (), lambda: self.picture(seeded(page_id)))


def _blank() -> GrayImage:
    """Return white paper, (H, W)."""
    return np.full(_SIZE_PX, _PAPER_GRAY, np.uint8)


def _empty_paper(paper: str, strength: str, rng: np.random.Generator) -> GrayImage:
    return printed(_blank(), paper, STRENGTHS[strength], rng)


def _plain(rng: np.random.Generator) -> GrayImage:
    """Return an empty sheet (H, W) as a scanner sees it, with some noise."""
    return light.noisy(_blank(), 4.0, rng)


def _on_table(rng: np.random.Generator) -> GrayImage:
    return shapes.on_table(_blank(), 0.08, rng)


def _forms(rng: np.random.Generator) -> GrayImage:
    """Return a drawing (H, W) of circles, boxes and strokes, wide and thin, filled and empty."""
    picture = Image.fromarray(_blank())
    pen = ImageDraw.Draw(picture)
    height, width = _SIZE_PX
    for _ in range(int(rng.integers(6, 15))):
        x, y = rng.uniform(0, 0.9 * width), rng.uniform(0, 0.9 * height)
        box = (x, y, x + rng.uniform(30, 300), y + rng.uniform(30, 300))
        ink, thick = int(rng.integers(0, 150)), int(rng.integers(2, 9))
        kind = int(rng.integers(4))
        if kind == 0:
            pen.ellipse(box, outline=ink, width=thick)
        elif kind == 1:
            pen.rectangle(box, outline=ink, width=thick)
        elif kind == 2:
            pen.ellipse(box, fill=ink)
        else:
            pen.line(box, fill=ink, width=thick)
    return np.asarray(picture)


def _curves(rng: np.random.Generator) -> GrayImage:
    """Return a drawing (H, W) of long thin curves, such as mountains, plants or a graph have."""
    picture = Image.fromarray(_blank())
    pen = ImageDraw.Draw(picture)
    height, width = _SIZE_PX
    along = np.linspace(0, 1, 60)
    for _ in range(int(rng.integers(3, 9))):
        waves = [rng.normal(0, 60 / n) * np.sin(n * np.pi * along + rng.uniform(0, 6)) for n in range(1, 6)]
        rows = rng.uniform(0.1, 0.9) * height + np.sum(waves, axis=0)
        points = zip((along * width).tolist(), rows.tolist(), strict=True)
        pen.line(list(points), fill=int(rng.integers(0, 120)), width=int(rng.integers(2, 5)), joint="curve")
    return np.asarray(picture)


def _gradient(rng: np.random.Generator) -> GrayImage:
    """Return greys (H, W) that grow along a random direction."""
    down, right = (np.linspace(0, rng.uniform(-1, 1), side) for side in _SIZE_PX)
    greys = down[:, None] + right
    return np.asarray(np.rint(255 * (greys - greys.min()) / np.ptp(greys)), np.uint8)


def _noise(rng: np.random.Generator) -> GrayImage:
    """Return noise (H, W) in grey values, each pixel by itself."""
    return rng.integers(0, 256, _SIZE_PX, np.uint8)


def _scenery(rng: np.random.Generator) -> GrayImage:
    """Return patches of all sizes (H, W): photographs have contrast at all scales too."""
    height, width = _SIZE_PX
    greys = np.zeros(_SIZE_PX, np.float32)
    for cells in (3, 6, 12, 24, 48, 96):
        patch = Image.fromarray(rng.standard_normal((cells, cells)).astype(np.float32))
        greys += np.asarray(patch.resize((width, height), Image.Resampling.BICUBIC)) * (3 / cells) ** 0.5
    return np.asarray(np.rint(255 * (greys - greys.min()) / np.ptp(greys)), np.uint8)


def _stains(rng: np.random.Generator) -> GrayImage:
    """Return paper (H, W) with soft stains and specks."""
    picture = Image.fromarray(_blank())
    pen = ImageDraw.Draw(picture)
    height, width = _SIZE_PX
    for radius in (1 + rng.exponential(8, 60)).tolist():
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=int(rng.integers(90, 230)))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(1.5)))


def _by_name() -> Mapping[str, Textless]:
    papers = [
        Textless(
            f"empty-{paper}-{strength}", f"empty {paper} paper, {strength}",
            partial(_empty_paper, paper, strength),
        )
        for paper in PAPERS
        for strength in STRENGTHS
    ]  # fmt: skip
    others = [
        Textless("empty-plain", "an empty sheet with the noise of a scanner", _plain),
        Textless("empty-on-table", "an empty sheet on a dark table", _on_table),
        Textless("empty-stained", "an empty sheet with stains and specks", _stains),
        Textless("shapes", "circles, boxes and strokes", _forms),
        Textless("curves", "long thin curves", _curves),
        Textless("gradient", "greys that grow in one direction", _gradient),
        Textless("pixel-noise", "each pixel of a random grey", _noise),
        Textless("scenery", "patches of all sizes, as photographs have", _scenery),
    ]
    return {each.name: each for each in (*papers, *others)}


TEXTLESS = _by_name()
