import json
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.calibration import Calibration, Calibrations
from text_recognizer.decoding.config import DECODING, DecodingConfig, read_decoding
from text_recognizer.decoding.language_model.loading import DEFAULT_LANGUAGE_MODEL
from text_recognizer.errors import ArtifactError
from text_recognizer.inference import artifacts
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL

CONFIG = DecodingConfig(
    "beam", "toy", BeamSearchConfig(lm_weight=0.25), {"beam": Calibrations(word=Calibration(2.0, -1.0))}
)


def write(folder: Path, **changes: object) -> None:
    content = {"model_sha256": "abc", **CONFIG.to_dict(), "measured": {}, **changes}
    (folder / DECODING).write_text(json.dumps(content))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write(tmp_path)
    assert read_decoding(tmp_path, "abc") == CONFIG


def test_files_from_before_numbers_were_calibrated_are_read(tmp_path: Path) -> None:
    write(tmp_path, calibration={"beam": {"word": {"slope": 2.0, "offset": -1.0}}})
    assert read_decoding(tmp_path, "abc") == CONFIG


def test_without_a_file_or_for_other_weights_decoding_is_greedy(tmp_path: Path) -> None:
    assert read_decoding(tmp_path, "abc") == DecodingConfig()
    assert DecodingConfig().decoder == "greedy"
    write(tmp_path)
    assert read_decoding(tmp_path, "other") == DecodingConfig()


@pytest.mark.parametrize(
    "changes",
    [
        {"decoder": "best"},
        {"decoder": ["beam"]},
        {"beam": {"wide": 1}},
        {"beam": None},
        *({"beam": {"width": wrong}} for wrong in (0, -1, 10**9, 2.5, "24", True, None)),
        *({"beam": {"labels": wrong}} for wrong in (0, 10**9)),
        *({"beam": {"margin": wrong}} for wrong in (float("nan"), float("inf"), -1.0)),
        *({"beam": {"lm_weight": wrong}} for wrong in ("x", [0.5], -1.0, 1e9)),
        *({"beam": {"least_probability": wrong}} for wrong in (-0.1, 1.5)),
        {"calibration": {"beam": 3}},
        {"calibration": {"best": {}}},
        {"calibration": {"beam": {"word": {"slope": float("nan")}}}},
        {"calibration": {"beam": {"word": {"slope": "1"}}}},
        {"calibration": {"beam": {"number": {"slope": -1.0}}}},
        *({"language_model": wrong} for wrong in ("../lm", "a/b", "..", ".", "", "/lm", "a\0b", 7, None)),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    write(tmp_path, **changes)
    with pytest.raises(ArtifactError, match="training.decoding.tune"):
        read_decoding(tmp_path, "abc")


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "[]", "null"])
def test_a_file_that_is_no_object_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / DECODING).write_text(text)
    with pytest.raises(ArtifactError, match="training.decoding.tune"):
        read_decoding(tmp_path, "abc")


def test_calibration_keeps_the_order_and_the_range() -> None:
    confidences = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
    np.testing.assert_allclose(Calibration().apply(confidences), confidences, atol=2e-6)
    changed = Calibration(0.5, -1.0).apply(confidences)
    assert (np.diff(changed) > 0).all()
    assert changed[2] == pytest.approx(1 / (1 + np.e))
    assert 0 <= changed.min() <= changed.max() <= 1


def test_shipped_model_was_tuned_as_it_is() -> None:
    if DEFAULT_LINE_MODEL not in artifacts.available():
        pytest.skip("no line model in weights/")
    artifact = artifacts.find(DEFAULT_LINE_MODEL, "line")
    config = read_decoding(artifact.path.parent, artifact.sha256)
    assert config.calibration.keys() == {"greedy", "beam"}, "run python -m training.decoding.tune --save"
    assert config.language_model == DEFAULT_LANGUAGE_MODEL
