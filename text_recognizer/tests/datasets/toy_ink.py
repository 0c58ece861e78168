"""A small IAM-OnDB in the official layout: zigzags with one tooth per character."""

import io
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from text_recognizer.arrays import PenPoints
from text_recognizer.datasets.iam_online.strokes import read_points

Stroke = Sequence[tuple[int, int]]

VALIDATION_FORM = "c02-002"
TEXTS = {
    "a01-000u-01": 'He said ,,no"',
    "a01-000u-02": "Mr . Foot ' s line",
    "b01-001-01": "a line of words",
    f"{VALIDATION_FORM}-01": "the other writer",
}


def zigzag(characters: int, slope: float = 0.0) -> list[Stroke]:
    """Return one stroke per eight characters; a tooth is 100 units high and 80 wide."""
    corners = [(40 * i, round(100 * (i % 2) + slope * 40 * i) + 500) for i in range(2 * characters + 1)]
    dense = [
        (x + (u - x) * k // 10, y + (v - y) * k // 10)
        for (x, y), (u, v) in zip(corners[:-1], corners[1:], strict=True)
        for k in range(10)
    ]
    return [dense[start : start + 160] for start in range(0, len(dense), 160)]


def xml(strokes: Sequence[Stroke]) -> bytes:
    """Return the official xml of a line."""
    drawn = ""
    for stroke in strokes:
        places = "".join(f'<Point x="{x}" y="{y}" time="1.5"/>' for x, y in stroke)
        drawn += f"<Stroke>{places}</Stroke>"
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?><WhiteboardCaptureSession><WhiteboardDescription/>'
        f"<StrokeSet>{drawn}</StrokeSet></WhiteboardCaptureSession>"
    ).encode("latin-1")


def points(characters: int, slope: float = 0.0) -> PenPoints:
    """Return the points of a zigzag."""
    return read_points(xml(zigzag(characters, slope)))


def member(line_id: str) -> str:
    """Return the official path of a line's file."""
    form = line_id.rpartition("-")[0]
    return f"lineStrokes/{form[:3]}/{form[:7]}/{line_id}.xml"


def write_iam_ondb(
    folder: Path, texts: Mapping[str, str], contents: Mapping[str, bytes], kind: str = "xz"
) -> None:
    """Write archive, list and validation set.

    Args:
        folder: The folder to fill.
        texts: Transcript by line id.
        contents: What the files of some lines hold instead of a zigzag; empty: there is no such file.
        kind: Compression of the archive.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"lineStrokes-all.tar.{kind}"
    with tarfile.open(path, "w:xz") if kind == "xz" else tarfile.open(path, "w:gz") as archive:
        for line_id, text in texts.items():
            content = contents.get(line_id, xml(zigzag(len(text))))
            if content:
                info = tarfile.TarInfo(member(line_id))
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    rows = [f"{line_id}\t{text}\t{member(line_id)}\n" for line_id, text in texts.items()]
    (folder / "lines.tsv").write_text("line_id\ttext\tpath\n" + "".join(rows))
    (folder / "testset_v.txt").write_text(f" {VALIDATION_FORM}\n")
