"""Distillation: learning from shipped models, and which of them may teach."""

import json
import shutil
from pathlib import Path
from typing import Any

import keras
import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.emnist.dataset import EmnistDataset
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.files import write_json
from text_recognizer.inference.artifacts import MANIFEST, read_manifest
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig, TrainConfig
from training.export.from_run import export_run
from training.fitting.callbacks import BEST
from training.fitting.checkpoints import save_checkpoint
from training.fitting.teachers import build_training
from training.runs import CONFIG
from training.tests.conftest import BarLines
from training.tests.eagerly import train_eagerly
from training.tests.test_train import (
    assert_a_cut_run_equals_the_whole,
    characters,
    experiment,
    quick_experiment,
)
from training.train import run


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an exported line model."""
    folder = tmp_path_factory.mktemp("teacher")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DATASETS, "BarLines", BarLines)
        keras.utils.set_random_seed(0)
        network = build_model(quick_experiment(), SampleFormat.of(BarLines())).network
        (folder / "run").mkdir()
        write_json(folder / "run" / CONFIG, quick_experiment().to_dict())
        save_checkpoint(folder / "run" / BEST, network.variables, {"epoch": 1, "val_cer": 0.5})
        return export_run(folder / "run", weights_dir=folder / "weights")


def test_a_line_network_learns_from_an_exported_one_and_resumes(
    teacher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_eagerly(monkeypatch)
    config = quick_experiment(teachers=[str(teacher)], distillation_weight=0.6, epochs=2)
    assert_a_cut_run_equals_the_whole(config, tmp_path)


def test_a_teacher_of_other_characters_is_refused(teacher: Path) -> None:
    samples = SampleFormat.of(EmnistDataset())
    with pytest.raises(ArtifactError, match="Take a teacher of the same characters"):
        build_training(characters(teachers=[str(teacher)]), samples)
    with pytest.raises(ArtifactError, match="received 'nobody'"):
        build_training(characters(teachers=["nobody"]), samples)


class OtherLines(LinesDataset):
    """Lines of any format; none are loaded."""

    def __init__(self, height: int = 64, width: int | None = None, normalize: bool = False) -> None:
        self.height, self.width, self.normalize = height, width, normalize

    def load_or_generate_data(self) -> None:
        raise AssertionError("formats are compared before data is loaded")

    describe = load_or_generate_data  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"normalize": True}, "gives height 64, width None, normalize True"),
        ({"height": 32}, "gives height 32"),
        ({"width": 512}, "gives height 64, width 512"),
    ],
)
def test_a_teacher_of_another_input_is_refused_before_data_is_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, values: dict[str, Any], named: str
) -> None:
    teacher = tmp_path / "teacher"
    teacher.mkdir()
    (teacher / "weights.h5").write_bytes(b"")
    manifest = {
        "vocabulary": LINE_CHARACTERS, "experiment": experiment().to_dict(),
        "input": {"kind": "line", "height": 64, "width": None, "downsampling": 8, "normalize": False},
    }  # fmt: skip
    (teacher / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setitem(DATASETS, "OtherLines", OtherLines)
    student = {
        **experiment(teachers=[str(teacher)]).to_dict(),
        "dataset": "OtherLines",
        "dataset_args": values,
    }
    with pytest.raises(ArtifactError, match=f"trained on images of height 64, .* {named}"):
        run(ExperimentConfig.from_dict(student), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("values", [{"teachers": "lenet"}, {"distillation_weight": 1.5}])
def test_configuration_says_what_it_expects(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        TrainConfig(**values)
    assert ExperimentConfig.from_dict(experiment(teachers=["a"]).to_dict()).train_args.teachers == ("a",)


@pytest.mark.parametrize("mixed", [False, True])
def test_a_teacher_computes_in_the_precision_of_its_student(
    teacher: Path, mixed: bool, tmp_path: Path
) -> None:
    other = quick_experiment(mixed_precision=not mixed).to_dict()
    shutil.copytree(teacher, tmp_path / teacher.name)
    manifest = read_manifest(tmp_path / teacher.name, digests=[])
    write_json(tmp_path / teacher.name / MANIFEST, {**manifest, "experiment": other})
    config = quick_experiment(teachers=[str(tmp_path / teacher.name)], mixed_precision=mixed)
    training = build_training(config, SampleFormat.of(BarLines()))[1]
    kinds = {layer.compute_dtype for layer in training.teachers[0].layers if layer.weights}
    assert ("bfloat16" in kinds) == mixed
