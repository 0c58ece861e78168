"""How fast models read, on lines that are drawn here; that a time is right cannot be tested."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation import measure_line_speed
from text_recognizer.inference import artifacts
from text_recognizer.tests import tiny_models


def test_models_are_measured_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure_line_speed, "BATCH_LINES", 2)
    other = tiny_models.write_line_artifact(tmp_path, [0.25, 0.75], "ab")
    (tmp_path / other).rename(artifacts.WEIGHTS_DIR / "second")
    lines = tmp_path / "lines"
    lines.mkdir()
    for index in range(5):
        Image.fromarray(np.full((40, 100 + index, 3), 255, np.uint8)).save(lines / f"{index}.png")
    (lines / "labels.tsv").write_text("".join(f"{index}.png\tb\n" for index in range(5)))
    out = tmp_path / "out.json"
    arguments = ["--data-root", str(lines), "--dataset", "labels", "--weights", "tiny_line"]
    assert measure_line_speed.main([*arguments, "--against", "second", "--json", str(out)]) == 0
    result = json.loads(out.read_text())
    assert (result["n"], result["batch"], list(result["models"])) == (5, 2, ["tiny_line", "second"])
    assert result["models"]["tiny_line"]["time_over_first"] == 1
    for measured in result["models"].values():
        assert min(measured.values()) > 0
    assert measure_line_speed.main([*arguments, "--limit", "1", "--json", str(tmp_path / "few.json")]) == 1
    assert not (tmp_path / "few.json").exists(), "a line is no batch"
