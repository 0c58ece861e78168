"""The gates of the shipped models: their file is complete and keeps its rule, and a gate can fail."""

import json
import logging
from pathlib import Path

import pytest

from evaluation import check_thresholds
from evaluation.check_thresholds import Gate, bound_for, load_gates, main, shortfall, unguarded
from text_recognizer.errors import ConfigError
from text_recognizer.inference import artifacts
from text_recognizer.tooling.data_root import set_mirror

SHIPPED = artifacts.WEIGHTS_DIR  # before a fixture puts tiny models in its place
GATES = load_gates()
LOWER_IS_WORSE = Gate("tiny_character", "character_predictor", "emnist", "test", None, "accuracy", 0.5, 0.4)
HIGHER_IS_WORSE = Gate("tiny_line", "line_predictor", "iam", "test", None, "cer", 0.1, None, 0.1)


@pytest.fixture(autouse=True)
def logs_as_before() -> object:
    handlers = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers[:] = handlers


def install(gates: list[dict[str, object]], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "thresholds.json"
    path.write_text(json.dumps({"gates": gates}), encoding="utf-8")
    monkeypatch.setattr(check_thresholds, "load_gates", lambda: load_gates(path))


def line(weights: str, **changes: object) -> dict[str, object]:
    """A gate of the tiny character model, which reads two of the four drawn characters."""
    gate = {"weights": weights, "evaluation": "character_predictor", "dataset": "emnist", "split": "test"}
    return {**gate, "limit": None, "score": "accuracy", "measured": 0.5, "minimum": 0.4, **changes}


def guards(*names: str) -> list[dict[str, object]]:
    """Gates of models whose data is not there."""
    return [line(name, evaluation="line_predictor", dataset="iam", score="cer") for name in names]


def test_every_shipped_model_has_a_gate_and_every_gate_its_model() -> None:
    assert {gate.weights for gate in GATES} == set(artifacts.available(SHIPPED))


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_bounds_are_kept_by_the_rule_and_chosen_on_validation_data(gate: Gate) -> None:
    assert gate.split == "validation"
    assert gate.measured is not None
    bound = {"minimum": gate.minimum} if gate.maximum is None else {"maximum": gate.maximum}
    assert bound == bound_for(gate.score, gate.measured)


def test_rule() -> None:
    assert bound_for("cer", 0.2) == {"maximum": 0.24}
    assert bound_for("accuracy", 0.8) == {"minimum": 0.76}


@pytest.mark.parametrize(
    ("gate", "value", "reason"),
    [
        (LOWER_IS_WORSE, 0.4, ""),
        (LOWER_IS_WORSE, 0.39, "expected at least 0.4; received 0.3900"),
        (HIGHER_IS_WORSE, 0.1, ""),
        (HIGHER_IS_WORSE, 0.11, "expected at most 0.1; received 0.1100"),
    ],
)
def test_shortfall(gate: Gate, value: float, reason: str) -> None:
    assert shortfall(gate, value) == reason


@pytest.mark.parametrize(("minimum", "status", "word"), [(0.4, 0, "passed"), (0.6, 1, "FAILED")])
def test_command_scores_the_shipped_model_and_can_fail(
    minimum: float,
    status: int,
    word: str,
    emnist_root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gates = [line("tiny_character", minimum=minimum), *guards("tiny_line", "tiny_paragraph", "tiny_word")]
    install(gates, tmp_path, monkeypatch)

    assert main(["--data-root", str(emnist_root), "--only", "tiny_character"]) == status
    assert f"{word}" in (out := capsys.readouterr().out)
    assert "accuracy of character_predictor on emnist, test" in out
    assert "0.5000" in out


def test_absent_data_skips_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(guards("tiny_character", "tiny_line", "tiny_paragraph", "tiny_word"), tmp_path, monkeypatch)

    assert main(["--data-root", str(tmp_path), "--only", "tiny_line"]) == 0
    assert capsys.readouterr().out.startswith(
        "SKIPPED tiny_line: cer of line_predictor on iam, test: There is no folder"
    )


def test_words_are_scored_on_what_is_held_back_of_their_training_folders(scene_text: Path) -> None:
    set_mirror(scene_text)
    gate = Gate("tiny_word", "word_predictor", "scene_text", "validation", None, "word_accuracy")
    assert check_thresholds.measure(gate, scene_text) == 1


@pytest.mark.slow
def test_pages_are_scored_as_the_evaluation_of_pages_does(
    iam_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_thresholds, "DEFAULT_DETECTOR_MODEL", "tiny_paragraph")
    set_mirror(iam_root)
    gate = Gate("tiny_line", "paragraph_text_recognizer", "iam", "test", None, "cer")
    assert check_thresholds.measure(gate, iam_root) == 0


def test_shipped_model_without_a_gate_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(guards("tiny_line", "tiny_paragraph", "tiny_word"), tmp_path, monkeypatch)

    assert unguarded(check_thresholds.load_gates()) == ["tiny_character"]
    assert main(["--data-root", str(tmp_path)]) == 1
    assert "FAILED  tiny_character: is shipped without a line" in capsys.readouterr().out


def test_damaged_model_fails(
    emnist_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (artifacts.WEIGHTS_DIR / "tiny_character" / "model.onnx").write_bytes(b"damaged")
    install(
        [line("tiny_character"), *guards("tiny_line", "tiny_paragraph", "tiny_word")], tmp_path, monkeypatch
    )

    assert main(["--data-root", str(emnist_root), "--only", "tiny_character"]) == 1
    assert "the file is damaged" in capsys.readouterr().out


def test_gate_without_a_bound_fails_and_proposes_one(
    emnist_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new = line("tiny_character", measured=None, minimum=None)
    install([new, *guards("tiny_line", "tiny_paragraph", "tiny_word")], tmp_path, monkeypatch)

    assert main(["--data-root", str(emnist_root), "--only", "tiny_character"]) == 1
    assert '"measured": 0.5, "minimum": 0.415' in capsys.readouterr().out


@pytest.mark.parametrize("changes", [{"evaluation": "nose"}, {"split": "dev"}, {"least": 1}])
def test_file_with_something_unknown_is_refused(changes: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "thresholds.json"
    path.write_text(json.dumps({"gates": [line("tiny_character", **changes)]}), encoding="utf-8")

    with pytest.raises(ConfigError, match="Correct"):
        load_gates(path)
