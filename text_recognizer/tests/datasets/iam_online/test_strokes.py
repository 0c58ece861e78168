import logging
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.iam_online import strokes as iam_online_strokes
from text_recognizer.datasets.iam_online.strokes import load_strokes, read_points
from text_recognizer.datasets.iam_online.texts import OnlineLine
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets import toy_ink

LINES = [OnlineLine(name, text, toy_ink.member(name)) for name, text in toy_ink.TEXTS.items()]


@pytest.fixture
def folder(data_root: Path) -> Path:
    return data_root / "raw" / "iam_ondb"


def test_points_keep_strokes_apart_and_start_at_zero() -> None:
    points = read_points(toy_ink.xml([[(10, 70), (30, 50)], [], [(20, 60)]]))
    assert points.tolist() == [[0, 20, 0], [20, 0, 1], [10, 10, 1]]
    assert points.dtype == np.int16


@pytest.mark.parametrize(
    "content",
    [b"", b"<WhiteboardCaptureSession><Stroke>", toy_ink.xml([[]]), toy_ink.xml([[(0, 0), (40_000, 0)]]),
     toy_ink.xml([[(1, 1)]]).replace(b'y="1"', b""), toy_ink.xml([[(1, 1)]]).replace(b'"1"', b'"one"'),
     toy_ink.xml([[(-(10**20), 0), (0, 0)]]), toy_ink.xml([[(-(2**63), 0), (2**63 - 1, 0)]])],
)  # fmt: skip
def test_damaged_files_are_refused(content: bytes) -> None:
    with pytest.raises((ElementTree.ParseError, KeyError, ValueError)):
        read_points(content)


@pytest.mark.parametrize("kind", ["xz", "gz"])
def test_strokes_of_all_lines_but_the_damaged_and_missing(
    folder: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    damaged, missing = LINES[0], LINES[2]
    toy_ink.write_iam_ondb(folder, toy_ink.TEXTS, {damaged.id: b"<Stroke", missing.id: b""}, kind)
    with caplog.at_level(logging.WARNING):
        strokes = load_strokes(LINES)
    assert strokes.broken == [damaged.id, missing.id]
    assert damaged.path in caplog.text
    assert missing.id in caplog.text
    for line in (LINES[1], LINES[3]):
        np.testing.assert_array_equal(strokes.points[line.id], toy_ink.points(len(toy_ink.TEXTS[line.id])))


def test_the_archive_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toy_ink.write_iam_ondb(folder, toy_ink.TEXTS, {LINES[0].id: b"<Stroke"})
    first = load_strokes(LINES)
    monkeypatch.setattr(iam_online_strokes, "read_members", lambda archive: pytest.fail("read again"))
    second = load_strokes(LINES)
    assert second.broken == first.broken == [LINES[0].id]
    for name, points in first.points.items():
        np.testing.assert_array_equal(second.points[name], points)
        assert second.points[name].dtype == np.int16


def test_what_is_missing_is_named(folder: Path) -> None:
    with pytest.raises(DataError, match=r"lineStrokes-all\.tar.*readme"):
        load_strokes(LINES)
    toy_ink.write_iam_ondb(folder, toy_ink.TEXTS, dict.fromkeys(toy_ink.TEXTS, b""))
    with pytest.raises(DataError, match=r"none of the files that lines\.tsv names"):
        load_strokes(LINES)
