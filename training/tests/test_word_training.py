"""Words from experiment to weights: trained, exported, restored, quantized; the shipped experiments."""

import csv
import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.words_dataset import WordsDataset
from text_recognizer.errors import ArtifactError
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import MANIFEST, ONNX
from text_recognizer.inference.session import Session
from text_recognizer.vocabulary import VOCABULARIES
from training.build import SampleFormat, build_datasets, build_model
from training.config import ExperimentConfig
from training.export.from_run import export_run
from training.export.quantize import quantize
from training.export.restore import restore
from training.fitting.batches import Batches
from training.fitting.mixture import Mixture
from training.fitting.teachers import build_training
from training.runs import EXPERIMENTS, HISTORY
from training.tests.conftest import TEXTS, draw
from training.tests.eagerly import train_eagerly
from training.train import run

METRICS = {"word_accuracy", "one_minus_ned", "cer"}
OF_WORDS = sorted(path.stem for path in EXPERIMENTS.glob("*words*.json"))


class BarWords(WordsDataset):
    """Eight words of bars, the same in every split; one of train has no CTC path."""

    def load_or_generate_data(self) -> None:
        """Draw the words."""
        good = Split([str(i) for i in range(len(TEXTS))], [draw(text) for text in TEXTS], TEXTS)
        bad = Split([*good.ids, "too-narrow"], [*good.images, draw("a")], [*TEXTS, "abcdefabcdefabcdef"])
        self.splits = {"train": bad, "validation": good, "test": good}
        self.data_hash = self.hash_words({})

    def describe(self) -> str:
        """Return the count."""
        return f"{len(TEXTS)} words of bars"


def experiment(vocabulary: str = "alphanumeric", **train_args: object) -> ExperimentConfig:
    sizes = {"stem_filters": 4, "stage_filters": [4] * 4, "stage_convolutions": 1, "num_blocks": 0}
    return ExperimentConfig.from_dict(
        {
            "dataset": "BarWords", "dataset_args": {"vocabulary": vocabulary},
            "model": "WordModelCtc", "network": "line_conv_ctc", "network_args": {**sizes, "block_width": 8},
            "train_args": {"batch_size": 8, "epochs": 1, "warmup_steps": 0, **train_args},
        }
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def bar_words() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DATASETS, "BarWords", BarWords)
        train_eagerly(patch)
        yield


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the run `run` and the model `weights/word`."""
    folder = tmp_path_factory.mktemp("words")
    run(experiment(), folder / "run")
    export_run(folder / "run", "word", folder / "weights")
    return folder


def test_a_run_is_scored_by_word_accuracy(trained: Path) -> None:
    with (trained / "run" / HISTORY).open() as file:
        (row,) = csv.DictReader(file)
    assert {f"val_{name}" for name in METRICS} < set(row)
    assert all(np.isfinite(float(value)) for value in row.values())


def test_the_manifest_says_how_words_are_read(trained: Path) -> None:
    artifact = artifacts.find("word", "word", trained / "weights")
    assert (artifact.input.kind, artifact.input.height, artifact.input.width) == ("word", 64, None)
    assert (artifact.input.downsampling, artifact.input.normalize, artifact.decoding) == (8, False, "ctc")
    assert artifact.characters == VOCABULARIES["alphanumeric"]
    assert set(artifact.manifest["scores"]) == METRICS
    assert artifact.manifest["parity_max_difference"] < 1e-4
    with pytest.raises(ArtifactError, match="for line images; received 'word', which is for word images"):
        artifacts.find("word", "line", trained / "weights")


def test_a_model_of_words_is_quantized_and_restored(trained: Path, tmp_path: Path) -> None:
    weights = Path(shutil.copytree(trained / "weights", tmp_path / "weights"))
    folder = quantize("word", calibration_lines=4, scored_lines=3, weights_dir=weights)
    manifest = json.loads((folder / MANIFEST).read_text())
    assert set(manifest["scores"]) == METRICS
    assert {*METRICS, *(f"{name}_float32" for name in METRICS), "lines"} < set(manifest["quantization"])
    image = (draw("cafe") / 255).astype(np.float32)[None, :, :, None]
    exact, rounded = (
        Session(artifacts.find(name, "word", weights).path, 1).run(image) for name in ("word", "word_int8")
    )
    assert exact.shape == rounded.shape
    assert np.abs(exact - rounded).max() < 0.2 * np.ptp(exact)

    (weights / "word" / ONNX).unlink()
    restored = Session(restore("word", weights) / ONNX, 1).run(image)
    assert np.abs(exact - restored).max() < 0.02 * np.ptp(exact)  # half precision


def test_another_vocabulary_takes_the_labels_that_it_shares(
    trained: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = experiment("printable", init_from=str(trained / "weights" / "word"))
    with caplog.at_level(logging.INFO):
        model, _ = build_training(config, SampleFormat.of(BarWords(vocabulary="printable")))
    assert "Characters that are new: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!" in caplog.text
    image = (draw("cafe") / 255).astype(np.float32)[None, :, :, None]
    before = Session(trained / "weights" / "word" / ONNX, 1).run(image)
    after = np.asarray(model.network(image, training=False))
    shared = [0, *(1 + VOCABULARIES["printable"].index(c) for c in VOCABULARIES["alphanumeric"])]
    np.testing.assert_allclose(after[..., shared], before, atol=0.02)


def test_experiments_of_all_kinds_are_shipped() -> None:
    networks = {ExperimentConfig.from_text(str(EXPERIMENTS / f"{name}.json")).network for name in OF_WORDS}
    assert networks == {"crnn_vgg", "crnn_resnet34_vd", "crnn_mobilenet_v3", "line_conv_ctc"}


def test_batches_of_words_are_little_wider_than_their_words() -> None:
    words = BarWords()
    words.load_or_generate_data()
    model = build_model(experiment(), SampleFormat.of(words))
    batches = Batches(words.validation, model, Mixture([8]), batch_size=8, seed=0, augment=False)
    widest = max(image.shape[1] for image in words.validation.images)
    inputs, _ = batches.batch(0, 0)
    assert inputs.shape[2] == -(-widest // 32) * 32


@pytest.mark.parametrize("name", OF_WORDS)
def test_a_shipped_experiment_fits_together(name: str) -> None:
    for stage in ExperimentConfig.from_text(str(EXPERIMENTS / f"{name}.json")).expanded():
        samples = SampleFormat.of(build_datasets(stage.config)[0])
        assert samples.words
        assert samples.characters == VOCABULARIES["alphanumeric"]
        assert stage.config.train_args.epoch_samples is not None
        steps = stage.config.train_args.epoch_samples / stage.config.train_args.batch_size
        assert steps <= 400, "what a killed run loses at most"


@pytest.mark.slow
def test_the_compact_network_starts_from_the_shipped_one_of_lines(caplog: pytest.LogCaptureFixture) -> None:
    config = ExperimentConfig.from_text(str(EXPERIMENTS / "synthetic_words_conv.json"))
    with caplog.at_level(logging.INFO):
        build_training(config, SampleFormat.of(build_datasets(config)[0]))
    assert "Started from the weights of LineModelCtc_IamLinesDataset_line_conv_ctc" in caplog.text
    assert "not read any more: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ !" in caplog.text
    assert "Characters that are new" not in caplog.text
