"""The comparison of word models with rivals, which are programs of their names that read what is known."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.compare_words import BORDER_PX, main, model_names, readable, with_border, write_files
from evaluation.items.words import WordSet
from text_recognizer.datasets.labelled.images import LabelledImage
from text_recognizer.tests.datasets.toy_words import png_of


def compare(root: Path, *more: str) -> dict[str, Any]:
    out = root / "out.json"
    assert main(["--data-root", str(root), "--weights", "tiny_word", "--json", str(out), *more]) == 0
    result: dict[str, Any] = json.loads(out.read_text())
    return result


@pytest.mark.slow
@pytest.mark.usefixtures("fake_tesseract", "fake_rapidocr")
def test_all_read_the_same_words(scene_text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = compare(scene_text, "--models", "tiny_line")
    assert list(result["readers"]) == ["tiny_word", "tiny_line", "tesseract 0.fake, --psm 8", "RapidOCR 9.9"]
    accuracies = {
        name: scores["sets"]["IIIT5K 2"]["word_accuracy"] for name, scores in result["readers"].items()
    }
    assert accuracies["tiny_word"] == 0.5
    assert accuracies["tesseract 0.fake, --psm 8"] == accuracies["RapidOCR 9.9"] == 0
    assert all(scores["cpu_ms_per_word"] >= 0 for scores in result["readers"].values())
    assert (result["n"], result["missing_readers"]) == (5, {})
    assert "| tiny_word | 50.0% (87.5%) | 100.0% (100.0%) |" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("fake_tesseract")
def test_the_result_says_that_a_rival_is_missing(scene_text: Path) -> None:
    result = compare(scene_text, "--rapidocr-python", str(scene_text / "python"))
    assert list(result["readers"]) == ["tiny_word", "tesseract 0.fake, --psm 8"]
    assert "--rapidocr-python" in result["missing_readers"]["RapidOCR"]


def test_the_models_are_all_of_words_or_the_chosen_ones() -> None:
    assert model_names("tiny_word", []) == ["tiny_word"]
    assert model_names("first", []) == ["first", "tiny_word"]
    assert model_names("first", ["tiny_line", "first"]) == ["first", "tiny_line"]


def test_words_that_nobody_can_read_are_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    words = [
        LabelledImage("good", "a", lambda: png_of("a")),
        LabelledImage("bad", "b", tmp_path / "none.png"),
    ]
    assert [word.id for word in readable(WordSet("shop", tmp_path, words)).words] == ["good"]
    assert "Left out bad" in caplog.text


def test_files_are_the_originals_and_those_with_a_border(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(png_of("one"))
    words = [LabelledImage("1", "one", tmp_path / "1.png"), LabelledImage("2", "two", lambda: png_of("two"))]
    (tmp_path / "out").mkdir()
    plain, bordered = write_files([WordSet("shop", tmp_path, words)], tmp_path / "out")
    assert plain[0] == (tmp_path / "1.png").resolve()
    assert plain[1].read_bytes() == png_of("two")
    assert [path.suffix for path in bordered] == [".png", ".png"]


def test_the_border_has_the_grey_of_the_edge() -> None:
    image = np.full((8, 12), 30, np.uint8)
    image[3:5, 3:9] = 250
    framed = with_border(image)
    assert framed.shape == (8 + 2 * BORDER_PX, 12 + 2 * BORDER_PX)
    assert (framed[:BORDER_PX] == 30).all()
