"""SIGKILL at any moment of a batch: whatever is written is whole, and nothing that was read is lost."""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.tests.drawn_images import draw_word

KILLS = int(os.environ.get("KILLS", "2"))
PAGES_PER_KILL = 4  # fewer than a run can read before it is killed would leave the last ones nothing to do
# From the start of a run to its kill, 4 s at most: some die while models load, some while files are written.
LONGEST_S = float(os.environ.get("LONGEST_S", "4"))  # more on a busy machine


def start(scans: Path, results: Path, errors: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "text_recognizer.cli", "recognize", str(scans), "-f", "json,txt"]
    return subprocess.Popen([*command, "-o", str(results), "--resume"], stderr=errors)


def small_page() -> Image.Image:
    page = Image.new("L", (360, 200), 255)
    page.paste(draw_word("Monday"), (40, 60))
    return page


def contents(results: Path) -> dict[str, bytes]:
    """Return the results by their names, after all were read."""
    found = {path.name: path.read_bytes() for path in results.glob("*.*") if path.is_file()}
    for name, content in found.items():
        if name.endswith(".json"):
            assert json.loads(content)
    return found


def killed_again_and_again(scans: Path, results: Path, rng: random.Random) -> dict[str, bytes]:
    """Start runs and kill each at a random moment; return what they have written."""
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
    return before


@pytest.mark.process
@pytest.mark.slow
def test_kills_leave_whole_results_and_lose_none(tmp_path: Path) -> None:
    scans, results, rng = tmp_path / "scans", tmp_path / "results", random.Random(1)
    scans.mkdir()
    page = small_page()
    for number in range(KILLS * PAGES_PER_KILL):
        page.save(scans / f"{number:04}.png")
    before = killed_again_and_again(scans, results, rng)
    with start(scans, results) as process:
        assert process.wait() == 0
    now = contents(results)
    assert before.items() <= now.items()
    assert sorted(now) == sorted(
        f"{path.stem}.{form}" for path in scans.iterdir() for form in ("json", "txt")
    )


SINGLE, SEVERAL = ("png", "jpg", "webp", "bmp"), ("tif", "pdf")
FILES_A_KIND = max(1, KILLS // 4)  # 20 kills: 30 files of 6 kinds with 200 pages, and 20 broken ones
PAGES_A_FILE = 18 if KILLS >= 20 else 3


def draw_pile(scans: Path, rng: random.Random) -> tuple[dict[str, int], set[str]]:
    """Write files of all kinds; return the number of pages of each good one, and the broken ones."""
    scans.mkdir()
    page, good, broken = small_page(), {}, set()
    for number in range(FILES_A_KIND):
        for kind in (*SINGLE, *SEVERAL):
            name = f"{kind}{number}.{kind}"
            good[name] = PAGES_A_FILE if kind in SEVERAL else 1
            if kind in SEVERAL:
                page.save(scans / name, save_all=True, append_images=[page] * (good[name] - 1))
            else:
                page.save(scans / name)
    for number in range(KILLS):
        kind = rng.choice((*SINGLE, *SEVERAL))
        name = f"broken{number}.{kind}"
        head = (scans / f"{kind}0.{kind}").read_bytes()[: rng.randrange(40)]
        (scans / name).write_bytes(head + rng.randbytes(rng.randrange(100)))
        broken.add(name)
    return good, broken


@pytest.mark.process
@pytest.mark.slow
def test_a_pile_of_documents_is_read_whole_in_spite_of_kills(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    scans, results, rng = tmp_path / "scans", tmp_path / "results", random.Random(2)
    good, broken = draw_pile(scans, rng)
    before = killed_again_and_again(scans, results, rng)
    with start(scans, results, subprocess.PIPE) as process:
        _, errors = process.communicate()
    assert process.returncode == 1  # some failed
    assert before.items() <= contents(results).items()
    read = {}
    for path in results.glob("*.json"):
        fields = json.loads(path.read_text())
        pages = fields.get("pages", [fields])
        read[Path(pages[0]["image"]).name] = [each["page"] for each in pages]
    assert read == {name: [*range(1, count + 1)] for name, count in good.items()}
    # Each page of a broken TIFF may have an error of its own.
    assert set(re.findall(r"scans/([\w.]+)", errors.decode())) == broken
    assert not list(results.rglob("*.part"))
