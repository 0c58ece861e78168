"""What is compiled makes of pixels what NumPy makes, to the last bit; it is compiled here, if it can be."""

import dataclasses
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from text_recognizer.arrays import InkMap, Mask, Reals
from text_recognizer.geometry import Region
from text_recognizer.images import twin
from text_recognizer.images.components import Components, connected_components, horizontal_runs
from text_recognizer.images.ink import ink_map, inked_rows_and_columns
from text_recognizer.kinds.features import _directions, _runs
from text_recognizer.kinds.textness import strokes_of
from text_recognizer.layout.crops import LineCrop, _sample_rows, crop_line
from text_recognizer.layout.kernels import kernel_map
from text_recognizer.layout.lines import TextLine, find_lines
from text_recognizer.layout.outlines import _straight_edge, outline
from text_recognizer.preparation.skew import _sharpness
from text_recognizer.preprocessing.slope_slant import _best_shear, _gathered, _upright
from text_recognizer.tests.compiling import compiled_extension

pytestmark = [pytest.mark.process, pytest.mark.slow]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return compiled_extension("text_recognizer.images.compiled._pixels", tmp_path_factory.mktemp("twin"))


Both = Callable[..., None]


@pytest.fixture
def both(compiled: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Both:
    """Returns what compares the result of a function in C with that in NumPy."""

    def compare(function: Callable[..., Any], *arguments: Any) -> None:
        monkeypatch.setattr(twin, "_pixels", None)
        expected = function(*arguments)
        monkeypatch.setattr(twin, "_pixels", compiled)
        found = function(*arguments)
        for one, other in zip(_arrays(found), _arrays(expected), strict=True):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)

    return compare


def _arrays(result: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yields all numbers in a result, whatever holds them."""
    if dataclasses.is_dataclass(result):
        result = tuple(getattr(result, field.name) for field in dataclasses.fields(result))
    if isinstance(result, tuple):
        for each in result:
            yield from _arrays(each)
    else:
        yield np.asarray(result)


def masks() -> Iterator[Mask]:
    """Yields masks of all densities and sizes, also without pixels, and some with long runs and gaps."""
    rng = np.random.default_rng(0)
    for shape in ((0, 5), (1, 1), (1, 40), (40, 1), (17, 23), (64, 200)):
        for density in (0.0, 0.02, 0.3, 0.6, 0.98, 1.0):
            mask = rng.random(shape) < density
            yield mask
            yield np.repeat(mask, 13, axis=1)
            yield mask.T


def test_runs_and_components_are_the_same(both: Both) -> None:
    for mask in masks():
        both(horizontal_runs, mask)
        both(connected_components, mask)


def test_what_is_told_of_components_is_the_same(both: Both) -> None:
    rng = np.random.default_rng(1)

    def told(mask: Mask) -> tuple[Any, ...]:
        components: Components = connected_components(mask)
        values = np.random.default_rng(2).normal(size=mask.shape).astype(np.float32)
        kept = values.copy()
        components.erase(np.arange(components.count) % 3 == 1, kept)
        painted = components.paint(np.arange(components.count) * 7 % 5)
        return components.boxes(), components.maxima(values), components.paint(), painted, kept

    for mask in masks():
        both(told, mask)
    both(told, rng.random((300, 400)) < 0.4)


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (40, 40), (260, 700), (900, 333)])
def test_ink_is_the_same(shape: tuple[int, int], both: Both) -> None:
    rng = np.random.default_rng(shape[0])
    page = rng.normal(200, 9, shape) - 100 * (rng.random(shape) < 0.1) - np.arange(shape[1]) / 20
    image = np.clip(page, 0, 255).astype(np.uint8)
    both(ink_map, image)
    both(ink_map, 255 - image)
    both(ink_map, image[::2, ::3])


def test_shears_gather_the_same(both: Both) -> None:
    rng = np.random.default_rng(3)
    for points in (1, 2, 50, 3000):
        position, along = (rng.uniform(low, 200, points).astype(np.float32) for low in (0, -200))
        both(_gathered, position, along, np.linspace(-1.4, 1.4, 15))
        both(_best_shear, position, along, 0.14, 0.01)


def test_rows_are_shifted_the_same(both: Both) -> None:
    rng = np.random.default_rng(9)
    for shape in ((1, 1), (2, 1), (9, 2), (64, 300), (127, 31)):
        ink = rng.random(shape).astype(np.float32)
        for slant in (-1.5, -0.4, 0.1, 0.3, 1.0, 1.5):
            both(_upright, ink, slant)


def test_turned_rows_are_as_sharp(both: Both) -> None:
    rng = np.random.default_rng(4)
    for points in (1, 30, 5000):
        x, y = rng.uniform(0, 600, (2, points)).round()
        both(_sharpness, x, y, np.arange(-32.0, 33.0))


def test_rows_are_sampled_the_same(both: Both) -> None:
    rng = np.random.default_rng(5)
    ink = rng.random((60, 200)).astype(np.float32)
    for bow in (0.0, 0.0031):
        for middle in (-3.7, 0.0, 30.25, 57.0, 61.0):
            columns = np.arange(20, 180)
            middles = middle + 0.07 * columns + bow * (columns - 100) ** 2
            both(_sample_rows, ink, np.arange(-9.0, 12.0), middles, 20)


def lines() -> Iterator[InkMap]:
    """Yields ink of lines, also blank and without pixels."""
    rng = np.random.default_rng(6)
    for shape in ((0, 7), (7, 0), (1, 1), (3, 500), (90, 61), (120, 700)):
        for share in (0.0, 0.1, 1.0):
            ink = rng.random(shape).astype(np.float32)
            ink[rng.random(shape) >= share] = 0
            yield ink


def test_what_is_measured_of_lines_is_the_same(both: Both) -> None:
    for ink in lines():
        both(inked_rows_and_columns, ink, 0.5)
        both(strokes_of, ink)
        if ink.size:
            both(_outline, ink)


def test_directions_and_lengths_are_the_same(both: Both) -> None:
    for ink in lines():
        if ink.size:
            both(_directions, ink)
        for upright in (False, True):
            both(_runs, ink > 0.5, upright)


def _outline(ink: InkMap) -> tuple[Reals, Reals]:
    """Returns the reaches of the ink (h, w) of a line, counted in pixels of a page of twice the size."""
    line = TextLine(Region(0, 0, 100, 40), slope=0.0, middle=20.0, above=20.0, below=20.0)
    found = outline(LineCrop(ink, top=-9), 0, line, 2)
    return found.tops, found.bottoms


def test_edges_are_the_same(both: Both) -> None:
    rng = np.random.default_rng(7)
    for points in (1, 2, 30, 900):
        x = np.sort(rng.uniform(-400, 400, points))
        for reach in (1.0, 5.4):
            both(_straight_edge, x, 30 + 0.02 * x + rng.normal(0, 4, points).round(), reach)


def test_crops_of_lines_are_the_same(both: Both) -> None:
    rng = np.random.default_rng(8)
    for bent in (False, True):
        lines = [[20, 30 * row + 10, 280, 30 * row + 34] for row in range(6)]
        labels = np.zeros((200, 300), np.uint8)
        rows, columns = np.indices(labels.shape)
        for number, (x1, y1, x2, y2) in enumerate(lines):
            bow = 4 * ((columns - 150) / 130) ** 2 if bent else 0.04 * columns
            inside = (columns >= x1) & (columns < x2) & (rows - bow >= y1) & (rows - bow < y2 - 4)
            labels[inside] = 1 + number % 2
        layout = find_lines(kernel_map(labels), 0.5, (400, 600))
        assert len(layout.lines) == len(lines)
        grain = rng.random((400, 600)).astype(np.float32)
        smooth = (
            grain + np.roll(grain, 1, axis=0) + np.roll(grain, 1, axis=1) + np.roll(grain, 2, axis=1)
        ) / 4
        ink = np.clip(6 * (smooth - 0.5), 0, 1)
        for index in range(len(lines)):
            both(crop_line, ink, layout, index)
            both(crop_line, ink, layout.reduced(2), index)


def test_arrays_that_do_not_fit_are_refused(compiled: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twin, "_pixels", compiled)
    mask, values = np.ones((4, 6), bool), np.ones((4, 6), np.float32)
    runs = twin.find_runs(mask)
    labels, one = np.zeros(4, np.int64), np.ones(4, np.float32)
    beyond = (runs[0], runs[1], runs[2] + 1)

    def owners_of(offsets: Reals, middles: Reals, width: int = 2) -> object:
        maps = np.zeros((2, 2), np.int32), np.zeros((2, width), np.uint8)
        return twin.run_owners(runs, mask.shape, offsets, middles, 0, maps, 0.5, (0, 0, 9, 1.0, 1.0))

    calls: list[Callable[[], object]] = [
        lambda: compiled.find(mask, 5, 6, *runs),
        lambda: compiled.find(mask, -4, -6, *runs),
        lambda: compiled.find(mask, 4, 6, runs[0], runs[1], runs[2][:2].copy()),
        lambda: twin.label_runs(beyond, mask.shape),
        lambda: twin.label_runs(runs, (3, 6)),
        lambda: twin.component_boxes(runs, mask.shape, labels + 1, 1),
        lambda: twin.component_boxes(runs, mask.shape, labels[:3], 1),
        lambda: twin.component_maxima(runs, mask.shape, labels - 1, 1, values),
        lambda: twin.component_maxima(runs, mask.shape, labels, 1, values[:3]),
        lambda: twin.paint_runs(beyond, mask.shape, labels),
        lambda: twin.erase_runs(runs, mask.shape, np.ones(3, bool), values),
        lambda: twin.erase_runs((runs[0] - 1, *runs[1:]), mask.shape, np.ones(4, bool), values),
        lambda: twin.gathered(one, one[:3], one, 2.0),
        lambda: twin.gathered(one, one, one, np.inf),
        lambda: twin.gathered(one, 99 * one, one, 2.0),
        lambda: twin.gathered(np.nan * one, one, one, 2.0),
        lambda: twin.shift_rows(values, 1.0, 1),
        lambda: twin.shift_rows(values, np.nan, 1),
        lambda: twin.shift_rows(values[:, :0], 0.0, 1),
        lambda: twin.sharpness(one, one, one, one[:3], 2.0),
        lambda: twin.sharpness(99 * one, one, one, one, 2.0),
        lambda: twin.darkness(np.ones((4, 6), np.uint8), values[:2], labels + 2, one, 32.0),
        lambda: twin.darkness(np.ones((4, 6), np.uint8), values[:2], labels[:3], one, 32.0),
        lambda: twin.sample_rows(values, 0, 3, np.zeros(5), 2),
        lambda: twin.sample_rows(values, 0, 3, np.full(5, np.nan), 0),
        lambda: twin.sample_rows(values, 0, 3, np.full(5, 1e300), 0),
        lambda: twin.sample_rows(values[:0], 0, 3, np.zeros(5), 0),
        lambda: compiled.inked(values, 4, 6, 0.5, labels[:3], mask[0]),
        lambda: compiled.reach(values, 4, 6, 0.5, np.zeros(6, np.int32), np.zeros(5, np.int32)),
        lambda: compiled.strokes(values, 5, 6, 0.5, labels),
        lambda: twin.edge_directions(values[:2].copy(), 0.1, one, one),
        lambda: twin.edge_directions(values, 0.1, one, one[:3].copy()),
        lambda: twin.run_lengths(mask, True, labels[:0]),
        lambda: compiled.lengths(mask, 4, 5, True, labels, labels.copy()),
        lambda: twin.straight_edge(np.zeros(0), np.zeros(0), 0.1, 2, 3),
        lambda: twin.straight_edge(np.zeros(3), np.zeros(2), 0.1, 2, 3),
        lambda: twin.straight_edge(np.zeros(3), np.array([0, 1, 1e300]), 0.1, 2, 3),
        lambda: owners_of(np.zeros(3), np.zeros(6)),
        lambda: owners_of(np.zeros(4), np.zeros(5)),
        lambda: owners_of(np.zeros(4), np.zeros(6), width=3),
        lambda: twin.own_runs(runs, mask.shape, labels + 1, 1, labels, mask[0, :4], 0),
        lambda: twin.own_runs(runs, mask.shape, labels, 1, labels, mask[0, :3], 0),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="do not fit each other"):
            call()


def test_an_older_build_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, installed in ((None, False), ("older", False), ("same", True)):
        built = module and ModuleType("_pixels")
        if isinstance(built, ModuleType):
            built.VERSION = twin.VERSION - (module == "older")  # type: ignore[attr-defined]
        monkeypatch.setattr(twin, "_pixels", built)
        assert twin.is_installed() == installed
