import pytest

from text_recognizer.datasets.words.lexicon import Lexicon
from training.language_model import corpora
from training.language_model.corpora import CORPORA, TEXT_KINDS, word_corpus


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
