"""The commands of docs/coming-from-paddleocr.md, run in their order on a dozen drawn words.

What is changed: the network is a few filters wide, runs end after an epoch or two, and the service is on a
port of its own.
"""

import importlib
import json
import logging
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from api.models import load_models
from api.tests.conftest import FakeRecognizer
from api.tests.live import serving_app
from evaluation import common
from text_recognizer.cli.command import main
from text_recognizer.inference import artifacts
from text_recognizer.tests.documents import blocks, module_of
from text_recognizer.tests.repository import ROOT
from text_recognizer.tests.tiny_models import draw_bars
from text_recognizer.tooling.data_root import set_mirror
from training.tests.eagerly import train_eagerly

PAGE = "docs/coming-from-paddleocr.md"
COMMANDS = [line for block in blocks(PAGE, "sh") for line in block.splitlines()]
TINY_NETWORK = {"scale": 0.1, "lstm_dim": 4}
WORDS = 12

pytestmark = pytest.mark.slow


def run(command: str) -> None:
    """Run a command of this project in this process."""
    program, *arguments = shlex.split(re.sub(r"epochs=\d+", "epochs=2", command))
    if program == "text-recognizer":
        assert main(arguments) == 0, command
        return
    assert program == "python"
    module = module_of(command)
    assert module is not None
    assert importlib.import_module(module).main(arguments[1:]) == 0, command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The current folder: words.json, my_data/my_words, crops, word.png and sign.png; weights go there too."""
    folder = tmp_path_factory.mktemp("paddleocr")
    words = folder / "my_data" / "my_words"
    words.mkdir(parents=True)
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(["a", "b"], 4)) for _ in range(WORDS)]
    for number, text in enumerate(texts):
        Image.fromarray(draw_bars(text)).save(words / f"{number}.png")
    (words / "labels.tsv").write_text("".join(f"{i}.png\t{text}\n" for i, text in enumerate(texts)))
    shutil.copytree(words, folder / "crops")
    for name in ("word.png", "sign.png"):
        shutil.copy(words / "0.png", folder / name)
    (experiment,) = map(json.loads, blocks(PAGE, "json"))
    experiment["network_args"] = TINY_NETWORK
    experiment["dataset_args"]["validation_fraction"] = 0.4
    experiment["train_args"] |= {"batch_size": 4, "epochs": 1}
    (folder / "words.json").write_text(json.dumps(experiment))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(artifacts, "WEIGHTS_DIR", folder / "weights")
        patch.setattr(common, "RESULTS", folder / "results")
        patch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(folder / "data"))
        train_eagerly(patch)
        yield folder
        set_mirror(None)


@pytest.fixture(scope="module")
def trained(folder: Path) -> Path:
    """All commands of training and inference have run."""
    logging.getLogger().setLevel(logging.WARNING)
    for command in COMMANDS:
        if command.startswith(("python ", "text-recognizer ")):
            run(command)
    return folder


def test_the_commands_of_training_and_inference_run(trained: Path) -> None:
    for name in ("my_words", "my_words_int8"):
        assert (trained / "weights" / name / "model.onnx").is_file()
    for run_dir, epochs in {"words": 2, "slower": 1, "tuned": 1}.items():
        history = (trained / "runs" / run_dir / "history.csv").read_text()
        assert history.count("\n") == 1 + epochs
    assert list((trained / "results").glob("*my_words*.json"))


def test_the_command_prints_rows(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("text-recognizer words --weights my_words crops")
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == WORDS
    assert {len(row) for row in rows} == {3}


@pytest.mark.skipif(not shutil.which("curl"), reason="needs the command curl")
def test_the_service_serves(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serving = [command for command in COMMANDS if "tasks/serve.sh" in command]
    assert serving == ["TEXT_RECOGNIZER_API_MODELS=my_words tasks/serve.sh"]
    config = ApiConfig.from_environment(dict([serving[0].split()[0].split("=")]))
    monkeypatch.setattr("api.recognition.load_recognizer", FakeRecognizer)
    with serving_app(create_app(config, models=load_models(config.models, threads=1))) as address:
        answers = [
            subprocess.run(
                ["bash", "-c", command.replace("http://127.0.0.1:8000", address)],
                cwd=trained, capture_output=True, text=True, timeout=60, env=os.environ | {"no_proxy": "*"},
            ).stdout
            for command in COMMANDS
            if command.startswith("curl ")
        ]  # fmt: skip
    one, batch = map(json.loads, answers)
    assert (one["mode"], one["model"]["name"]) == ("word", "my_words")
    assert [result["pred"] for result in batch["results"]] == [one["pred"]] * 2


def test_the_commands_of_cpp_are_those_that_are_tested() -> None:
    """The program itself is tested in api/tests/test_cpp.py."""
    commands = [command for command in COMMANDS if command.startswith(("cmake ", "build/"))]
    assert commands[:2] == blocks("api/cpp/README.md", "sh")[0].splitlines()[:2]
    assert commands[2].startswith("build/read_words text_recognizer/weights/my_words")
    assert len(commands) == 3


def test_every_command_is_run_by_one_of_these_tests() -> None:
    known = ("python ", "text-recognizer ", "curl ", "cmake ", "build/read_words ", "TEXT_RECOGNIZER_API_")
    assert [command for command in COMMANDS if not command.startswith(known)] == []
    assert (ROOT / "tasks" / "serve.sh").is_file()
