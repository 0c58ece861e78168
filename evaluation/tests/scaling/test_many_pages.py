"""Memory and processor time of a command that reads many pages."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from evaluation.scaling import many_pages
from evaluation.scaling.many_pages import Look, look_at, main, summarize
from text_recognizer.errors import InvalidInputError
from text_recognizer.tests.drawn_images import draw_word


def test_the_first_pages_are_left_out_and_both_ends_compared() -> None:
    looks = [Look(pages, 2.0 + 0.02 * pages, 100 + pages / 100) for pages in range(50, 10_001, 50)]
    assert summarize(looks) == pytest.approx(
        {"pages": 10_000, "megabytes_early": 101, "megabytes_end": 200,
         "processor_ms_early": 20, "processor_ms_end": 20}
    )  # fmt: skip


def test_growth_shows() -> None:
    looks = [Look(pages, pages**2 / 1000, 100) for pages in range(1, 41)]
    found = summarize(looks)
    assert found["processor_ms_early"] == pytest.approx(1000 * (14**2 - 4**2) / 1000 / 10)
    assert found["processor_ms_end"] == pytest.approx(1000 * (40**2 - 30**2) / 1000 / 10)
    assert "| ms of processor time a page | 18.0 | 70.0 | +288.9 % |" in many_pages.table(found)


@pytest.mark.parametrize("looks", [[], [Look(9, 1.0, 100)]])
def test_too_few_pages_are_refused(looks: list[Look]) -> None:
    with pytest.raises(InvalidInputError, match="read more of them"):
        summarize(looks)


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc is looked at")


@needs_proc
@pytest.mark.process
def test_a_process_is_looked_at_while_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_pages, "_INTERVAL_S", 0.01)
    code = (
        "import pathlib, sys, time\n"
        "for i in range(3):\n"
        "    pathlib.Path(sys.argv[1], str(i)).touch()\n"
        "    sys.stdin.readline()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        looks = []
        for look in look_at(process, tmp_path):
            looks.append(look)
            process.stdin.write(b"\n")
            process.stdin.flush()
    assert [look.pages for look in looks] == [1, 2, 3]
    assert all(look.megabytes > 1 for look in looks)


@needs_proc
@pytest.mark.slow
@pytest.mark.process
def test_the_command_reads_pages_and_prints_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = Image.new("L", (360, 200), 255)
    page.paste(draw_word("Monday"), (40, 60))
    page.save(tmp_path / "page.png")
    monkeypatch.setattr(many_pages, "_INTERVAL_S", 0.01)
    assert main([str(tmp_path / "page.png"), "--pages", "40"]) == 0
    assert "| MB of memory |" in capsys.readouterr().out
    (tmp_path / "page.png").write_bytes(b"no image")
    assert main([str(tmp_path / "page.png"), "--pages", "2"]) == 1
