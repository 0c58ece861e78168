"""The reader of words in C++ (api/cpp) prints what Python prints."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage
from text_recognizer.cli.command import main
from text_recognizer.inference import artifacts
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.tests import tiny_models
from text_recognizer.tests.repository import ROOT
from text_recognizer.tests.tiny_models import draw_bars

SOURCES = ROOT / "api" / "cpp"
WORDS = ["Farkleberry", "turnstiles", "EXIT", "24h", "Zoo", "7:30", "OPEN", "don't", "A-1", "quay"]

pytestmark = pytest.mark.slow


def library() -> Path | None:
    """Return the library of ONNX Runtime that the environment names, or that of the Python package."""
    if named := os.environ.get("ONNXRUNTIME_LIBRARY"):
        return Path(named)
    found = sorted((Path(onnxruntime.__file__).parent / "capi").glob("libonnxruntime.*[0-9so.dylib]"))
    return found[0] if found else None


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the program, or skip with what is missing."""
    onnx_runtime = library()
    if onnx_runtime is None:
        pytest.skip("libonnxruntime is not in the Python package; name it in ONNXRUNTIME_LIBRARY")
    if shutil.which("cmake") is None or not any(map(shutil.which, ("c++", "g++", "clang++"))):
        pytest.skip("cmake or a C++ compiler is missing")
    folder = tmp_path_factory.mktemp("build")
    for command in (
        ["cmake", "-S", str(SOURCES), "-B", str(folder), f"-DONNXRUNTIME_LIBRARY={onnx_runtime}"],
        ["cmake", "--build", str(folder)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "read_words"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A word model with the network of the default line model: it reads badly, but with real logits."""
    folder = tmp_path_factory.mktemp("weights") / "words"
    shutil.copytree(artifacts.WEIGHTS_DIR / DEFAULT_LINE_MODEL, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["input"] |= {"kind": "word", "normalize": False}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    decoding = json.loads((folder / "decoding.json").read_text())
    decoding["calibration"]["greedy"]["word"] = {"slope": 0.8, "offset": 0.1}
    (folder / "decoding.json").write_text(json.dumps(decoding))
    return folder


def run(program: Path, model: Path, images: Sequence[Path]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program), str(model), *map(str, images)], capture_output=True, text=True, timeout=120
    )


def printed_by_python(model: Path, images: Sequence[Path], capsys: pytest.CaptureFixture[str]) -> str:
    options = ["--weights", model.name, "--weights-dir", str(model.parent), "--decoder", "greedy"]
    assert main(["words", *options, "--threads", "1", "--batch", "1", *map(str, images)]) == 0
    return capsys.readouterr().out


LUMA = (0.299, 0.587, 0.114)  # of red, green and blue, ITU-R 601-2
MIN_CONTRAST = 60  # greys; of less, Python looks at the colours, which the C++ program does not


def drawn(text: str, rng: np.random.Generator) -> Image.Image:
    """A word of any size, colours, polarity and noise."""
    size = int(rng.integers(8, 120))
    font = ImageFont.load_default(size)
    left, top, right, bottom = font.getbbox(text)
    margins = rng.integers(0, size // 2 + 2, 4)
    box = (int(right - left + margins[0] + margins[1]), int(bottom - top + margins[2] + margins[3]))
    paper, ink = rng.integers(0, 256, (2, 3)).tolist()
    while abs(np.dot(LUMA, paper) - np.dot(LUMA, ink)) < MIN_CONTRAST:
        paper, ink = rng.integers(0, 256, (2, 3)).tolist()
    image = Image.new("RGB", box, tuple(paper))
    ImageDraw.Draw(image).text((margins[0] - left, margins[2] - top), text, tuple(ink), font)
    noise = rng.normal(0, rng.uniform(0, 12), (box[1], box[0], 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def reads_png(program: Path, model: Path, tmp_path: Path) -> bool:
    """Tell whether the program was built with libpng."""
    Image.new("L", (8, 8)).save(tmp_path / "any.png")
    return "without libpng" not in run(program, model, [tmp_path / "any.png"]).stderr


def fifty_words(folder: Path, png: bool) -> tuple[list[Path], list[Path]]:
    """Write 50 drawn words in colour, grey, with a palette, and of 1 bit.

    Returns:
        PNGs, which Python reads; and for C++ the same, but every third, or without `png` all, as PPM or PGM.
    """
    rng = np.random.default_rng(0)
    pngs, others = [], []
    for number in range(50):
        kind = ("RGB", "L", "P", "1")[number % 4]
        image = drawn(WORDS[number % len(WORDS)], rng).convert(kind)
        if number % 5 == 4:  # runs up or down
            image = image.transpose((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)[number % 2])
        pngs.append(folder / f"{number}.png")
        image.save(pngs[-1])
        others.append(pngs[-1])
        if number % 3 == 0 or not png:
            others[-1] = folder / f"{number}{'.pgm' if kind in ('L', '1') else '.ppm'}"
            image.convert("L" if kind == "1" else image.mode.replace("P", "RGB")).save(others[-1])
    return pngs, others


def test_fifty_words_are_printed_as_by_python(
    program: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pngs, others = fifty_words(tmp_path, reads_png(program, model, tmp_path))
    done = run(program, model, others)
    assert done.returncode == 0, done.stderr
    printed, expected = (
        [line.split("\t")[1:] for line in text.splitlines()]
        for text in (done.stdout, printed_by_python(model, pngs, capsys))
    )
    assert printed == expected
    assert len(printed) == 50
    assert {"Farkleberry", "turnstiles", "don't"} <= {text for text, _ in printed}


@pytest.mark.parametrize("width", [None, 100])
def test_networks_of_any_and_of_one_width_read_alike(
    program: Path, width: int | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = tiny_models.write_word_artifact(tmp_path, width, characters='é"')
    for suffix in (".png", ".pgm"):
        Image.fromarray(draw_bars("abba")).save(tmp_path / f"word{suffix}")
    done = run(program, tmp_path / name, [tmp_path / "word.pgm"])
    printed = done.stdout.split("\t")[1:]
    assert printed == printed_by_python(tmp_path / name, [tmp_path / "word.png"], capsys).split("\t")[1:]
    if width is None:
        assert printed[0] == 'é""é'


def test_what_cannot_be_read_is_named_and_skipped(program: Path, tmp_path: Path) -> None:
    model = tmp_path / tiny_models.write_word_artifact(tmp_path)
    good: GrayImage = draw_bars("abba")
    Image.fromarray(good).save(tmp_path / "good.pgm")
    (tmp_path / "cut.pgm").write_bytes((tmp_path / "good.pgm").read_bytes()[:500])
    (tmp_path / "huge.pgm").write_bytes(b"P5 999999 999999 255\n")
    Image.fromarray(good).convert("RGBA").save(tmp_path / "clear.png")
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    bad = [tmp_path / name for name in ("cut.pgm", "huge.pgm", "clear.png", "cut.png", "missing.png")]
    done = run(program, model, [*bad, tmp_path / "good.pgm"])
    assert done.returncode == 1
    assert done.stdout.split("\t")[1] == "abba"
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == list(map(str, bad))


def test_what_is_no_word_model_is_refused(program: Path, tmp_path: Path) -> None:
    line = tmp_path / tiny_models.write_line_artifact(tmp_path, [0.4], "b")
    assert "expected a word model" in run(program, line, [tmp_path / "word.png"]).stderr
    (line / "manifest.json").write_text('{"input": {"kind": "word"')
    assert "in the JSON" in run(program, line, [tmp_path / "word.png"]).stderr
    done = run(program, tmp_path / "missing", [tmp_path / "word.png"])
    assert (done.returncode, done.stdout) == (1, "")
    assert "manifest.json" in done.stderr
    assert run(program, line, []).returncode == 2
