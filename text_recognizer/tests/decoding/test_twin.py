"""What is compiled finds what NumPy finds, to the last bit; it is compiled here, if there is a compiler."""

from types import ModuleType

import numpy as np
import pytest

from text_recognizer.arrays import Reals
from text_recognizer.budget import Budget, SearchTimeError
from text_recognizer.decoding import twin
from text_recognizer.decoding.alignment import align
from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.beam_search import decode_beam
from text_recognizer.decoding.greedy import log_probability
from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.probabilities import log_softmax
from text_recognizer.tests.compiling import compiled_extension
from text_recognizer.tests.decoding.language_model.toy_language_model import toy_language_model
from text_recognizer.vocabulary import Vocabulary

CHARACTERS = "ab1. á"
LINES = ["ab ba 1.1 ab", "abba. a", "b 11 ba", "a b. ab"]

pytestmark = [pytest.mark.process, pytest.mark.slow]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return compiled_extension("text_recognizer.decoding.compiled._twin", tmp_path_factory.mktemp("twin"))


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return toy_language_model(LINES, CHARACTERS, unknown="á")


@pytest.fixture
def lexicon() -> Lexicon:
    return Lexicon(["ab", "abba"], Vocabulary(CHARACTERS), {"á": "a"})


def logits_of(seed: int) -> Reals:
    """Returns those of a line of up to 60 frames; blanks are frequent, and some frames are sure."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, rng.uniform(0.5, 5), (int(rng.integers(1, 60)), len(CHARACTERS) + 1))
    logits[:, 0] += rng.uniform(0, 6)
    return logits


def config_of(seed: int) -> BeamSearchConfig:
    rng = np.random.default_rng(seed)
    return BeamSearchConfig(
        lm_weight=float(rng.uniform(0, 1.5)),
        length_bonus=float(rng.uniform(-1, 1)),
        word_bonus=float(rng.uniform(0, 1)),
        width=int(rng.choice([1, 2, 8, 24])),
        labels=int(rng.choice([1, 3, 10])),
        blank_threshold=float(rng.choice([0.9, 1.0])),
        margin=float(rng.choice([2.0, 12.0, np.inf])),
    )


def test_the_search_finds_the_same(
    compiled: ModuleType, model: LanguageModel, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for module in (None, compiled):
        monkeypatch.setattr(twin, "_twin", module)
        found.append([
            decode_beam(logits_of(seed), config_of(seed), of_model, of_lexicon)
            for seed in range(100)
            for of_model in (None, model)
            for of_lexicon in (None, lexicon)
        ])  # fmt: skip
    assert found[0] == found[1]
    assert sum(map(len, found[0])) > 1000


def test_equal_scores_are_equal_in_both(compiled: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    logits = np.zeros((9, len(CHARACTERS) + 1))
    found = []
    for module in (None, compiled):
        monkeypatch.setattr(twin, "_twin", module)
        found.append(decode_beam(logits, BeamSearchConfig(width=3)))
    assert found[0] == found[1]


def test_places_and_probabilities_are_the_same(compiled: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(100):
        logits = logits_of(seed)
        rng = np.random.default_rng(seed)
        labels = rng.integers(1, len(CHARACTERS) + 1, int(rng.integers(0, 1 + len(logits) // 2))).tolist()
        monkeypatch.setattr(twin, "_twin", None)
        spans, probability = align(log_softmax(logits), labels), log_probability(logits, labels)
        monkeypatch.setattr(twin, "_twin", compiled)
        np.testing.assert_array_equal(align(log_softmax(logits), labels), spans)
        assert log_probability(logits, labels) == probability
        assert log_probability(logits, [1] * (len(logits) + 1)) == -np.inf


def test_a_search_ends_when_its_time_is_up(compiled: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twin, "_twin", compiled)
    times = iter([0.0, 0.0, 0.0, 9.0])
    budget = Budget(search_seconds=1.0, clock=lambda: next(times))
    with pytest.raises(SearchTimeError):
        decode_beam(np.zeros((100, 3)), BeamSearchConfig(), budget=budget)


def test_an_older_build_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, installed in ((None, False), ("older", False), ("same", True)):
        built = module and ModuleType("_twin")
        if isinstance(built, ModuleType):
            built.VERSION = twin.VERSION - (module == "older")  # type: ignore[attr-defined]
        monkeypatch.setattr(twin, "_twin", built)
        assert twin.is_installed() == installed
