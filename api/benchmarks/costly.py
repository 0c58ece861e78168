"""Searches for the legal images that cost most: `python -m api.benchmarks.costly [--steps N]`; Linux only.

It begins with pages of many lines, noise, tiny strokes, bars and extreme shapes, and goes on with changes of
the costliest of them. All are read by the shipped models with the limits and the budget of the service.
"""

import argparse
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from api.benchmarks.report import benchmark_parser, finish
from api.config import ApiConfig
from api.models import load_models
from api.recognition import Mode, Reader, read
from text_recognizer.arrays import GrayImage, Mask
from text_recognizer.budget import Budget
from text_recognizer.images.limits import ImageLimits
from text_recognizer.inference.memory import return_fragments
from text_recognizer.tooling.command import run_command

MAX_SECONDS, MAX_MEGABYTES = 3.0, 250  # of the processor, and above what the process has before
SHOWN = 10  # the costliest images in the result
FACTORS = (0.5, 0.7, 0.85, 1.2, 1.5, 2.0)  # by which one number of a recipe is changed
WORDS = "the quick brown fox jumps over a lazy dog, and writes 1234 letters to Mr Smith in the garden"
# Width, height, size of what is drawn, and distance; noise has no size.
STARTS: dict[str, list[tuple[int, int, int, float]]] = {
    "writing": [(3000, 3000, 18, 20), (5000, 5000, 44, 50), (1000, 20_000, 36, 40), (20_000, 1250, 32, 36)],
    "noise": [(5000, 5000, 1, 10), (3000, 3000, 1, 2), (1250, 20_000, 3, 8)],
    "strokes": [(3000, 3000, 12, 30), (5000, 5000, 20, 25), (20_000, 1250, 9, 15)],
    "bars": [(3000, 3000, 3, 10), (5000, 5000, 30, 60), (20_000, 1250, 10, 30)],
    "checks": [(5000, 5000, 1, 2), (5000, 5000, 40, 80)],
}
LINES: list[tuple[int, int, int, float]] = [(20_000, 64, 48, 60), (20_000, 300, 220, 290), (4096, 64, 4, 12)]


@dataclass(frozen=True)
class Recipe:
    """How an image is drawn, and whether it is read as a page or as a line.

    ```python
    from api.benchmarks.costly import Recipe, draw

    print(draw(Recipe("writing", "page", 300, 200, 20, 24.0)).shape)
    ```

    Attributes:
        kind: What is drawn: a key of `DRAW`.
        mode: As what it is read.
        width: In pixels.
        height: In pixels.
        size: Of letters, grains, strokes, bars or checks, in pixels.
        pitch: Distance of one to the next, in pixels.
    """

    kind: str
    mode: Mode
    width: int
    height: int
    size: int
    pitch: float


WARM_UP = Recipe("writing", "page", 600, 400, 24, 40.0)


def first_recipes() -> list[Recipe]:
    """Return the images that the search begins with."""
    pages = [Recipe(kind, "page", *numbers) for kind, each in STARTS.items() for numbers in each]
    return pages + [Recipe(kind, "line", *each) for kind in ("writing", "bars") for each in LINES]


def draw(recipe: Recipe) -> GrayImage:
    """Return the image (H, W), black on white."""
    return np.where(DRAW[recipe.kind](recipe), 0, 255).astype(np.uint8)


def _writing(recipe: Recipe) -> Mask:
    """Return lines of writing, each shifted against the one above, so that none is equal to another."""
    strip = _line_of_writing(min(recipe.width, 20_000), max(6, recipe.size))
    page = np.zeros((recipe.height, recipe.width), np.bool_)
    for number, top in enumerate(_steps(recipe.height, recipe.pitch)):
        height = min(len(strip), recipe.height - top)
        page[top : top + height] |= np.roll(strip, 97 * number, axis=1)[:height, : recipe.width]
    return page


@cache
def _line_of_writing(width: int, size: int) -> Mask:
    """Return a line (h, width) of words."""
    font = ImageFont.load_default(size)
    repeated = f"{WORDS} " * (2 + int(width / font.getlength(WORDS)))
    image = Image.new("L", (width, int(1.4 * size)))
    ImageDraw.Draw(image).text((2, 0), repeated, 255, font)
    return np.asarray(image) > 127


def _noise(recipe: Recipe) -> Mask:
    """Return grains of `size`, one in `pitch` of them black."""
    rows, columns = (-(-side // recipe.size) for side in (recipe.height, recipe.width))
    grains = np.random.default_rng(0).random((rows, columns), np.float32) < 1 / max(1.0, recipe.pitch)
    return grains.repeat(recipe.size, 0).repeat(recipe.size, 1)[: recipe.height, : recipe.width]


def _strokes(recipe: Recipe) -> Mask:
    """Return short strokes in any direction, one in each field of `pitch` x `pitch`."""
    rng = np.random.default_rng(0)
    image = Image.new("1", (recipe.width, recipe.height))
    pen = ImageDraw.Draw(image)
    count = min(200_000, int(recipe.width * recipe.height / max(2.0, recipe.pitch) ** 2))
    starts = rng.integers(0, (recipe.width, recipe.height), (count, 2))
    ends = starts + rng.integers(-recipe.size, recipe.size + 1, (count, 2))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        pen.line((*start, *end), fill=1, width=max(1, recipe.size // 8))
    return np.asarray(image)


def _bars(recipe: Recipe) -> Mask:
    """Return bars along a page's rows, or along a line's columns."""
    length = recipe.height if recipe.mode == "page" else recipe.width
    bar = np.arange(length) % max(2.0, recipe.pitch) < recipe.size
    bars = bar[:, None] if recipe.mode == "page" else bar[None]
    return np.broadcast_to(bars, (recipe.height, recipe.width))


def _checks(recipe: Recipe) -> Mask:
    """Return squares of `size` like those of a board."""
    rows, columns = (np.arange(side)[:, None] // recipe.size % 2 for side in (recipe.height, recipe.width))
    return np.asarray(rows != columns.T)


def _steps(length: int, pitch: float) -> Iterator[int]:
    at = 0.0
    while at < length - 1:
        yield int(at)
        at += max(2.0, pitch)


DRAW: dict[str, Callable[[Recipe], Mask]] = {
    "writing": _writing,
    "noise": _noise,
    "strokes": _strokes,
    "bars": _bars,
    "checks": _checks,
}


def changed(recipe: Recipe, rng: np.random.Generator, limits: ImageLimits) -> Recipe:
    """Return a recipe of which one number differs; the image is still within the limits."""
    while True:
        name, factor = rng.choice(["width", "height", "size", "pitch"]), float(rng.choice(FACTORS))
        value = getattr(recipe, name) * factor
        number = value if name == "pitch" else max(1, round(value))
        new = replace(recipe, **{name: number})
        sides = new.width, new.height
        if new != recipe and max(sides) <= limits.max_side and sides[0] * sides[1] <= limits.max_pixels:
            return new


def encoded(image: GrayImage) -> bytes:
    """Return an image (H, W) of black and white as a PNG of 1 bit."""
    buffer = io.BytesIO()
    Image.fromarray(image).convert("1", dither=Image.Dither.NONE).save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def cost(recipe: Recipe, readers: dict[Mode, Reader], config: ApiConfig) -> dict[str, Any]:
    """Return what reading the image costs, in seconds of the processor and megabytes, and what was read."""
    data = encoded(draw(recipe))
    if len(data) > config.image_limits.max_bytes:
        return {"seconds": 0.0, "megabytes": 0.0}  # refused
    # A worker at rest, whose pages are there: the kernel may have taken those of models that were not needed.
    read(readers[recipe.mode], encoded(draw(WARM_UP)), config.image_limits)
    return_fragments()  # what is kept between images would hide what this one takes
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    before, start = _megabytes("VmRSS"), time.process_time()
    budget = Budget(config.search_seconds, config.max_seconds, clock=time.process_time)
    page = read(readers[recipe.mode], data, config.image_limits, budget).page
    return {
        **asdict(recipe),
        "bytes": len(data),
        "lines": len(page.lines),
        "complete": page.complete,
        "seconds": round(time.process_time() - start, 2),
        "megabytes": round(_megabytes("VmHWM") - before),
    }


def _megabytes(figure: str) -> float:
    found = re.search(rf"{figure}:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found.group(1)) / 1024 if found else 0.0


def search(
    steps: int, limits: ImageLimits, cost_of: Callable[[Recipe], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the cost of the first recipes and of `steps` changes of the costliest ones known so far.

    Args:
        steps: Every second change is of the image that takes most time, the others of that with most memory.
        limits: Of an image.
        cost_of: Returns the cost of an image, with the fields `seconds` and `megabytes`.
    """
    rng = np.random.default_rng(0)
    known = {recipe: cost_of(recipe) for recipe in first_recipes()}
    for step in range(steps):
        figure = ("seconds", "megabytes")[step % 2]
        costliest = sorted(known, key=lambda each: known[each][figure])[-3:]
        recipe = changed(costliest[int(rng.integers(3))], rng, limits)
        if recipe not in known:
            known[recipe] = cost_of(recipe)
    return list(known.values())


def run_benchmark(options: argparse.Namespace) -> None:
    """Search, write the result and check the goals.

    Raises:
        MissedGoalError: If an image costs too much.
    """
    config = ApiConfig()
    models = load_models([], config.threads)
    readers: dict[Mode, Reader] = {mode: models.reader(mode) for mode in ("page", "line")}
    cost(WARM_UP, readers, config)  # what is allocated once
    costs = search(options.steps, config.image_limits, lambda recipe: cost(recipe, readers, config))
    seconds = sorted(costs, key=lambda each: -each["seconds"])
    megabytes = sorted(costs, key=lambda each: -each["megabytes"])
    result = {"images": len(costs), "most_time": seconds[:SHOWN], "most_memory": megabytes[:SHOWN]}
    goals = {
        f"no legal image takes more than {MAX_SECONDS:g} s of the processor": seconds[0]["seconds"]
        <= MAX_SECONDS,
        f"none takes more than {MAX_MEGABYTES} MB": megabytes[0]["megabytes"] <= MAX_MEGABYTES,
    }
    finish("costly", result, goals, options.json)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--steps", type=int, default=60, help="changes that are tried (default: %(default)s)")
    return run_command(parser, run_benchmark, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
