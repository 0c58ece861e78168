"""What is whole is said; what is missing, damaged or too new comes with the command that mends it."""

import json
from pathlib import Path

import pytest

from text_recognizer.cli import doctor
from text_recognizer.cli.command import main
from text_recognizer.decoding.config import DecodingConfig
from text_recognizer.inference import artifacts
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the model that the tiny ones have no counterpart of."""
    monkeypatch.setattr(doctor, "MODELS", {DEFAULT_LINE_MODEL: "line", DEFAULT_DETECTOR_MODEL: "paragraph"})
    monkeypatch.setattr(doctor, "LANGUAGE_MODELS", {})


def test_a_healthy_machine(capsys: Capture) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    for subject in (
        "text_recognizer",
        "python",
        "numpy",
        "onnxruntime",
        "processor",
        "threads",
        "beam search",
        "pixels",
    ):
        assert f"\n{subject}" in f"\n{out}"
    assert out.count(", whole") == 2
    assert "lines read in " in out
    assert "mend it" not in out


@pytest.mark.parametrize("clone", [True, False])
@pytest.mark.parametrize("fault", ["missing", "damaged", "too new"])
def test_each_fault_has_its_remedy(
    fault: str, clone: bool, weights: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    folder = weights / DEFAULT_DETECTOR_MODEL
    manifest = folder / "manifest.json"
    if fault == "missing":
        manifest.unlink()
    elif fault == "damaged":
        (folder / "model.onnx").write_bytes(b"half")
    else:
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"decoding": "of tomorrow"}))
    if not clone:
        monkeypatch.setattr(artifacts, "CHECKOUT_FILE", weights / "nothing")
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    expected = {"missing": "There is no model", "damaged": "is damaged", "too new": "Install a newer package"}
    assert expected[fault] in out
    remedy = f"checkout HEAD -- {folder}" if clone else "pip install --force-reinstall text-recognizer"
    assert f"mend it with: {'git -C' if clone else 'pip'}" in out
    assert remedy in out


def test_a_missing_language_model_is_what_is_restored(
    weights: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(doctor, "LANGUAGE_MODELS", {"en": "LanguageModel_tiny"})
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "no language_model.json" in out
    assert f"checkout HEAD -- {weights / 'LanguageModel_tiny'}\n" in out


def test_a_decoding_file_of_other_weights_is_named(weights: Path, capsys: Capture) -> None:
    config = DecodingConfig("beam").to_dict() | {"model_sha256": "0" * 64}
    (weights / DEFAULT_LINE_MODEL / "decoding.json").write_text(json.dumps(config))
    assert main(["doctor"]) == 1
    assert "belongs to other weights, so that it is read greedily" in capsys.readouterr().out


def test_instruction_sets_are_those_that_linux_lists(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("flags : fpu avx2 avx512f sse4_2\n")
    assert doctor.instruction_sets(tmp_path / "cpuinfo") == ["sse4_2", "avx2", "avx512f"]
    assert doctor.instruction_sets(tmp_path / "none") == []
