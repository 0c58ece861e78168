import json
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.decoding.language_model.loading import load_language_model
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.errors import ConfigError
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary
from training.language_model import train as train_language_model
from training.language_model.corpora import CORPORA, Corpus
from training.language_model.kneser_ney import estimate
from training.language_model.train import LanguageModelConfig, bits_per_character, main, words_of

LINES = ["the cat sat on the mat", "a cat, a hat", "that is that", "the hat is on the cat"] * 3


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let training read `LINES`, and write to the folder returned."""
    sources = {"iam": {"texts": 12}}
    corpus = Corpus(LINE_CHARACTERS, LINES, ["the hat sat"], sources, "iam_validation_lines")
    monkeypatch.setitem(CORPORA, "lines", lambda _: corpus)
    monkeypatch.setattr(train_language_model.save, "__defaults__", (tmp_path,))
    return tmp_path


def config_file(folder: Path, **changes: object) -> Path:
    content = {"name": "toy", "order": 3, "minimum_counts": [1, 1, 1], "seed": 0, **changes}
    (folder / "config.json").write_text(json.dumps(content))
    return folder / "config.json"


def test_command_saves_what_the_reader_loads(texts: Path) -> None:
    assert main(["--save", str(config_file(texts))]) == 0
    model = load_language_model("toy", texts)
    assert model.order == 3
    manifest = json.loads((texts / "toy" / "language_model.json").read_text())
    assert manifest["scores"]["iam_validation_lines"] == 1
    bits = manifest["scores"]["bits_per_character_by_order"]
    assert bits["3"] < bits["2"] < bits["1"]
    vocabulary = Vocabulary(LINE_CHARACTERS)
    assert model.words == ("a", "cat", "hat", "is", "mat", "on", "sat", "that", "the")
    assert bits["3"] == pytest.approx(bits_per_character(model, ["the hat sat"], vocabulary))


def test_words_have_apostrophes_only_inside() -> None:
    assert words_of(["'Don't,' he'd said - 2nd DON'T", "the boys' x-ray"]) == [
        "boys", "don't", "he'd", "nd", "ray", "said", "the", "x",
    ]  # fmt: skip


def test_too_large_a_model_is_refused(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_language_model, "MAX_BYTES", 100)
    assert main(["--save", str(config_file(texts))]) == 1
    assert not (texts / "toy").exists()


def test_bits_count_the_end_of_the_line() -> None:
    vocabulary = Vocabulary("ab")
    model = LanguageModel("ab", np.full(3, 1 / 3, np.float32), [])
    assert bits_per_character(model, ["abab", ""], vocabulary) == pytest.approx(np.log2(3), rel=1e-5)
    trained = LanguageModel("ab", *estimate(["ab"] * 9, vocabulary, 2, [1, 1]))
    assert bits_per_character(trained, ["ab"], vocabulary) < 1


@pytest.mark.parametrize(
    "changes",
    [
        {"order": 7},
        {"order": 0, "minimum_counts": []},
        {"minimum_counts": [1]},
        {"smooth": True},
        {"texts": "pages"},
    ],
)
def test_wrong_configurations_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="Expected"):
        LanguageModelConfig.from_file(config_file(tmp_path, **changes))
