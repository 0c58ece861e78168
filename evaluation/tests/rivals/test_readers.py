"""Readers take turns and are timed; the rivals are programs of their names that read what is known."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.rivals.readers import (
    TURNS,
    RapidOcr,
    Reader,
    Reading,
    loaded_tesseract,
    read_one_by_one,
    read_together,
    take_turns,
    tesseract_version,
    timed_reading,
)
from text_recognizer.errors import ConfigError


@pytest.fixture
def lines(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.png" for name in "ab"]
    for path in paths:
        Image.fromarray(np.full((40, 200), 255, np.uint8)).save(path)
    return paths


def test_readers_take_turns_and_read_everything_once() -> None:
    order: list[str] = []

    def reader(name: str) -> Reader:
        def read(paths: object) -> Reading:
            names = [path.name for path in paths]  # type: ignore[attr-defined]
            order.append(name)
            return Reading(names, 1.0, 0.5)

        return Reader(read)

    first, second = reader("first"), reader("second")
    paths = [Path(str(number)) for number in range(10)]
    take_turns([(first, paths), (second, paths)])
    assert first.texts == second.texts == [path.name for path in paths]
    assert (first.seconds, first.cpu_seconds) == (TURNS, TURNS / 2)
    assert order == ["first", "second"] * TURNS


def test_time_of_this_process_counts() -> None:
    reading = timed_reading(lambda paths: [str(sum(range(100_000))) for _ in paths])([Path("a")])
    assert reading.texts == ["4999950000"]
    assert reading.seconds > 0
    assert reading.cpu_seconds > 0


@pytest.mark.usefixtures("fake_tesseract")
def test_tesseract_reads_together_and_one_by_one(lines: list[Path]) -> None:
    assert tesseract_version() == "tesseract 0.fake"
    assert read_together(lines, 7) == read_one_by_one(lines, 7) == ["the text", "the text"]
    assert read_together([], 8) == []


@pytest.mark.usefixtures("fake_tesseract")
def test_the_time_of_a_loaded_tesseract_is_never_negative(lines: list[Path]) -> None:
    reading = loaded_tesseract(8)(lines)
    assert reading.texts == ["the text", "the text"]
    assert reading.seconds >= 0
    assert reading.cpu_seconds >= 0


@pytest.mark.usefixtures("fake_rapidocr")
def test_rapidocr_reads_in_a_process_that_stays(lines: list[Path]) -> None:
    with RapidOcr(sys.executable) as rival:
        assert rival.version == "RapidOCR 9.9"
        assert rival.read(lines).texts == ["a", "b"]
        reading = rival.read([*lines[:1], Path("nowhere.png")])
    assert reading.texts == ["a", ""]
    assert reading.seconds > 0


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="--rapidocr-python"):
        RapidOcr(str(tmp_path / "python"))
    (tmp_path / "rapidocr.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ConfigError, match="install the packages rapidocr"):
        RapidOcr(sys.executable)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match="Install Tesseract 5"):
        tesseract_version()
