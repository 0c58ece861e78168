import json
from typing import Any

import numpy as np
import pytest

from text_recognizer.errors import InvalidInputError
from text_recognizer.geometry import Points, Region
from text_recognizer.predictions.document import DocumentPrediction
from text_recognizer.predictions.languages import LANGUAGES, Language
from text_recognizer.predictions.types import LinePrediction, PagePrediction, TextSpan

LINE = LinePrediction(
    "to be", 0.9, Region(0, 0, 50, 20), (TextSpan("to", 0.9, 0, 20),), (TextSpan("t", 1, 0, 9),)
)


def drawn_text(rng: np.random.Generator) -> str:
    return "".join(rng.choice(list('abé ß"\\\n漢😀'), size=rng.integers(0, 6)))


def drawn_points(rng: np.random.Generator) -> Points:
    return tuple((int(x), int(y)) for x, y in rng.integers(-5, 5000, (rng.integers(0, 5), 2)))


def drawn_span(rng: np.random.Generator) -> TextSpan:
    x1, x2 = map(int, rng.integers(-5, 5000, 2))
    return TextSpan(drawn_text(rng), float(rng.random()), x1, x2, drawn_points(rng))


def drawn_line(rng: np.random.Generator) -> LinePrediction:
    region = Region(*map(int, rng.integers(-5, 5000, 4))) if rng.random() < 0.5 else None
    words, characters = (tuple(drawn_span(rng) for _ in range(rng.integers(0, 4))) for _ in range(2))
    places = region, words, characters, drawn_points(rng), drawn_points(rng)
    language: Language | None = (None, *LANGUAGES)[rng.integers(0, 3)]
    return LinePrediction(drawn_text(rng), float(rng.random()), *places, language=language)


def drawn_page(rng: np.random.Generator) -> PagePrediction:
    lines = tuple(drawn_line(rng) for _ in range(rng.integers(0, 5)))
    size = tuple(map(int, rng.integers(1, 9999, 2))) if rng.random() < 0.5 else (None, None)
    return PagePrediction(lines, *size)


@pytest.mark.parametrize("seed", range(50))
def test_what_json_holds_makes_an_equal_page(seed: int) -> None:
    page = drawn_page(np.random.default_rng(seed))
    assert PagePrediction.from_dict(json.loads(json.dumps(page.to_dict()))) == page


def test_a_page_that_others_follow_has_the_text_of_all_and_lines_of_its_own() -> None:
    second = PagePrediction((LinePrediction("or not", 0.3, language="en"),), number=2)
    page = PagePrediction((LINE,), 50, 20, following=(second,))
    assert page.text == "to be\n\for not"
    assert [line.text for line in page.lines] == ["to be"]
    assert page.confidence == pytest.approx((5 * 0.9 + 6 * 0.3) / 11)
    assert page.language == "en"
    assert page.as_pages() == (PagePrediction((LINE,), 50, 20), second)
    assert PagePrediction.from_dict(json.loads(json.dumps(page.to_dict()))) == page
    assert DocumentPrediction.from_dict(page.to_dict()).pages == page.as_pages()
    assert "following" not in second.to_dict()


@pytest.mark.parametrize("value", [Region(1, 2, 3, 4), TextSpan("be", 0.3, 4, 9), LINE])
def test_every_type_survives_json(value: Region | TextSpan | LinePrediction) -> None:
    assert type(value).from_dict(json.loads(json.dumps(value.to_dict()))) == value


def test_a_page_has_the_language_of_most_of_its_text() -> None:
    lines = (LinePrediction("Dear Sir", 0.9, language="en"), LinePrediction("chere amie", 0.9, language="fr"))
    assert PagePrediction(lines).language == "fr"
    assert PagePrediction(lines[:1]).to_dict()["language"] == "en"
    assert PagePrediction(()).language is PagePrediction((LINE,)).language is None
    with pytest.raises(InvalidInputError, match="language.*en, fr"):
        LinePrediction.from_dict({"text": "a", "confidence": 1, "language": "English"})


def test_keys_of_a_newer_service_are_ignored_and_missing_places_are_empty() -> None:
    fields = {"lines": [{"text": "a", "confidence": 1, "angle": 3}], "pages": 2}
    page = PagePrediction.from_dict(fields)
    assert page == PagePrediction((LinePrediction("a", 1.0),))
    assert type(page.lines[0].confidence) is float


def test_what_was_written_before_there_were_polygons_is_read() -> None:
    word = {"text": "to", "confidence": 0.9, "x1": 0, "x2": 20}
    fields = {"text": "to", "confidence": 0.9, "words": [word], "characters": [["t", 1.0, 0, 9]]}
    line = LinePrediction.from_dict(fields)
    assert (line.words, line.characters) == ((TextSpan("to", 0.9, 0, 20),), (TextSpan("t", 1.0, 0, 9),))
    assert (line.baseline, line.polygon) == ((), ())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (None, "JSON object with 'lines'"),
        ({}, "'lines'"),
        ({"lines": {}}, "'lines' as list"),
        ({"lines": [5]}, "JSON object with 'text'"),
        ({"lines": [{"text": "a"}]}, "'confidence'"),
        ({"lines": [{"text": "a", "confidence": "1"}]}, "'confidence' as float"),
        ({"lines": [{"text": "a", "confidence": 1.0, "words": [{}]}]}, "'text'"),
        (
            {"lines": [{"text": "a", "confidence": 1.0, "characters": ["a"]}]},
            r"\[text, confidence, x1, x2, polygon\]",
        ),
        ({"lines": [{"text": "a", "confidence": 1.0, "characters": [["a", 1.0]]}]}, "'x1'"),
        ({"lines": [{"text": "a", "confidence": 1.0, "region": {"x1": 0}}]}, "'y1' as int"),
        ({"lines": [], "width": True}, "'width' as int"),
        ({"lines": [{"text": "a", "confidence": 1.0, "polygon": [5]}]}, r"points as \[\[x, y\]"),
    ],
)
def test_what_is_no_prediction_is_refused_by_name(fields: Any, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        PagePrediction.from_dict(fields)


def test_a_page_weighs_its_lines_by_their_length() -> None:
    page = PagePrediction(
        (LinePrediction("To be, or", 0.9), LinePrediction("not", 0.5), LinePrediction("", 0.0))
    )
    assert page.confidence == pytest.approx(0.8)
    assert page.text == "To be, or\nnot\n"
    assert PagePrediction(()).confidence == 0
