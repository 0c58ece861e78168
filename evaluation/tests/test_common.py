"""Arguments of all evaluation commands, and `-o`: options by name, arguments of data sets."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation import (
    common,
    evaluate_character_predictor,
    evaluate_line_detector,
    evaluate_line_predictor,
    evaluate_paragraph_text_recognizer,
)
from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.emnist.dataset import EmnistDataset
from text_recognizer.datasets.emnist.lines_dataset import EmnistLinesDataset
from text_recognizer.tests import tiny_models

Main = Callable[[Sequence[str] | None], int]

COMMANDS: list[Main] = [
    evaluate_character_predictor.main,
    evaluate_line_detector.main,
    evaluate_line_predictor.main,
    evaluate_paragraph_text_recognizer.main,
]


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(common, "RESULTS", tmp_path / "results")
    return tmp_path / "results"


def only_result(results: Path) -> tuple[str, dict[str, Any]]:
    (path,) = results.iterdir()
    return path.name, json.loads(path.read_text(encoding="utf-8"))


def test_an_option_is_overridden_by_its_name(iam_root: Path, results: Path) -> None:
    words = ["--data-root", str(iam_root), "--limit", "7", "-o", "limit=1", "-o", "weights=tiny_line"]
    assert evaluate_line_predictor.main(words) == 0
    name, result = only_result(results)
    assert name == "line_predictor_tiny_line_on_iam_test_limit1.json"
    assert (result["n"], result["limit"], result["weights"]) == (1, 1, "tiny_line")
    assert "dataset_args" not in result


def test_an_overridden_option_is_checked_as_the_option_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        evaluate_line_predictor.main(["-o", "split=tset"])
    assert end.value.code == 2
    assert "invalid choice: 'tset'" in capsys.readouterr().err


def test_arguments_of_the_data_set_reach_it(monkeypatch: pytest.MonkeyPatch, results: Path) -> None:
    seen: list[object] = []

    def load(self: EmnistLinesDataset) -> None:
        seen.extend([self.overlap, self.numbers["test"]])
        split = Split(["0"], [255 - tiny_models.draw_bars("bbb")], ["bbb"])
        self.splits = {"test": split}

    monkeypatch.setattr(EmnistLinesDataset, "load_or_generate_data", load)
    words = ["--weights", "tiny_line", "--dataset", "emnist_lines", "-o", "dataset_args.max_overlap=0.5"]
    assert evaluate_line_predictor.main([*words, "-o", "dataset_args.num_test=30"]) == 0
    assert seen == [(0.0, 0.5), 30]
    name, result = only_result(results)
    assert name == "line_predictor_tiny_line_on_emnist_lines_test_max_overlap=0.5_num_test=30.json"
    assert result["dataset_args"] == {"max_overlap": 0.5, "num_test": 30}


def test_arguments_of_emnist_reach_it_in_the_test_split_too(
    monkeypatch: pytest.MonkeyPatch, results: Path
) -> None:
    seen: list[object] = []

    def load(self: EmnistDataset) -> None:
        seen.extend([self.subsample_fraction, self.as_input])
        image = np.zeros((28, 28), np.uint8)
        image[2:26, 13:15] = 255
        self.splits = {"test": Split(["0"], [image], [47])}

    monkeypatch.setattr(EmnistDataset, "load_or_generate_data", load)
    words = ["--weights", "tiny_character", "-o", "dataset_args.subsample_fraction=0.1"]
    assert evaluate_character_predictor.main(words) == 0
    assert seen == [0.1, False]
    assert only_result(results)[1]["accuracy"] == 1


@pytest.mark.parametrize("main", COMMANDS, ids=lambda main: main.__module__)
def test_unknown_keys_name_the_known_and_score_nothing(
    main: Main, results: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert main(["-o", "train_args.epochs=3"]) == 1
    assert "'limit'" in caplog.text
    assert "'dataset_args.NAME'" in caplog.text
    assert "received 'train_args.epochs=3'" in caplog.text
    assert main(["-o", "dataset_args.overlap=0.5"]) == 1
    assert not results.exists()


def test_unknown_arguments_name_those_of_the_data_set(caplog: pytest.LogCaptureFixture) -> None:
    words = ["-o", "dataset=emnist_lines", "-o", "dataset_args.overlap=0.5"]
    assert evaluate_line_predictor.main(words) == 1
    assert "max_overlap" in caplog.text
    assert "received ['overlap']" in caplog.text


def test_a_data_set_without_arguments_says_so(caplog: pytest.LogCaptureFixture) -> None:
    assert evaluate_line_detector.main(["-o", "dataset_args.split=lwitlrt"]) == 1
    assert "iam is read as it is" in caplog.text


def test_all_arguments_at_once_are_an_object(caplog: pytest.LogCaptureFixture) -> None:
    assert evaluate_character_predictor.main(["-o", "dataset_args=3"]) == 1
    assert "Expected an object for dataset_args; received 3" in caplog.text


@pytest.mark.parametrize("main", COMMANDS, ids=lambda main: main.__module__)
def test_help_says_what_can_be_overridden(main: Main, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "-o KEY=VALUE" in text
    assert "dataset_args.NAME" in text


@pytest.mark.parametrize("main", COMMANDS, ids=lambda main: main.__module__)
@pytest.mark.parametrize("words", [["--limit", "0"], ["-o", "limit=0"]])
def test_a_limit_of_nothing_is_refused(
    main: Main, words: list[str], results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "0 leaves no items" in capsys.readouterr().err
    assert not results.exists()


@pytest.mark.parametrize("option", ["--mirror", "--data-root"])
def test_the_folder_of_the_data_has_two_names(option: str, iam_root: Path, results: Path) -> None:
    assert evaluate_line_predictor.main([option, str(iam_root), "--weights", "tiny_line"]) == 0
    assert only_result(results)[1]["n"] == 2


@pytest.mark.parametrize("main", COMMANDS, ids=lambda main: main.__module__)
def test_without_data_the_next_step_is_named(
    main: Main, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    weights = {"evaluate_character_predictor": "tiny_character", "evaluate_line_detector": "tiny_paragraph"}
    name = main.__module__.rpartition(".")[2]
    words = ["--weights", weights.get(name, "tiny_line"), "--mirror", str(tmp_path)]
    if name == "evaluate_paragraph_text_recognizer":
        words += ["--detector", "tiny_paragraph"]
    assert main(words) == 1
    assert "with --mirror" in caplog.text
    assert "data/raw/" in caplog.text


def test_interrupting_is_one_line(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate_line_predictor, "LinePredictor", interrupt)
    assert evaluate_line_predictor.main([]) == 130
    assert "interrupted" in caplog.text
