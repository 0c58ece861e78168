"""The images that the tests of the 2019 project named, read by the shipped models within its bounds."""

import pytest

from text_recognizer import CharacterPredictor, LinePredictor, ParagraphTextRecognizer
from text_recognizer.inference import artifacts
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.tests.predictions.drawn_images import SUPPORT, TEXTS

SHIPPED = artifacts.runnable()


def named(folder: str) -> list[tuple[str, str]]:
    """Return path and text of the images in a folder."""
    return [(str(SUPPORT / name), text) for name, text in TEXTS.items() if name.startswith(f"{folder}/")]


@pytest.mark.parametrize("model", [name for name in SHIPPED if name.startswith("CharacterModel_")])
def test_characters_are_read_and_sure(model: str) -> None:
    predictor = CharacterPredictor(model)
    assert [text for _, text in named("emnist")] == ["8", "U", "e"]
    for path, text in named("emnist"):
        prediction = predictor.predict(path)
        assert prediction.character == text
        assert prediction.confidence > 0.7


@pytest.mark.parametrize("model", [name for name in SHIPPED if "_EmnistLinesDataset_" in name])
def test_lines_set_character_by_character_are_read(model: str) -> None:
    predictor = LinePredictor(model)
    assert len(named("emnist_lines")) == 3
    for path, text in named("emnist_lines"):
        assert character_error_rate([predictor.predict(path).text], [text]) < 0.2


@pytest.mark.parametrize("model", [name for name in SHIPPED if "_IamLinesDataset_" in name])
def test_lines_are_read(model: str) -> None:
    predictor = LinePredictor(model)
    assert len(named("iam_lines")) == 3
    for path, text in named("iam_lines"):
        assert character_error_rate([predictor.predict(path).text], [text]) < 0.1


def test_the_paragraph_has_seven_lines_and_is_read() -> None:
    ((path, text),) = named("iam_paragraphs")
    page = ParagraphTextRecognizer().predict(path)
    assert len(page.lines) == 7
    assert character_error_rate([page.text], [text]) < 0.05
