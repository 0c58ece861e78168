"""Words are read by hand-made models with known answers to drawn images, and print by the shipped one."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer import WordPredictor, word_predictor
from text_recognizer.arrays import Batch, Floats
from text_recognizer.errors import ArtifactError, ConfigError, InvalidInputError
from text_recognizer.inference.session import Session
from text_recognizer.predictions.single import WordPrediction
from text_recognizer.tests import tiny_models
from text_recognizer.tests.drawn_images import draw_word
from text_recognizer.tests.tiny_models import WORD_HEIGHT, draw_bars

TEXTS = ["babb", "bbbbbbbb", "aabb", "abababababab", "bbba", "ab" * 12]


@pytest.fixture(scope="module")
def predictor(tiny_weights: Path) -> WordPredictor:
    return WordPredictor("tiny_word", tiny_weights, threads=1)


@pytest.fixture(scope="module")
def shipped() -> WordPredictor:
    return WordPredictor(threads=1)


@pytest.mark.parametrize("text", TEXTS)
def test_reads_a_word_of_either_polarity(predictor: WordPredictor, text: str) -> None:
    for image in (draw_bars(text), 255 - draw_bars(text), draw_bars(text) // 2 + 90):
        word = predictor.predict(image)
        assert word.text == text
        assert 0 < word.confidence <= 1


def test_a_batch_is_read_as_its_images_alone_in_their_order(predictor: WordPredictor) -> None:
    images = [draw_bars(text) for text in TEXTS * 5]
    words = predictor.predict_batch(images)
    assert [word.text for word in words] == TEXTS * 5
    for image, word in zip(images, words, strict=True):
        assert predictor.predict(image).confidence == pytest.approx(word.confidence, abs=1e-6)
    assert predictor.predict_batch([]) == []


def test_words_of_similar_shape_share_a_call_of_bounded_size(
    predictor: WordPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes: list[tuple[int, ...]] = []
    run = Session.run

    def spy(session: Session, x: Batch) -> Floats:
        shapes.append(x.shape)
        return run(session, x)

    monkeypatch.setattr(Session, "run", spy)
    monkeypatch.setattr(word_predictor, "MAX_BATCH_COLUMNS", 300)
    inputs = [np.zeros((WORD_HEIGHT, width), np.float32) for width in (65, 96, 70, 97, 400, 90)]
    logits = predictor.predict_logits(inputs)
    assert [shape[:3] for shape in shapes] == [(3, 32, 96), (1, 32, 96), (1, 32, 128), (1, 32, 416)]
    assert [len(each) for each in logits] == [17, 24, 18, 25, 100, 23]


def test_a_network_of_one_width_gets_it(tmp_path: Path) -> None:
    predictor = WordPredictor(tiny_models.write_word_artifact(tmp_path, width=100), tmp_path)
    (word,) = predictor.prepare(draw_bars("bbbb"))
    assert word.shape == (WORD_HEIGHT, 100)
    (logits,) = predictor.predict_logits([word])
    assert logits.shape == (25, 3)
    assert isinstance(predictor.decode([logits]), WordPrediction)


def test_files_are_read(predictor: WordPredictor, tmp_path: Path) -> None:
    Image.fromarray(draw_bars("bbab")).save(tmp_path / "word.png")
    assert predictor.predict(tmp_path / "word.png").text == "bbab"
    with pytest.raises(InvalidInputError, match="missing"):
        predictor.predict_batch([tmp_path / "word.png", tmp_path / "missing.png"])


@pytest.mark.parametrize("text", ["turnstiles", "farkleberry", "OPEN", "1931"])
@pytest.mark.parametrize("quarters", [0, 1, -1])
def test_the_shipped_model_reads_print(shipped: WordPredictor, text: str, quarters: int) -> None:
    image = np.ascontiguousarray(np.rot90(np.asarray(draw_word(text)), quarters))
    for polarity in (image, 255 - image):
        word = shipped.predict(polarity)
        assert word.text == text.lower()
        assert word.confidence > 0.5


@pytest.mark.parametrize("quarters", [1, -1])
def test_words_that_run_up_or_down_are_read(predictor: WordPredictor, quarters: int) -> None:
    image = draw_bars("bbabbb")
    turned = np.ascontiguousarray(np.rot90(image, quarters))
    assert predictor.predict(turned).text in ("bbabbb", "bbbabb")  # bars look alike upside down
    assert predictor.predict_batch([image, turned, image])[2] == predictor.predict(image)


def test_a_view_without_text_is_no_reading(predictor: WordPredictor) -> None:
    blank = np.tile([9.0, -9.0, -9.0], (6, 1))
    unsure = np.tile([0.0, 0.1, -0.1], (6, 1))
    assert predictor.decode([blank]).text == ""
    assert predictor.decode([blank, unsure]).text != ""


def test_a_blank_image_has_no_text(predictor: WordPredictor) -> None:
    assert predictor.predict(np.full((40, 120), 200, np.uint8)).text == ""


def test_other_models_and_decoders_are_refused(tiny_weights: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="Expected a model for word images; received 'tiny_line'"):
        WordPredictor("tiny_line", tiny_weights)
    with pytest.raises(ConfigError, match="'best'; expected one of greedy, beam"):
        WordPredictor("tiny_word", tiny_weights, decoder="best")  # type: ignore[arg-type]
    name = tiny_models.write_line_artifact(tmp_path, [0.5], "b", decoding="per_position", kind="word")
    with pytest.raises(ArtifactError, match="does not emit frames for CTC"):
        WordPredictor(name, tmp_path)


def test_the_vocabulary_must_fit_the_logits(tiny_weights: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_weights / "tiny_word", tmp_path / "tiny_word")
    path = tmp_path / "tiny_word" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "vocabulary": "abc"}))
    with pytest.raises(ArtifactError, match=r"expected logits \(N, T, 4\)"):
        WordPredictor("tiny_word", tmp_path).predict(draw_bars("bbbb"))


def test_confidences_are_calibrated_as_the_decoding_of_the_model_says(
    tiny_weights: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_weights / "tiny_word", tmp_path / "tiny_word")
    plain = WordPredictor("tiny_word", tmp_path).predict(draw_bars("aabb"))
    decoding = {
        "model_sha256": WordPredictor("tiny_word", tmp_path).artifact.sha256,
        "decoder": "greedy",
        "language_model": "none",
        "beam": {},
        "calibration": {"greedy": {"word": {"slope": 0.0, "offset": 0.0}}},
    }
    (tmp_path / "tiny_word" / "decoding.json").write_text(json.dumps(decoding))
    assert WordPredictor("tiny_word", tmp_path).predict(draw_bars("aabb")) == WordPrediction("aabb", 0.5)
    assert plain.confidence > 0.5
