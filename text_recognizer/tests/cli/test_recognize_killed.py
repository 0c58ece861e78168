"""SIGKILL at any moment of a batch: whatever is written is whole, and nothing that was read is lost."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.tests.drawn_images import draw_word

KILLS = int(os.environ.get("KILLS", "2"))
PAGES_PER_KILL = 4  # fewer than a run can read before it is killed would leave the last ones nothing to do
LONGEST_S = (
    4.0  # from the start of a run to its kill: some die while models load, some while files are written
)


def start(scans: Path, results: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "text_recognizer.cli", "recognize", str(scans), "-f", "json,txt"]
    return subprocess.Popen([*command, "-o", str(results), "--resume"], stderr=subprocess.DEVNULL)


def contents(results: Path) -> dict[str, bytes]:
    """Return the results by their names, after all were read."""
    found = {path.name: path.read_bytes() for path in results.glob("*.*") if path.is_file()}
    for name, content in found.items():
        if name.endswith(".json"):
            assert json.loads(content)
    return found


@pytest.mark.process
@pytest.mark.slow
def test_kills_leave_whole_results_and_lose_none(tmp_path: Path) -> None:
    scans, results, rng = tmp_path / "scans", tmp_path / "results", random.Random(1)
    scans.mkdir()
    page = Image.new("L", (360, 200), 255)
    page.paste(draw_word("river"), (40, 60))
    for number in range(KILLS * PAGES_PER_KILL):
        page.save(scans / f"{number:04}.png")
    before: dict[str, bytes] = {}
    for _ in range(KILLS):
        with start(scans, results) as process:
            try:
                process.wait(rng.uniform(0.2, LONGEST_S))
            except subprocess.TimeoutExpired:
                process.kill()
        now = contents(results)
        assert before.items() <= now.items()
        before = now
    with start(scans, results) as process:
        assert process.wait() == 0
    now = contents(results)
    assert before.items() <= now.items()
    assert sorted(now) == sorted(
        f"{path.stem}.{form}" for path in scans.iterdir() for form in ("json", "txt")
    )
