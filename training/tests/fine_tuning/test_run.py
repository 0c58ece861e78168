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
from training.fine_tuning.run import _new_characters
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
    assert main(["--data", str(folder), "--name", "mine", "--base", str(base), "--minutes", "0.7"]) == 0
    said = capsys.readouterr().out
    assert "CER on 4 lines not learned from" in said
    assert "The alphabet was extended by 'ßü'" in said
    assert "recognize --weights mine" in said
    manifest = json.loads((tmp_path / "own" / "mine" / "manifest.json").read_text())
    assert manifest["vocabulary"] == LINE_CHARACTERS + "ßü"
    assert manifest["fine_tuned"]["lines"] == 4
    assert manifest["experiment"]["dataset_args"]["vocabulary"] == "line+ßü"
    assert "Fine-tuned from" in (tmp_path / "own" / "mine" / "README.md").read_text()
    assert LinePredictor("mine").predict(draw_word("Grüße")).confidence >= 0


def test_characters_are_added_that_look_like_known_ones_or_occur_in_several_lines(tmp_path: Path) -> None:
    texts = ["caf\u00e9", "one \u4e2d", "two \u4e2d", "a slip: \u1405", "plain"]
    write_labelled(tmp_path, {f"{number}.png": text for number, text in enumerate(texts)})
    assert _new_characters([str(tmp_path)], LINE_CHARACTERS) == "\u00e9\u4e2d"


@pytest.mark.parametrize("name", ["../mine", "LineModelCtc_IamLinesDataset_line_conv_ctc"])
def test_names_of_paths_and_of_shipped_models_are_refused(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert main(["--data", "none", "--name", name]) == 1
    assert "no shipped model has" in caplog.text


def test_no_lines_are_named(tmp_path: Path, base: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main(["--data", str(tmp_path / "none"), "--name", "mine", "--base", str(base)]) == 1
    assert "no folder" in caplog.text
