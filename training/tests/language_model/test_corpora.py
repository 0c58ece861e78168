from pathlib import Path

import pytest

from text_recognizer.datasets.words.lexicon import Lexicon
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_words import write_labelled
from training.language_model import corpora
from training.language_model.corpora import (
    CORPORA,
    TEXT_KINDS,
    french_corpus,
    many_hands_texts,
    neutral_corpus,
    word_corpus,
)


def test_words_count_by_the_root_of_their_frequency(monkeypatch: pytest.MonkeyPatch) -> None:
    known, held_out = Lexicon({"the": 100, "o'brien": 1, "obrien": 4}), Lexicon({"rosebud": 1})
    monkeypatch.setattr(corpora, "load_lexicons", lambda: (known, held_out))
    corpus = word_corpus(0)
    assert sorted(corpus.train) == ["obrien"] * 3 + ["the"] * 10
    assert corpus.validation == ["rosebud"]
    assert corpus.sources["brown"] == {"texts": 13, "words": 2, "characters": 48}
    assert set("".join(corpus.train)) <= set(corpus.characters)


def test_every_kind_of_text_has_a_corpus() -> None:
    assert tuple(CORPORA) == TEXT_KINDS


def test_french_is_chosen_by_the_language_of_a_set_and_neutral_has_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(tmp_path))
    for name, language, text in (
        ("a", "fra", "\u00e9t\u00e9"),
        ("b", "ita", "citt\u00e0"),
        ("c", "fra", "\u4e2d"),
    ):
        folder = write_labelled(
            tmp_path / "many_hands" / name, {"1.png": text, "2.png": "fin", "3.png": "no"}
        )
        (folder / "source.tsv").write_text(f"repository\tlanguage\nsomewhere\t{language}\n")
        (folder / "splits").mkdir()
        (folder / "splits" / "train.txt").write_text("1.png\n")
        (folder / "splits" / "validation.txt").write_text("2.png\n")
    french = french_corpus(0)
    assert (french.train, french.validation) == (["\u00e9t\u00e9"], ["fin", "fin"])
    english = corpora.Corpus("abc", ["one", "two", "three"], ["four"], {}, "")
    monkeypatch.setattr(corpora, "line_corpus", lambda seed: english)
    neutral = neutral_corpus(0)
    assert len(neutral.train) == 4
    assert {"\u00e9t\u00e9", "citt\u00e0"} < set(neutral.train)
    assert neutral.validation == ["four", "fin", "fin", "fin"]
    with pytest.raises(DataError, match="deu"):
        many_hands_texts("train", ("deu",))
