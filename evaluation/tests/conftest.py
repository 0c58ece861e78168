import gzip
import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from text_recognizer.inference import artifacts
from text_recognizer.tests import tiny_models
from text_recognizer.tooling.data_root import set_mirror
from text_recognizer.vocabulary import EMNIST_CHARACTERS

LINES = {"t01-001-00": "bb", "t01-001-01": "bbb", "t01-001-02": "b"}


@pytest.fixture(autouse=True)
def tiny_weights(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped weights: tiny_line ("b"), tiny_word ("ab"), tiny_paragraph, tiny_character ("l-")."""
    folder = tmp_path_factory.mktemp("weights")
    tiny_models.write_line_artifact(folder, [0.4], "b")
    tiny_models.write_word_artifact(folder)
    tiny_models.write_detector_artifact(folder)
    tiny_models.write_character_artifact(folder)
    monkeypatch.setattr(artifacts, "WEIGHTS_DIR", folder)


@pytest.fixture(autouse=True)
def no_mirror_left_behind() -> object:
    yield
    set_mirror(None)


def save(image: npt.NDArray[np.uint8], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)
    return path


def save_text(text: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def emnist_root(tmp_path: Path) -> Path:
    """A data root with four test characters and nothing else: l, l, L and l, the last one drawn as a dash."""
    upright = np.zeros((4, 28, 28), np.uint8)
    upright[:3, 2:26, 13:15] = 255
    upright[3, 13:15, 2:26] = 255
    labels = bytes(EMNIST_CHARACTERS.index(c) for c in "llLl")
    stored = upright.transpose(0, 2, 1).tobytes()
    folder = tmp_path / "emnist"
    folder.mkdir()
    for kind, header, content in (
        ("images-idx3", struct.pack(">4I", 0x0803, 4, 28, 28), stored),
        ("labels-idx1", struct.pack(">2I", 0x0801, 4), labels),
    ):
        path = folder / f"emnist-byclass-test-{kind}-ubyte.gz"
        path.write_bytes(gzip.compress(header + content))
    return tmp_path


def _line_element(index: int, line_id: str, text: str) -> str:
    """Return the xml of a line of `draw_page`, its box with some paper around the bars."""
    box = f'x="44" y="{64 + 140 * index}" width="{64 * len(text)}" height="96"'
    return f'<line id="{line_id}" text="{text}"><word id="{line_id}-00"><cmp {box}/></word></line>'


@pytest.fixture
def iam_root(tmp_path: Path) -> Path:
    """A data root with one test form of three lines: page, boxes, two line images, split list, manifest."""
    folder = tmp_path / "iam"
    save(tiny_models.draw_page([2, 3, 1]), folder / "forms" / "t01-001.png")
    rows = "\n".join(_line_element(i, *line) for i, line in enumerate(LINES.items()))
    xml = f'<form id="t01-001" writer-id="7" width="900"><handwritten-part>{rows}</handwritten-part></form>'
    save_text(xml, folder / "xml" / "t01-001.xml")
    for line_id in ("t01-001-00", "t01-001-01"):
        path = folder / "lines" / "t01" / "t01-001" / f"{line_id}.png"
        save(tiny_models.draw_bars("b" if line_id.endswith("00") else "bbb"), path)
    save_text("\n".join(LINES), folder / "splits" / "aachen" / "test.txt")
    manifest = ["line_id\tform\twriter\tsegmentation\taachen\timage_source\ttext"]
    manifest += [
        f"{line_id}\tt01-001\t7\tok\ttest\tsource_{line_id[-1]}\t{text}" for line_id, text in LINES.items()
    ]
    save_text("\n".join(manifest), folder / "manifest.tsv")
    return tmp_path


@pytest.fixture
def labelled_folder(tmp_path: Path) -> Callable[[dict[str, npt.NDArray[np.uint8]], str], Path]:
    """Writes a folder of images with labels.tsv."""

    def write(images: dict[str, npt.NDArray[np.uint8]], labels: str) -> Path:
        folder = tmp_path / "other_hands" / "bars"
        for name, image in images.items():
            save(image, folder / name)
        save_text(labels, folder / "labels.tsv")
        return folder

    return write


FAKE_TESSERACT = """#!/bin/sh
if [ "$1" = --version ]; then echo "tesseract 0.fake"; exit; fi
while read -r line; do printf 'the  text\\n\\f'; done < "$1"
"""

FAKE_RAPIDOCR = """
import pathlib, types
class RapidOCR:
    def __init__(self, params):
        assert params["EngineConfig.onnxruntime.intra_op_num_threads"] == 1
        print("what packages print")
    def __call__(self, path, use_det=True, use_cls=True, use_rec=True):
        pages = (use_det, use_cls, use_rec) == (True, True, True)
        assert pages or (use_det, use_cls, use_rec) == (False, False, True)
        path = pathlib.Path(path)
        texts = (path.stem, "of a page") if pages else (path.stem,)
        return types.SimpleNamespace(txts=texts if path.is_file() else None)
"""


@pytest.fixture
def fake_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of its name that reads everything as one text."""
    program = tmp_path / "bin" / "tesseract"
    program.parent.mkdir()
    program.write_text(FAKE_TESSERACT)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def fake_rapidocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of its name that reads the names of files, on pages in two lines."""
    packages = tmp_path / "packages"
    metadata = packages / "rapidocr-9.9.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: rapidocr\nVersion: 9.9\n")
    (packages / "rapidocr.py").write_text(FAKE_RAPIDOCR)
    monkeypatch.setenv("PYTHONPATH", str(packages))


@pytest.fixture
def scene_text(tmp_path: Path) -> Path:
    """A data root with four words of IC13 and two of IIIT5K that tiny_word reads, but one, as they are."""
    folders = {
        "ic13_test": {"1.png": ("bbbb", "BBBB"), "2.png": ("abab", "abab"), "3.png": ("abbb", "ab-bb")},
        "iiit5k_test": {"1.png": ("bbbb", "BBBB"), "2.png": ("baba", "bab")},
        "iiit5k_train": {f"{number}.png": ("bbbb", "bbbb") for number in range(20)},
        "ic15_train": {f"{number}.png": ("abab", "abab") for number in range(20)},
    }
    for name, words in folders.items():
        folder = tmp_path / "scene_text" / name
        for file, (drawn, _) in words.items():
            save(tiny_models.draw_bars(drawn), folder / file)
        save_text("".join(f"{file}\t{text}\n" for file, (_, text) in words.items()), folder / "labels.tsv")
    return tmp_path
