"""Many files: every page once, whatever is broken, killed or interrupted on the way."""

import io
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from text_recognizer.arrays import GrayImage
from text_recognizer.cli import recognize
from text_recognizer.cli.batch import predictors
from text_recognizer.cli.command import main
from text_recognizer.documents.journal import FOLDER
from text_recognizer.documents.reading import PageReader
from text_recognizer.documents.sources import Source, find_sources
from text_recognizer.tests.documents.files import KINDS, StubRecognizer, text_of, write

PAGES = 8 + (9 + 10) + (15 + 16)  # of single images, of TIFFs and PDFs

Capture = pytest.CaptureFixture[str]


class KilledError(BaseException):
    """Ends the command as SIGKILL does: nothing catches it."""


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> StubRecognizer:
    """Let pages be read by their grey value."""
    recognizer = StubRecognizer()

    def build(reading: predictors.Reading) -> PageReader:
        return PageReader(recognizer.predict, reading.limits)

    monkeypatch.setattr(predictors.Reading, "build", build)
    return recognizer


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Return a folder with 12 files of six kinds, 58 pages, and 6 broken files."""
    folder, gray = tmp_path / "scans", 10
    for number in range(12):
        kind = KINDS[number % len(KINDS)]
        pages = 5 + number if kind in ("tif", "pdf") else 1
        write(folder / f"box{number % 2}" / f"scan{number // 6}.{kind}", list(range(gray, gray + pages)))
        gray += pages
    for number, kind in enumerate(KINDS):
        (folder / f"broken{number}.{kind}").write_bytes(b"%PDF-1.7" if kind == "pdf" else b"no image")
    return folder


def texts(folder: Path) -> Counter[str]:
    """Return how often each line of text is in the text files of a folder."""
    found = (path.read_text(encoding="utf-8") for path in folder.rglob("*.txt"))
    return Counter(line.strip() for text in found for line in text.splitlines() if line.strip())


def test_every_page_comes_once_and_broken_files_are_named(
    stub: StubRecognizer, scans: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    assert main(["recognize", str(scans), "--recursive", "-f", "txt,json,pdf", "-o", str(out)]) == 1
    lines = texts(out)
    assert set(lines.values()) == {1}
    assert len(lines) == stub.pages == PAGES
    err = capsys.readouterr().err.splitlines()
    assert sorted(line.split(":")[1].rpartition("/")[2] for line in err) == [
        f"broken{number}.{kind}" for number, kind in enumerate(KINDS)
    ]
    assert (out / "box0" / "scan0.png.txt").is_file()  # its stem is that of others in its folder
    assert not (out / FOLDER).exists()


@pytest.mark.slow
def test_killed_at_random_and_resumed_nothing_is_lost_and_one_page_redone(
    stub: StubRecognizer, scans: Path, tmp_path: Path, capsys: Capture
) -> None:
    out, generator, kills = tmp_path / "out", random.Random(1), 0
    command = ["recognize", str(scans), "--recursive", "-f", "txt,json", "-o", str(out), "--resume"]

    def maybe_die(image: GrayImage) -> None:
        if generator.random() < 0.3:
            raise KilledError

    stub.before = maybe_die
    while True:
        try:
            assert main(command) == 1
            break
        except KilledError:
            kills += 1
    assert kills > 5
    lines = texts(out)
    assert set(lines.values()) == {1}
    assert stub.pages == len(lines)  # no page that was read was read again
    assert not (out / FOLDER).exists()
    capsys.readouterr()
    assert main(command) == 1  # what failed is tried again, the rest is not touched
    assert stub.pages == len(lines)
    assert capsys.readouterr().err.count("broken") == len(KINDS)


def test_without_resume_all_is_read_again(stub: StubRecognizer, tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", [1, 2])
    for expected in (2, 4):
        assert main(["recognize", str(path), "-o", str(tmp_path / "out")]) == 0
        assert stub.pages == expected
    assert main(["recognize", str(path), "-o", str(tmp_path / "out"), "--resume"]) == 0
    assert stub.pages == 4


def test_a_changed_file_is_read_again(stub: StubRecognizer, tmp_path: Path) -> None:
    path, out = write(tmp_path / "a.png", [1]), tmp_path / "out"
    command = ["recognize", str(path), "-o", str(out), "--resume"]
    assert main(command) == 0
    write(path, [7])
    later = (out / "a.txt").stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))
    assert main(command) == 0
    assert texts(out) == {text_of(7): 1}


def test_a_page_that_fails_leaves_the_others(stub: StubRecognizer, tmp_path: Path, capsys: Capture) -> None:
    path, out = write(tmp_path / "a.tif", [1, 2, 3]), tmp_path / "out"
    command = ["recognize", str(path), "-o", str(out), "--resume", "-f", "json,page"]

    def fail(image: GrayImage) -> None:
        if image[0, 0] == 2:
            raise MemoryError

    stub.before = fail
    assert main(command) == 1
    assert "a.tif, page 2: MemoryError" in capsys.readouterr().err
    pages = json.loads((out / "a.json").read_text())["pages"]
    assert [page["page"] for page in pages] == [1, 3]
    stub.before = lambda image: None
    assert main(command) == 0
    assert stub.pages == 3  # of which page 2 is the last one
    assert len(json.loads((out / "a.json").read_text())["pages"]) == 3
    assert sorted(path.name for path in out.glob("*.xml")) == [f"a-{n}.page.xml" for n in (1, 2, 3)]


def test_pages_on_stdout(stub: StubRecognizer, tmp_path: Path, capsys: Capture) -> None:
    path = write(tmp_path / "a.pdf", [1, 2, 3])
    assert main(["recognize", str(path), "--pages", "2-"]) == 0
    assert capsys.readouterr().out == f"{text_of(2)}\n\f{text_of(3)}\n"
    assert main(["recognize", str(path), "-f", "json"]) == 0
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["page"], each["text"]) for each in objects] == [(n, text_of(n)) for n in (1, 2, 3)]
    assert main(["recognize", str(path), "--draw", str(tmp_path / "out.png")]) == 0
    assert sorted(each.name for each in tmp_path.glob("out*")) == ["out-1.png", "out-2.png", "out-3.png"]


def test_shards_share_the_work(stub: StubRecognizer, scans: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for index in (1, 2, 3):
        main(["recognize", str(scans), "--recursive", "-o", str(out), "--shard", f"{index}/3"])
    assert set(texts(out).values()) == {1}
    assert len(texts(out)) == stub.pages


def test_a_watched_folder_is_read_until_ctrl_c(
    stub: StubRecognizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    write(tmp_path / "in" / "a.png", [1])

    def watched(folder: Path, recursive: bool, besides: Path | None) -> Iterator[list[Source]]:
        yield find_sources([folder], recursive, besides)
        write(folder / "b.png", [2])
        yield [source for source in find_sources([folder]) if source.name.endswith("b.png")]
        raise KeyboardInterrupt

    monkeypatch.setattr(recognize, "watched", watched)
    assert main(["recognize", "--watch", str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 130
    assert texts(tmp_path / "out") == {text_of(1): 1, text_of(2): 1}
    assert capsys.readouterr().err == "text-recognizer: interrupted\n"


def test_a_terminal_gets_progress_and_a_summary(
    stub: StubRecognizer, scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    main(["recognize", str(scans), "--recursive", "-o", str(tmp_path / "out")])
    assert "pages/s" in terminal.getvalue()
    summary = terminal.getvalue().splitlines()[-1]
    assert f"{PAGES} pages of 18 documents in" in summary
    assert summary.endswith("; 6 failed")


def test_results_never_replace_what_is_read(stub: StubRecognizer, tmp_path: Path, capsys: Capture) -> None:
    path = write(tmp_path / "a.png", [1])
    content = path.read_bytes()
    assert main(["recognize", str(path), "-f", "png", "-o", str(tmp_path)]) == 1
    assert path.read_bytes() == content
    assert "choose another folder" in capsys.readouterr().err


@pytest.mark.process
@pytest.mark.slow
def test_several_processes_read_the_same(scans: Path, tmp_path: Path, capsys: Capture) -> None:
    path = write(tmp_path / "a.tif", [250, 251, 252])
    assert main(["recognize", str(path), "--jobs", "2", "-f", "json"]) == 0
    assert [json.loads(line)["page"] for line in capsys.readouterr().out.splitlines()] == [1, 2, 3]


def test_what_killed_runs_have_left_is_removed(stub: StubRecognizer, tmp_path: Path) -> None:
    write(tmp_path / "scan.png", [10])
    left = tmp_path / "out" / "box" / f".{'0f' * 16}.part"
    left.parent.mkdir(parents=True)
    left.write_text("half a page")
    assert main(["recognize", str(tmp_path / "scan.png"), "-o", str(tmp_path / "out")]) == 0
    assert not left.exists()
