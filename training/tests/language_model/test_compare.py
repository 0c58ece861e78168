"""Lines are read in every language, and pages in the one that is chosen for them."""

import numpy as np
import pytest

from text_recognizer.arrays import Logits
from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.config import DecodingConfig
from text_recognizer.decoding.language_model import languages
from text_recognizer.decoding.language_model.languages import LANGUAGE_MODELS
from text_recognizer.decoding.line_decoder import LineDecoder
from text_recognizer.predictions.languages import Language
from text_recognizer.tests.decoding.language_model.toy_language_model import toy_language_model
from text_recognizer.vocabulary import Vocabulary
from training.language_model import compare
from training.language_model.compare import readings

VOCABULARY = Vocabulary("abcd ")
TEXTS: dict[Language | None, list[str]] = {
    "en": ["abab abab"] * 4,
    "fr": ["cdcd cdcd"] * 4,
    None: ["abcd dcba"] * 4,
}


def logits_of(text: str) -> Logits:
    """Return sure frames of a text, with a blank between any two."""
    labels = [label for each in VOCABULARY.encode(text) for label in (each, 0)]
    return 9 * np.eye(6, dtype=np.float32)[labels]


def test_a_page_is_read_in_the_language_that_was_chosen_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    models = {
        LANGUAGE_MODELS[name]: toy_language_model(lines, "abcd ", words=lines)
        for name, lines in TEXTS.items()
    }
    monkeypatch.setattr(languages, "load_language_model", lambda name, *_: models[name])
    monkeypatch.setattr(compare, "PAGE_LINES", 2)
    decoder = LineDecoder(VOCABULARY, DecodingConfig(beam=BeamSearchConfig(lm_weight=1.0)), "beam")
    lines = [logits_of(text) for text in ("abab abab", "abab", "cdcd cdcd cdcd cdcd", "cdcd cdcd cdc")]
    lines[3] = np.concatenate([lines[3], logits_of("d")])
    lines[3][-2, [1, 4]] = 5.0, 5.0 - 0.1  # an a is a little more likely than a d
    found, chosen = readings(lines, decoder, VOCABULARY)
    assert chosen == ["en", "fr"]
    assert found["greedy"][3] == "cdcd cdcd cdca"
    assert found["auto"][3] == found["fr"][3] == "cdcd cdcd cdcd"
    assert found["auto"][:3] == found["alone"][:3] == found["greedy"][:3]
    assert set(found) == {"greedy", "en", "fr", "none", "auto", "alone"}
