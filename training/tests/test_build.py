"""What a configuration names is built and checked before data is loaded."""

from pathlib import Path
from typing import Any

import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.words_dataset import WordsDataset
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.vocabulary import LINE_CHARACTERS, VOCABULARIES
from training.build import SampleFormat, build_dataset, build_datasets, build_model
from training.config import ExperimentConfig
from training.tests.conftest import BarLines
from training.tests.test_train import experiment
from training.train import run


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dataset": "NoSuch"}, "BarLines.*NoSuch"),
        ({"network": "NoSuch"}, "line_conv_ctc.*NoSuch"),
        ({"model": "NoSuch"}, "LineModelCtc.*NoSuch"),
        ({"network_args": {"depth": 3}}, "num_blocks.*depth"),
        ({"network_args": {"num_blocks": "2"}}, 'network_args.num_blocks is "2"; expected a whole number'),
        ({"network_args": {"stage_filters": [8, -16, 16, 16]}}, "line_conv_ctc cannot be built"),
        ({"network_args": {"pooling": "min"}}, "pooling"),
        ({"dataset_args": {"height": 64}}, "BarLines.*height"),
        ({"dataset": "IamLinesDataset", "dataset_args": {"height": "64"}}, 'dataset_args.height is "64"'),
        ({"mixture": [{"dataset": "NoSuch"}]}, "NoSuch"),
        ({"mixture": [{"dataset": "IamLinesDataset", "dataset_args": {"rows": 3}}]}, "rows"),
        ({"train_args": {"augmentation": {"wobble": 1}}}, "LineAugmentation has no parameter 'wobble'"),
        ({"train_args": {"init_from": "nobody"}}, "received 'nobody'"),
        ({"train_args": {"teachers": ["nobody"]}}, "received 'nobody'"),
        (
            {"network": "line_lstm_ctc", "network_args": {"window_width": 0}},
            "window_width",
        ),
    ],
)
def test_what_cannot_be_built_is_refused_before_data_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], message: str
) -> None:
    def load(self: BarLines) -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr(BarLines, "load_or_generate_data", load)
    config = ExperimentConfig.from_dict({**experiment().to_dict(), **change})
    with pytest.raises((ConfigError, ArtifactError), match=message):
        run(config, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", sorted(set(DATASETS) - {"BarLines", "BarCharacters"}))
def test_every_data_set_states_its_format_without_being_loaded(name: str) -> None:
    needed = dict.fromkeys(("LabelledLinesDataset", "LabelledPagesDataset"), {"folders": ["own"]})
    samples = SampleFormat.of(build_dataset(name, needed.get(name, {})))
    assert len(samples.input_shape) == 3
    assert samples.output_shape
    assert not samples.normalize


def test_a_format_tells_normalized_lines_from_others() -> None:
    plain, normalized = (
        SampleFormat.of(build_dataset("IamLinesDataset", {"height": 64, "normalize": normalize}))
        for normalize in (False, True)
    )
    assert plain != normalized
    assert str(normalized) == "height 64, width None, normalize True"


class NoWords(WordsDataset):
    """A data set of words without any."""

    def load_or_generate_data(self) -> None:
        """Do nothing."""

    def describe(self) -> str:
        """Return nothing."""
        return ""


def test_data_sets_of_other_characters_do_not_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shuffled(BarLines):
        characters = LINE_CHARACTERS[::-1]

    monkeypatch.setitem(DATASETS, "Shuffled", Shuffled)
    config = ExperimentConfig.from_dict({**experiment().to_dict(), "mixture": [{"dataset": "Shuffled"}]})
    with pytest.raises(ConfigError, match="Shuffled of the mixture.*characters '.;:"):
        build_datasets(config)


def test_a_model_of_lines_does_not_take_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DATASETS, "NoWords", NoWords)
    config = ExperimentConfig.from_dict({**experiment().to_dict(), "dataset": "NoWords"})
    samples = SampleFormat.of(build_dataset("NoWords", {"vocabulary": "printable"}))
    assert (samples.words, samples.characters) == (True, VOCABULARIES["printable"])
    with pytest.raises(ConfigError, match="LineModelCtc is made for line images"):
        build_model(config, samples)


def test_the_model_reads_the_characters_of_the_data_set() -> None:
    samples = SampleFormat((64, None, 1), (None, 4), "cab")
    model = build_model(experiment(), samples)
    assert model.vocabulary == "cab"
    assert model.network.output_shape[-1] == 4
    with pytest.raises(ConfigError, match="Expected logits of 80 labels"):
        build_model(experiment(), SampleFormat((64, None, 1), (None, 4), LINE_CHARACTERS))


@pytest.mark.parametrize("kind", ["character", "line", "word", "paragraph"])
def test_a_manifest_tells_the_format_of_the_samples(kind: str) -> None:
    spec = {"kind": kind, "height": 32, "width": None, "normalize": kind == "line"}
    samples = SampleFormat.of_manifest({"input": spec, "vocabulary": None if kind == "paragraph" else "abc"})
    shapes = {"character": (3,), "line": (None, 4), "word": (None, 4), "paragraph": (None, None, 3)}
    assert (samples.input_shape, samples.output_shape) == ((32, None, 1), shapes[kind])
    assert (samples.words, samples.normalize) == (kind == "word", kind == "line")
