from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.words.labelled_dataset import LabelledWordsDataset
from text_recognizer.datasets.words.synthetic_dataset import SyntheticWordsDataset
from text_recognizer.errors import DataError
from text_recognizer.tests import tiny_models
from text_recognizer.vocabulary import VOCABULARIES
from text_recognizer.word_predictor import WordPredictor
from training.decoding import word_logits as module
from training.decoding.word_logits import validation_words, word_logits


def words(*names: str) -> Split:
    return Split(list(names), [np.full((32, 128), 51, np.uint8)] * len(names), [n.lower() for n in names])


@pytest.fixture
def predictor(tmp_path: Path) -> WordPredictor:
    name = tiny_models.write_word_artifact(tmp_path, characters=VOCABULARIES["alphanumeric"])
    return WordPredictor(name, tmp_path)


def test_real_words_come_first(predictor: WordPredictor, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(dataset: LabelledWordsDataset) -> None:
        dataset.splits = {"validation": words("A", "B", "C", "D")}

    monkeypatch.setattr(LabelledWordsDataset, "load_or_generate_data", load)
    found = validation_words(predictor, 2)
    assert (found.ids, found.targets) == (["A", "C"], ["a", "c"])


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> list[SyntheticWordsDataset]:
    """Generated words that are at once there, and the data sets that were asked for them."""
    asked: list[SyntheticWordsDataset] = []

    def load(dataset: SyntheticWordsDataset) -> None:
        asked.append(dataset)
        dataset.splits = {"validation": words("known"), "test": words("unseen")}

    monkeypatch.setattr(SyntheticWordsDataset, "load_or_generate_data", load)
    return asked


def test_generated_words_take_their_place(
    predictor: WordPredictor, generated: list[SyntheticWordsDataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: LabelledWordsDataset) -> None:
        raise DataError("There is no folder.")

    monkeypatch.setattr(LabelledWordsDataset, "load_or_generate_data", fail)
    assert validation_words(predictor).ids == ["known", "unseen"]
    assert [dataset.mode for dataset in generated] == ["rich"]


def test_model_of_generated_words_alone_gets_others_of_their_mode(
    predictor: WordPredictor, generated: list[SyntheticWordsDataset]
) -> None:
    experiment = {"dataset": "SyntheticWordsDataset", "dataset_args": {"mode": "plain", "seed": 4}}
    artifact = replace(predictor.artifact, manifest={"experiment": experiment})
    predictor.artifact = artifact
    assert validation_words(predictor).ids == ["known", "unseen"]
    assert [(dataset.mode, dataset.seed) for dataset in generated] == [("plain", 5)]


def test_network_gets_what_data_sets_keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    predictor = WordPredictor(tiny_models.write_word_artifact(tmp_path), tmp_path)
    monkeypatch.setattr(module, "BATCH_WORDS", 2)
    split = words("A", "B", "C")
    found = word_logits(predictor, split)
    assert [(word.id, word.text) for word in found] == [("A", "a"), ("B", "b"), ("C", "c")]
    (expected,) = predictor.predict_logits([np.full((32, 128), 0.2, np.float32)])
    np.testing.assert_array_equal(found[2].logits, expected)


def test_models_of_other_characters_are_refused(tmp_path: Path) -> None:
    predictor = WordPredictor(tiny_models.write_word_artifact(tmp_path, characters="ab"), tmp_path)
    with pytest.raises(DataError, match="vocabulary"):
        validation_words(predictor)
