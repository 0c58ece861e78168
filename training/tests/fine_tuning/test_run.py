"""Fine-tuning from a folder of lines to a model that is found by its name, with a tiny base."""

import json
from pathlib import Path

import keras
import pytest

from text_recognizer import LinePredictor
from text_recognizer.inference.own_models import MODELS_DIR_VARIABLE
from text_recognizer.tests.datasets.toy_words import draw_word, write_labelled
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig
from training.export.install import Provenance, install
from training.fine_tuning.__main__ import main
from training.tests.eagerly import train_eagerly

pytestmark = pytest.mark.slow

TEXTS = {f"{number}.png": text for number, text in enumerate(["Grüße", "one two", "three", "four five"])}
SIZES = {"stem_filters": 2, "stage_filters": [2, 2, 2, 2], "block_width": 4, "num_blocks": 1}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    keras.utils.set_random_seed(0)
    config = ExperimentConfig("IamLinesDataset", "LineModelCtc", "line_conv_ctc", network_args=SIZES)
    model = build_model(config, SampleFormat((64, None, 1), (None, 80), LINE_CHARACTERS))
    provenance = Provenance(
        "LineModelCtc", "IamLinesDataset", "line_conv_ctc", "line", LINE_CHARACTERS, 8, config.to_dict(), "",
        "", 1, {"cer": 0.9}, "ctc", normalize=False,
    )  # fmt: skip
    return install(model.network, provenance, "base", weights_dir=tmp_path / "bases")


def test_a_model_of_ones_own_is_made_and_found(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    train_eagerly(monkeypatch)
    monkeypatch.setenv(MODELS_DIR_VARIABLE, str(tmp_path / "own"))
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "data"))
    monkeypatch.delenv("TEXT_RECOGNIZER_MIRROR", raising=False)
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
    folder = write_labelled(tmp_path / "lines", TEXTS)
    status = tmp_path / "status.json"
    options = ["--base", str(base), "--minutes", "0.7", "--status", str(status)]
    assert main(["--data", str(folder), "--name", "mine", *options]) == 0
    said = capsys.readouterr().out
    assert "CER on 4 lines not learned from" in said
    assert "The alphabet was extended by 'ßü'" in said
    assert "recognize --weights mine" in said
    manifest = json.loads((tmp_path / "own" / "mine" / "manifest.json").read_text())
    assert manifest["vocabulary"] == LINE_CHARACTERS + "ßü"
    assert manifest["fine_tuned"]["lines"] == 4
    assert manifest["experiment"]["dataset_args"]["vocabulary"] == "line+ßü"
    assert "Fine-tuned from" in (tmp_path / "own" / "mine" / "README.md").read_text()
    said_last = json.loads(status.read_text())
    assert (said_last["state"], said_last["progress"], said_last["models"][0]) == ("done", 1.0, "mine")
    assert said_last["cer_before"] == manifest["fine_tuned"]["before"]
    assert LinePredictor("mine").predict(draw_word("Grüße")).confidence >= 0


@pytest.mark.parametrize("name", ["../mine", "LineModelCtc_IamLinesDataset_line_conv_ctc"])
def test_names_of_paths_and_of_shipped_models_are_refused(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert main(["--data", "none", "--name", name]) == 1
    assert "no shipped model has" in caplog.text


def test_no_lines_are_named(tmp_path: Path, base: Path, caplog: pytest.LogCaptureFixture) -> None:
    status = tmp_path / "status.json"
    options = ["--base", str(base), "--status", str(status)]
    assert main(["--data", str(tmp_path / "none"), "--name", "mine", *options]) == 1
    assert "no folder" in caplog.text
    said = json.loads(status.read_text())
    assert said["state"] == "failed"
    assert "no folder" in said["message"]
