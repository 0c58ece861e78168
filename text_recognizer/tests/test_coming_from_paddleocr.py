"""The commands of docs/coming-from-paddleocr.md, run in their order on a dozen drawn words.

What is changed: the network is another one, a few filters wide, runs end after an epoch or two, and the
service is on a port of its own.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from api.models import load_models
from api.tests.conftest import FakeRecognizer
from api.tests.live import serving_app
from text_recognizer.inference import artifacts
from text_recognizer.tests.manual import blocks
from text_recognizer.tests.repository import ROOT
from text_recognizer.tests.tiny_models import draw_bars

PAGE = "docs/coming-from-paddleocr.md"
COMMANDS = [line for block in blocks(PAGE, "sh") for line in block.splitlines()]
# The tests of networks build that of the page; here it would take most of the time.
TINY_NETWORK = {
    "stem_filters": 4,
    "stage_filters": [4] * 4,
    "stage_convolutions": 1,
    "num_blocks": 0,
    "block_width": 8,
}
WORDS = 12

# One process runs them all, so that Keras is imported once.
_RUN_EACH = """
import json, runpy, shlex, sys
import pytest
from text_recognizer.cli.command import main
from training.tests.eagerly import train_eagerly

train_eagerly(pytest.MonkeyPatch())
for command in json.load(sys.stdin):
    print("$", command, flush=True)
    program, *sys.argv = shlex.split(command)
    if program == "text-recognizer":
        status = main(sys.argv)
    else:
        try:
            status = runpy.run_path(sys.argv[0], run_name="__main__")
        except SystemExit as ended:
            status = ended.code
    if status != 0:
        sys.exit(f"status {status!r}")
"""

pytestmark = [pytest.mark.keras, pytest.mark.slow]


def link_checkout(folder: Path) -> None:
    """Make `folder` a checkout whose weights and results are its own; all else are links."""
    own = {"text_recognizer": "weights", "evaluation": "results", "training": "runs"}
    for package, left_out in own.items():
        (folder / package / left_out).mkdir(parents=True)
        for path in (ROOT / package).iterdir():
            if path.name != left_out:
                (folder / package / path.name).symlink_to(path)
    for name in ("api", "data", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)


def write_words(folder: Path) -> None:
    """Write my_data/my_words, crops, word.png, sign.png and words.json."""
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
    experiment |= {"network": "line_conv_ctc", "network_args": TINY_NETWORK}
    experiment["dataset_args"] |= {"height": 64, "width": None, "validation_fraction": 0.4}
    experiment["train_args"] |= {"batch_size": 4, "epochs": 1}
    (folder / "words.json").write_text(json.dumps(experiment))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder where the commands of training and inference have run, and what they printed."""
    folder = tmp_path_factory.mktemp("paddleocr")
    link_checkout(folder)
    write_words(folder)
    commands = [
        re.sub(r"epochs=\d+", "epochs=2", command)
        for command in COMMANDS
        if command.startswith(("python ", "text-recognizer "))
    ]
    paths = {"PYTHONPATH": str(folder), "TEXT_RECOGNIZER_DATA_ROOT": str(folder / "made")}
    done = subprocess.run(
        [sys.executable, "-c", _RUN_EACH],
        input=json.dumps(commands), cwd=folder, env=os.environ | paths,
        capture_output=True, text=True, timeout=3600,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return folder, done.stdout


def test_the_commands_of_training_and_inference_run(trained: tuple[Path, str]) -> None:
    folder, printed = trained
    for name in ("my_words", "my_words_int8"):
        assert (folder / "text_recognizer" / "weights" / name / "model.onnx").is_file()
    for run_dir, epochs in {"words": 2, "slower": 1, "tuned": 1}.items():
        history = (folder / "runs" / run_dir / "history.csv").read_text()
        assert history.count("\n") == 1 + epochs
    assert list((folder / "evaluation" / "results").glob("*my_words*.json"))
    assert "word_accuracy" in printed


def test_a_row_is_printed_for_each_image(trained: tuple[Path, str]) -> None:
    _, _, rows = trained[1].partition("$ text-recognizer words --weights my_words crops\n")
    crops = [line.split("\t") for line in rows.partition("\n$ ")[0].splitlines()]
    assert [len(row) for row in crops] == [3] * WORDS
    assert sorted(row[0] for row in crops) == sorted(f"crops/{number}.png" for number in range(WORDS))


@pytest.mark.skipif(not shutil.which("curl"), reason="needs the command curl")
def test_the_service_serves(trained: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _ = trained
    serving = [command for command in COMMANDS if "tasks/serve.sh" in command]
    assert serving == ["TEXT_RECOGNIZER_API_MODELS=my_words tasks/serve.sh"]
    config = ApiConfig.from_environment(dict([serving[0].split()[0].split("=")]))
    monkeypatch.setattr("api.recognition.load_recognizer", FakeRecognizer)
    monkeypatch.setattr(artifacts, "WEIGHTS_DIR", folder / "text_recognizer" / "weights")
    with serving_app(create_app(config, models=load_models(config.models, threads=1))) as address:
        answers = [
            subprocess.run(
                ["bash", "-c", command.replace("http://127.0.0.1:8000", address)],
                cwd=folder, capture_output=True, text=True, timeout=600, env=os.environ | {"no_proxy": "*"},
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
