import numpy as np

from text_recognizer.arrays import InkMap
from text_recognizer.preprocessing.rule_ink import bridge, cover, explain, lighten, take_back
from text_recognizer.preprocessing.rule_tracing import Rule, trace_rules


def ruled(strength: float, stroke: float) -> tuple[InkMap, Rule]:
    """Return ink of a rule in rows 30 to 32 with a stroke in columns 200 to 202, and the rule."""
    ink = np.zeros((60, 400), np.float32)
    ink[30:33] = strength
    (rule,) = trace_rules(ink)
    ink[20:45, 200:203] = 1 - (1 - stroke) * (1 - ink[20:45, 200:203])
    return ink, rule


def test_a_rule_covers_the_rows_that_it_inks() -> None:
    ink, rule = ruled(0.5, 0.8)
    band = np.zeros(ink.shape, bool)
    assert cover(ink, rule, band) == 1
    assert band[30:33].all()
    assert not band[:30].any()
    assert not band[33:].any()


def test_a_rule_explains_its_ink_and_no_stroke() -> None:
    ink, rule = ruled(0.5, 0.8)
    erased = np.zeros(ink.shape, bool)
    explain(ink, rule, erased)
    assert erased[30:33, :200].all()
    assert not erased[30:33, 200:203].any()


def test_what_a_rule_adds_is_taken_away() -> None:
    ink, rule = ruled(0.5, 0.8)
    written = ink.copy()
    lighten(ink, rule, written)
    np.testing.assert_allclose(written[20:45, 200:203], 0.8, atol=1e-6)
    assert not written[30:33, :200].any()


def test_what_touches_a_strong_rule_is_taken_back() -> None:
    ink, rule = ruled(1.0, 1.0)
    erased = np.zeros(ink.shape, bool)
    explain(ink, rule, erased)
    assert erased[30:33, 200:203].all()
    take_back(ink, rule, np.zeros(ink.shape, bool), erased)
    assert not erased[30:33, 200:203].any()
    assert erased[30:33, :200].all()


def test_strokes_on_both_sides_go_on_across_a_rule() -> None:
    ink, rule = ruled(0.9, 0.9)
    erased = np.zeros(ink.shape, bool)
    erased[30:33] = True
    bridge((ink > 0) & ~erased, rule, 1, erased)
    assert not erased[30:33, 201].any()
    assert erased[30:33, 210:].all()
