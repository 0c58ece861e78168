"""What can befall a page, by name: functions of the page and of randomness, which leave its text as it is."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from evaluation.robustness import light, shapes
from evaluation.robustness.strengths import STRENGTHS
from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.drawn_pages.papers import PAPERS, printed

CLEAN = "clean"  # the degradation that the others are compared with

Change: TypeAlias = Callable[[GrayImage, np.random.Generator], GrayImage]


@dataclass(frozen=True)
class Degradation:
    """Something that befalls pages.

    ```python
    import numpy as np

    from evaluation.robustness.degradations import DEGRADATIONS

    page = np.full((60, 80), 255, np.uint8)
    print(DEGRADATIONS["margins-3x"].of(page, "page 1").shape)
    ```

    Attributes:
        name: Letters and hyphens.
        what: What it does, in one line.
        change: Returns the page (H', W') made of a page (H, W) and a source of randomness.
        in_place: Whether every pixel of the page stays where it is, so that boxes of lines are still true.
    """

    name: str
    what: str
    change: Change
    in_place: bool = True

    def of(self, image: GrayImage, page_id: str) -> GrayImage:
        """Return the changed page (H', W') of a page (H, W); the same one for the same id."""
        return self.change(image, np.random.default_rng(zlib.crc32(f"{self.name} {page_id}".encode())))


def _fixed(change: Callable[[GrayImage], GrayImage]) -> Change:
    """Return a change that needs no randomness as one that may."""
    return lambda image, _: change(image)


def _turned_either_way(degrees: float, image: GrayImage, rng: np.random.Generator) -> GrayImage:
    """Return a page (H, W) turned to the left or to the right."""
    return shapes.turned(image, degrees if rng.random() < 0.5 else -degrees)


def _photographed(image: GrayImage, rng: np.random.Generator) -> GrayImage:
    """Return a page (H, W) as a telephone sees it: a sheet on a table, not level, in a shadow."""
    page = shapes.on_table(image, 0.06, rng)
    page = light.shadowed(page, 0.3, rng)
    return light.noisy(light.blurred(page, 0.8), 6.0, rng)


def _papers() -> list[Degradation]:
    return [
        Degradation(
            f"{paper}-{strength}",
            f"{paper} paper: {values.share:.0%} of the light taken by rules {values.width_px} px wide",
            partial(_printed, paper, strength),
        )
        for paper in PAPERS
        for strength, values in STRENGTHS.items()
    ]


def _printed(paper: str, strength: str, image: GrayImage, rng: np.random.Generator) -> GrayImage:
    return printed(image, paper, STRENGTHS[strength], rng)


def _moved() -> list[Degradation]:
    """Return what moves the pixels of a page."""
    square = {90: "on its left side", 180: "upside down", 270: "on its right side"}
    changes: list[tuple[str, str, Change]] = [
        ("margins-3x", "blank paper around it: three times as wide and as high", _fixed(_margins)),
        *(
            (f"turned-{degrees}", f"the page lies {how}", _fixed(partial(shapes.turned, degrees=degrees)))
            for degrees, how in square.items()
        ),
        *(
            (f"turned-{degrees}", f"{degrees} degrees to either side", partial(_turned_either_way, degrees))
            for degrees in (10, 20, 30)
        ),
        ("curl", "its middle is lifted by 3 % of the height", _fixed(partial(shapes.curled, share=0.03))),
        (
            "perspective", "its upper edge is shorter by a fifth",
            _fixed(partial(shapes.narrowed, share=0.2)),
        ),
        ("dark-table", "a sheet on a dark table, almost level", lambda i, r: shapes.on_table(i, 0.02, r)),
        ("phone", "a sheet on a table with perspective, shadow, blur and noise", _photographed),
        ("half-size", "half as wide and as high", _fixed(partial(light.reduced, factor=2))),
        ("scan-edge", "a black bar of 3 % left and above", _fixed(partial(light.with_scan_edge, share=0.03))),
    ]  # fmt: skip
    return [Degradation(name, what, change, in_place=False) for name, what, change in changes]


def _margins(image: GrayImage) -> GrayImage:
    return shapes.with_margins(image, 1.0)


def _lit() -> list[Degradation]:
    """Return what leaves pixels where they are and changes their greys."""
    changes: list[tuple[str, str, Change]] = [
        ("shadow", "a soft shadow takes half of the light", lambda i, r: light.shadowed(i, 0.4, r)),
        ("hard-shadow", "a shadow with a hard edge", lambda i, r: light.shadowed(i, 0.0, r)),
        ("blur", "out of focus: Gaussian of 2 px", _fixed(partial(light.blurred, radius_px=2.0))),
        ("noise", "noise with a deviation of 25 greys", lambda i, r: light.noisy(i, 25.0, r)),
        ("faint", "ink with a quarter of its contrast", _fixed(partial(light.faint, contrast=0.25))),
        ("pencil", "a hard pencil: 12 % of its contrast", _fixed(partial(light.faint, contrast=0.12))),
        ("inverted", "white on black", _fixed(light.inverted)),
        ("inverted-line", "one line is white on black", light.with_inverted_line),
        ("grey-line", "one line is white on mid grey", partial(light.with_inverted_line, ground=140)),
        ("jpeg-5", "JPEG of quality 5", _fixed(partial(light.compressed, quality=5))),
        (
            "show-through", "a fifth of the ink of the other side",
            _fixed(partial(light.shown_through, share=0.2)),
        ),
    ]  # fmt: skip
    return [Degradation(name, what, change) for name, what, change in changes]


def _by_name() -> Mapping[str, Degradation]:
    clean = Degradation(CLEAN, "the page as it is", lambda image, _: image)
    return {each.name: each for each in (clean, *_papers(), *_moved(), *_lit())}


DEGRADATIONS = _by_name()
