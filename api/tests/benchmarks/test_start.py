import json
from pathlib import Path

import pytest

from api.benchmarks import start
from text_recognizer.images.loading import load_image


@pytest.mark.slow
def test_the_scan_is_as_large_as_a4_at_300_dpi() -> None:
    assert load_image(start.scan()).shape == (3508, 2480)


@pytest.mark.parametrize(("seconds", "status"), [([1.0, 1.5, 9.0], 0), ([1.0, 2.5, 2.5], 1)])
def test_the_median_start_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seconds: list[float], status: int
) -> None:
    starts = iter({"seconds_to_ready": each, "mb_after_lines": 200.0} for each in seconds)
    monkeypatch.setattr(start, "start_once", lambda: next(starts))
    path = tmp_path / "start.json"
    assert start.main(["--times", "3", "--json", str(path)]) == status
    assert len(json.loads(path.read_text())["starts"]) == 3
