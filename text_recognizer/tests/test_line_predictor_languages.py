"""The first lines of a page decide in which language all of them are read."""

import hashlib
import json
from pathlib import Path

import pytest

from text_recognizer import line_predictor
from text_recognizer.budget import Budget
from text_recognizer.decoding.language_model import languages
from text_recognizer.decoding.language_model.languages import LANGUAGE_MODELS
from text_recognizer.decoding.language_model.loading import LANGUAGE_MODEL, NGRAMS, WORDS
from text_recognizer.decoding.language_model.ngram_file import encode_ngrams
from text_recognizer.images.ink import ink_map
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.predictions.languages import Language
from text_recognizer.tests import tiny_models
from text_recognizer.tests.tiny_models import draw_bars
from text_recognizer.vocabulary import Vocabulary
from training.language_model.kneser_ney import estimate

TEXTS: dict[Language | None, list[str]] = {
    "en": ["aaaa", "aaaaa"],
    "fr": ["bbbb", "bbbbb"],
    None: ["abab", "baba"],
}
ENGLISH, FRENCH = (ink_map(draw_bars(text)) for text in ("aaaaaa", "bbbbbb"))


@pytest.fixture
def predictor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LinePredictor:
    """Return one with language models of a few letters, of which the least evidence tells."""
    monkeypatch.setattr(languages, "SURE_BITS", 0.0)
    monkeypatch.setattr(languages, "MIN_EVIDENCE_NATS", 0.0)
    for language, lines in TEXTS.items():
        folder = tmp_path / LANGUAGE_MODELS[language]
        folder.mkdir()
        ngrams = encode_ngrams(*estimate(lines * 3, Vocabulary("ab"), 2, [1, 1]))
        files = {NGRAMS: ngrams, WORDS: b"aaaa\n"}
        for name, content in files.items():
            (folder / name).write_bytes(content)
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        (folder / LANGUAGE_MODEL).write_text(json.dumps({"vocabulary": "ab", "sha256": digests}))
    name = tiny_models.write_line_artifact(tmp_path, [0.25, 0.75], "ab")
    return LinePredictor(name, tmp_path, decoder="beam")


def test_the_first_lines_of_a_page_decide(predictor: LinePredictor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_predictor, "LANGUAGE_LINES", 2)
    page = [FRENCH, FRENCH, ENGLISH, ENGLISH, ENGLISH]
    read = predictor.predict_inks(page)
    assert [line.language for line in read] == ["fr"] * 5
    assert [line.text for line in read] == ["bbbbbb"] * 2 + ["aaaaaa"] * 3
    assert [line.language for line in predictor.predict_inks(page[::-1])] == ["en"] * 5
    assert predictor.predict_inks([]) == []


def test_single_lines_have_languages_of_their_own(predictor: LinePredictor) -> None:
    images = [draw_bars("aaaaaa"), draw_bars("bbbbbb")]
    assert [line.language for line in predictor.predict_batch(images)] == ["en", "fr"]


def test_a_choice_decides_instead(predictor: LinePredictor) -> None:
    image = draw_bars("aaaaaa")
    chosen = [predictor.predict(image, language=choice).language for choice in ("en", "fr", "none")]
    assert chosen == ["en", "fr", None]
    assert [line.language for line in predictor.predict_inks([ENGLISH], language="fr")] == ["fr"]


def test_lines_that_the_network_has_read_are_decoded_when_the_time_is_up(predictor: LinePredictor) -> None:
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 1.0
        return now

    budget = Budget(search_seconds=0.0, seconds=8.0, clock=clock)
    read = predictor.predict_inks([FRENCH] * 9, budget=budget)
    assert 0 < len(read) < 9
    assert {line.text for line in read} == {"bbbbbb"}
    assert budget.greedy_lines == len(read)
