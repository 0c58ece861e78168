"""Steps of a network are timed."""

import re

import pytest

from text_recognizer.errors import ConfigError
from text_recognizer.networks import NETWORKS
from training.chores.step_speed import main, samples_a_second

CHARACTERS = """{
    "dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp", "train_args": {"batch_size": 4}
}"""


def test_each_experiment_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = CHARACTERS.replace("EmnistDataset", "IamLinesDataset").replace("CharacterModel", "LineModelCtc")
    lines = lines.replace("mlp", "line_conv_ctc")
    assert main([CHARACTERS, lines, "--steps", "1", "--batch-size", "1"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in said] == ["mlp", "line_conv_ctc"]
    assert all(float(re.search(r": ([0-9.]+) samples/s$", line)[1]) > 0 for line in said)  # type: ignore[index]


def test_pages_and_no_steps_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ConfigError, match="a network with a height"):
        samples_a_second(NETWORKS["fcn"]((None, None, 1), (None, None, 3)), 1, 1)
    assert main([CHARACTERS, "--steps", "0"]) == 1
    assert "at least 1 step; received height 28, 0 steps" in caplog.text
