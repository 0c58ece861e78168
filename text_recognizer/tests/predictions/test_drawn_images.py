"""What the shipped models read on images that the repository draws itself, upright and disturbed.

The bounds hold for any sensible weights, not for those of one training: a model that reads far worse than
they allow is broken, or was given another input than it was trained on. The exact quality is held by the
gates in `evaluation/thresholds.json`.
"""

import pytest

from text_recognizer import CharacterPredictor, LinePredictor, ParagraphTextRecognizer
from text_recognizer.character_predictor import DEFAULT_CHARACTER_MODEL
from text_recognizer.inference import artifacts
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.tests.predictions.drawn_images import SUPPORT, TEXTS, VARIANTS, drawn

SHIPPED = artifacts.runnable()
LINE_BOUNDS = {DEFAULT_LINE_MODEL: 0.1}  # CER over all lines; the small networks read print-like hands worse
OTHER_LINE_BOUND = 0.45
CHARACTER_MODELS = [name for name in SHIPPED if name.startswith("CharacterModel_")]
EMNIST_LINE_MODELS = [name for name in SHIPPED if "_EmnistLinesDataset_" in name]
IAM_LINE_MODELS = [name for name in SHIPPED if "_IamLinesDataset_" in name]

each_variant = pytest.mark.parametrize("variant", VARIANTS)


def needs(*names: str) -> pytest.MarkDecorator:
    missing = sorted(set(names) - set(SHIPPED))
    return pytest.mark.skipif(bool(missing), reason=f"not yet in weights/: {', '.join(missing)}")


def test_every_image_has_its_text() -> None:
    files = {path.relative_to(SUPPORT).as_posix(): path for path in SUPPORT.rglob("*.*")}
    assert files.keys() - {"README.md", "texts.json"} == TEXTS.keys()
    assert sum(path.stat().st_size for path in files.values()) < 300_000


@needs(DEFAULT_CHARACTER_MODEL)
@each_variant
@pytest.mark.parametrize("model", CHARACTER_MODELS)
def test_characters(model: str, variant: str) -> None:
    images, texts = zip(*drawn("character"), strict=True)
    predictions = CharacterPredictor(model).predict_batch([VARIANTS[variant](image) for image in images])
    right = [p for p, text in zip(predictions, texts, strict=True) if p.character == text]
    assert len(right) >= len(texts) - 2
    assert all(0.3 < p.confidence <= 1 for p in right)


@needs(DEFAULT_LINE_MODEL)
@each_variant
@pytest.mark.parametrize("model", IAM_LINE_MODELS)
def test_lines(model: str, variant: str) -> None:
    images, texts = zip(*drawn("line"), strict=True)
    predictions = LinePredictor(model).predict_batch([VARIANTS[variant](image) for image in images])
    bound = LINE_BOUNDS.get(model, OTHER_LINE_BOUND)
    assert character_error_rate([p.text for p in predictions], texts) <= bound
    assert all(0.3 < p.confidence <= 1 for p in predictions)


@each_variant
@pytest.mark.parametrize("model", EMNIST_LINE_MODELS)
def test_lines_set_character_by_character(model: str, variant: str) -> None:
    images, texts = zip(*drawn("characters"), strict=True)
    predictions = LinePredictor(model).predict_batch([VARIANTS[variant](image) for image in images])
    assert character_error_rate([p.text.lower() for p in predictions], [t.lower() for t in texts]) <= 0.25
    assert all(0.3 < p.confidence <= 1 for p in predictions)


@needs(DEFAULT_LINE_MODEL, DEFAULT_DETECTOR_MODEL)
@each_variant
def test_pages(variant: str) -> None:
    recognizer = ParagraphTextRecognizer()
    for image, text in drawn("page"):
        page = recognizer.predict(VARIANTS[variant](image))
        assert len(page.lines) == len(text.splitlines())
        assert character_error_rate([page.text], [text]) <= 0.12
        assert 0.6 < page.confidence <= 1


@needs(DEFAULT_LINE_MODEL)
def test_confidence_is_less_for_what_is_no_writing() -> None:
    predictor = LinePredictor()
    for image, _ in drawn("line"):
        upside_down = predictor.predict(image[::-1, ::-1])
        assert upside_down.confidence < predictor.predict(image).confidence
