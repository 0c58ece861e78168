"""The search for costly images: what is drawn, how recipes change, and what is done with the costs."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.benchmarks import costly
from api.benchmarks.costly import DRAW, Recipe, changed, draw, encoded, first_recipes, search
from text_recognizer.images.limits import LIMITS
from text_recognizer.images.loading import load_image

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mode", ["page", "line"])
@pytest.mark.parametrize("kind", DRAW)
def test_every_kind_is_drawn_in_black_on_white(kind: str, mode: Any) -> None:
    recipe = Recipe(kind, mode, 320, 200, 12, 20.0)
    image = draw(recipe)
    assert image.shape == (200, 320)
    assert set(np.unique(image).tolist()) == {0, 255}
    assert np.array_equal(draw(recipe), image)
    assert np.array_equal(load_image(encoded(image)), image)


def test_lines_of_writing_lie_at_the_pitch_and_differ() -> None:
    image = draw(Recipe("writing", "page", 600, 300, 20, 60.0)) < 128
    rows = image.any(axis=1)
    starts = np.flatnonzero(rows & ~np.roll(rows, 1))
    assert len(starts) == 5
    assert set(np.diff(starts).tolist()) == {60}
    assert (image[:60] != image[60:120]).any()


def test_all_first_images_are_legal() -> None:
    for recipe in first_recipes():
        assert max(recipe.width, recipe.height) <= LIMITS.max_side
        assert recipe.width * recipe.height <= LIMITS.max_pixels


def test_one_number_is_changed_within_the_limits() -> None:
    rng, recipe = np.random.default_rng(0), first_recipes()[1]
    for _ in range(100):
        new = changed(recipe, rng, LIMITS)
        assert sum(getattr(new, name) != getattr(recipe, name) for name in vars(recipe)) == 1
        assert new.width * new.height <= LIMITS.max_pixels
        recipe = new


def test_the_search_follows_what_costs_most() -> None:
    def cost_of(recipe: Recipe) -> dict[str, Any]:
        return {"recipe": recipe, "seconds": 1 / recipe.size, "megabytes": recipe.pitch}

    found = search(200, LIMITS, cost_of)
    first = [cost_of(recipe) for recipe in first_recipes()]
    assert len(found) > len(first)
    assert max(each["megabytes"] for each in found) > 4 * max(each["megabytes"] for each in first)
    assert found == search(200, LIMITS, cost_of)  # reproducible


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in /proc")
@pytest.mark.parametrize(("seconds", "status"), [(2.9, 0), (3.1, 1)])
def test_the_costliest_image_counts(
    seconds: float, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    costs = iter([{"seconds": 9.0, "megabytes": 900}] + [{"seconds": seconds, "megabytes": 100}] * 100)
    monkeypatch.setattr(costly, "cost", lambda *_: next(costs))
    assert costly.main(["--steps", "2", "--json", str(tmp_path / "costly.json")]) == status
    result = json.loads((tmp_path / "costly.json").read_text())
    assert result["most_time"][0]["seconds"] == seconds
    assert result["images"] >= len(first_recipes())
