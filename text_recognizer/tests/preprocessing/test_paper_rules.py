import numpy as np
import pytest
from PIL import Image, ImageDraw

from text_recognizer.arrays import InkMap
from text_recognizer.budget import Budget
from text_recognizer.preprocessing import paper_rules
from text_recognizer.preprocessing.paper_rules import remove_rules
from text_recognizer.preprocessing.rule_tracing import Rule

SHAPE = (400, 900)


def writing(shape: tuple[int, int] = SHAPE, rows: int = 4) -> InkMap:
    """Return ink with rows of loops and slanted strokes, three pixels wide, like letters."""
    image = Image.new("L", shape[::-1], 0)
    draw = ImageDraw.Draw(image)
    for row in range(rows):
        y = 40 + row * (shape[0] - 60) // rows
        for x in range(40, shape[1] - 60, 44):
            draw.ellipse((x, y, x + 22, y + 26), outline=255, width=3)
            draw.line((x + 36, y - 18, x + 26, y + 26), fill=255, width=3)
    return np.asarray(image, np.float32) / np.float32(255)


def with_rules(
    ink: InkMap, thickness: int, strength: float, slope: float = 0.0, bend: float = 0.0, step: int = 60
) -> tuple[InkMap, InkMap]:
    """Return ink below which horizontal rules lie, and the rules."""
    height, width = ink.shape
    columns = np.arange(width)
    rules = np.zeros_like(ink)
    for top in range(25, height, step):
        rows = top + slope * columns + bend * np.sin(columns / 200)
        for offset in range(thickness):
            y = np.rint(rows).astype(int) + offset
            inside = (y >= 0) & (y < height)
            rules[y[inside], columns[inside]] = strength
    return np.maximum(ink, rules), rules


def left_and_lost(cleaned: InkMap, ink: InkMap, rules: InkMap) -> tuple[float, float]:
    """Return the share of the bare rules that is left, and of the strokes that is lost."""
    bare = (rules > 0) & (ink == 0)
    strokes = ink > 0.5
    return float((cleaned[bare] > 0.08).mean()), float((cleaned[strokes] <= 0.08).mean())


@pytest.mark.parametrize("strength", [0.12, 0.4, 1.0])
@pytest.mark.parametrize("thickness", [1, 2, 4, 6])
@pytest.mark.parametrize(("slope", "bend"), [(0.0, 0.0), (0.03, 0.0), (-0.02, 4.0)])
def test_rules_go_and_strokes_stay(strength: float, thickness: int, slope: float, bend: float) -> None:
    ink = writing()
    page, rules = with_rules(ink, thickness, strength, slope, bend)
    left, lost = left_and_lost(remove_rules(page), ink, rules)
    assert left < 0.12
    assert lost < 0.06


def test_rules_so_faint_that_grain_breaks_them_go() -> None:
    ink = writing()
    page, rules = with_rules(ink, 1, 0.1, step=45)
    grain = np.random.default_rng(0).normal(0, 0.02, SHAPE).astype(np.float32)
    left, lost = left_and_lost(remove_rules(np.where(page > 0, np.clip(page + grain, 0, 1), 0)), ink, rules)
    assert left < 0.02
    assert lost < 0.02


def test_stronger_ink_is_looked_at_only_where_it_shows_more_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []

    def seen(ink: InkMap, *_: object, **__: object) -> list[Rule]:
        looks.append(float(ink.max()))
        return []

    monkeypatch.setattr(paper_rules, "trace_rules", seen)
    remove_rules(writing())
    assert looks == [1, 1]  # level and upright
    remove_rules(with_rules(writing(), 1, 0.06, step=45)[0])
    assert looks[2:] == pytest.approx([1, 1, 1.6, 1.6])


@pytest.mark.parametrize("strength", [0.15, 1.0])
@pytest.mark.parametrize("thickness", [1, 3])
def test_squares_go_and_strokes_stay(strength: float, thickness: int) -> None:
    ink = writing((700, 900), 8)
    level, level_rules = with_rules(ink, thickness, strength, step=37)
    upright, upright_rules = with_rules(level.T, thickness, strength, step=37)
    rules = np.maximum(level_rules, upright_rules.T)
    left, lost = left_and_lost(remove_rules(upright.T), ink, rules)
    assert left < 0.12
    assert lost < 0.1


@pytest.mark.parametrize("shape", [(700, 900), (520, 1000)])
@pytest.mark.parametrize(("strength", "width", "step"), [(0.3, 1.6, 36.0), (0.7, 2.8, 41.0)])
@pytest.mark.parametrize("turned", [False, True])
def test_triangles_go_and_strokes_stay(
    shape: tuple[int, int], strength: float, width: float, step: float, turned: bool
) -> None:
    ink = writing(shape, 6)
    rows, columns = np.indices(shape).astype(np.float64)
    down, right = (columns, rows) if turned else (rows, columns)
    half, long = 0.5, np.sqrt(3) / 2
    distances = [
        np.abs((place + 0.01 * down) % step - step / 2)
        for place in (right, half * right + long * down, half * right - long * down)
    ]
    rules = (strength * np.clip(width / 2 + 0.5 - np.min(distances, axis=0), 0, 1)).astype(np.float32)
    # Printed below the ink, which is seen through it: dark on dark is darker.
    left, lost = left_and_lost(remove_rules(1 - (1 - 0.9 * ink) * (1 - rules)), ink, rules)
    assert left < 0.06
    assert lost < 0.08


def test_rules_end_where_the_page_ends() -> None:
    ink = np.zeros((419, 639), np.float32)
    ink[20::36] = ink[21::36] = 0.6
    ink[:, 15::36] = ink[:, 16::36] = 0.6
    assert not remove_rules(ink).any()


def test_a_stroke_goes_on_across_a_rule() -> None:
    ink = np.zeros((200, 800), np.float32)
    ink[100:104] = 0.7
    ink[80:130, 300:304] = 0.75
    cleaned = remove_rules(ink)
    assert cleaned[80:130, 301].all()
    assert not cleaned[100:104, 320:].any()


def test_writing_seen_through_rules_is_as_strong_as_beside_them() -> None:
    ink = 0.7 * writing()
    _, rules = with_rules(ink, 3, 0.75, slope=0.01)
    cleaned = remove_rules(1 - (1 - ink) * (1 - rules))
    bare, covered = (ink == 0) & (rules > 0), (ink > 0) & (rules > 0)
    assert (cleaned[bare] > 0.08).mean() < 0.05
    assert np.abs(cleaned[covered] - ink[covered]).mean() < 0.1


def test_strokes_as_strong_as_rules_are_not_weakened() -> None:
    ink = writing()
    page, rules = with_rules(ink, 3, 0.95)
    cleaned = remove_rules(page)
    covered = (ink == 1) & (rules > 0) & (cleaned > 0)
    assert (cleaned[covered] == 1).all()


def test_what_has_no_rules_is_returned_itself() -> None:
    ink = writing()
    assert remove_rules(ink) is ink


def test_a_word_that_is_underlined_stays_so() -> None:
    ink = writing()
    ink[100:103, 200:420] = 1
    assert remove_rules(ink) is ink


def test_upright_strokes_of_a_line_are_no_rules() -> None:
    ink = np.zeros((90, 900), np.float32)
    ink[5:85, 20:880:30] = 1
    ink[5:85, 21:880:30] = 1
    assert remove_rules(ink) is ink


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (64, 64)])
def test_pages_of_any_shape_can_be_blank(shape: tuple[int, int]) -> None:
    assert not remove_rules(np.zeros(shape, np.float32)).any()
    assert remove_rules(np.ones(shape, np.float32)).shape == shape


def test_a_board_of_squares_has_no_rules() -> None:
    rows, columns = np.indices((400, 400)) // 40 % 2
    ink = (rows == columns).astype(np.float32)
    assert remove_rules(ink) is ink


@pytest.mark.parametrize("upright", [False, True])
def test_rules_stay_if_the_budget_ends_and_no_more_of_them_are_looked_at(upright: bool) -> None:
    ink = np.zeros((600, 600), np.float32)
    ink[10::20] = 0.4
    if upright:
        ink = ink.T
    looks = 0

    def clock() -> float:
        """Count how often the budget is looked at: a second each time."""
        nonlocal looks
        looks += 1
        return float(looks)

    assert remove_rules(ink, Budget(seconds=1000.0, clock=clock)) is not ink  # 30 rules, few hundred looks
    looks = 0
    budget = Budget(seconds=20.0, clock=clock)
    assert remove_rules(ink, budget) is ink
    assert budget.unprepared
    assert looks < 30  # of the second half of the rules none was followed
