"""How strongly the papers of the tables of degraded pages are printed."""

from collections.abc import Mapping

from text_recognizer.datasets.drawn_pages.papers import Strength

STRENGTHS: Mapping[str, Strength] = {
    "light": Strength(0.15, 1.0),
    "medium": Strength(0.35, 1.6),
    "dark": Strength(0.65, 2.4),
}
