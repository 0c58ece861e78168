"""Lines are read by hand-made models and, on images that the repository draws, by the shipped ones.

The bounds hold for any sensible weights, not for those of one training; exact scores are held by the gates in
`evaluation/thresholds.json`.
"""

import functools
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer import line_predictor
from text_recognizer.arrays import Floats
from text_recognizer.errors import ArtifactError, ConfigError, InvalidInputError
from text_recognizer.images.ink import ink_map
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.preprocessing.column_map import ColumnMap
from text_recognizer.tests import tiny_models
from text_recognizer.tests.drawn_images import SHIPPED, VARIANTS, drawn, named
from text_recognizer.tests.tiny_models import draw_bars

LINE_BOUNDS = {DEFAULT_LINE_MODEL: 0.1}  # CER over all lines; the small networks read print-like hands worse
OTHER_LINE_BOUND = 0.45
EMNIST_LINE_MODELS = [name for name in SHIPPED if "_EmnistLinesDataset_" in name]
IAM_LINE_MODELS = [name for name in SHIPPED if "_IamLinesDataset_" in name or "_ManyHands_" in name]

TEXTS = ["b", "ab", "ba ab", "bbbb", "aab b a bb a", "ab" * 30, "b a"]


@pytest.fixture(scope="module")
def predictor(tiny_weights: Path) -> LinePredictor:
    return LinePredictor("tiny_line", tiny_weights)


@pytest.mark.parametrize("text", TEXTS)
def test_reads_a_line(predictor: LinePredictor, text: str) -> None:
    prediction = predictor.predict(draw_bars(text))
    assert prediction.text == text.replace(" ", "")
    assert 0.5 < prediction.confidence <= 1
    assert prediction.region is None


def test_leaning_letters_are_set_upright_if_the_model_was_trained_so(
    tiny_weights: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_weights / "tiny_line", tmp_path / "tiny_line")
    path = tmp_path / "tiny_line" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["input"]["normalize"] = True
    path.write_text(json.dumps(manifest))
    upright = Image.fromarray(np.pad(draw_bars("baab"), 20, constant_values=255))
    lean = (1, 0.8, -0.4 * upright.height, 0, 1, 0)
    leaning = upright.transform(upright.size, Image.Transform.AFFINE, lean, fillcolor=255)
    assert LinePredictor("tiny_line", tiny_weights).predict(leaning).text != "baab"
    assert LinePredictor("tiny_line", tmp_path).predict(leaning).text == "baab"


def test_polarity_size_and_margins_do_not_matter(predictor: LinePredictor) -> None:
    image = draw_bars("ba ab")
    large = Image.fromarray(image).resize((image.shape[1] * 2, image.shape[0] * 2), Image.Resampling.NEAREST)
    for variant in (255 - image, np.pad(image, 90, constant_values=255), large, image // 2 + 90):
        assert predictor.predict(variant).text == "baab"


@pytest.mark.slow
def test_batch_equals_single_and_keeps_the_order(predictor: LinePredictor) -> None:
    images = [draw_bars(text) for text in TEXTS * 4]
    batch = predictor.predict_batch(images)
    assert [line.text for line in batch] == [text.replace(" ", "") for text in TEXTS * 4]
    for image, line in zip(images, batch, strict=True):
        single = predictor.predict(image)
        assert single.text == line.text
        assert single.confidence == pytest.approx(line.confidence, abs=1e-5)


@pytest.mark.parametrize("scale", [1, 3])
def test_characters_and_words_stand_where_the_image_has_them(predictor: LinePredictor, scale: int) -> None:
    """Bars are 32 columns wide and 32 apart, behind a margin; a line without spaces is one word."""
    image = np.kron(draw_bars("abbab", margin=40), np.ones((scale, scale), np.uint8))
    line = predictor.predict(image)
    assert "".join(span.text for span in line.characters) == line.text == "abbab"
    for index, span in enumerate(line.characters):
        centre = scale * (40 + 64 * index + 16)
        assert (span.x1 + span.x2) / 2 == pytest.approx(centre, abs=12 * scale)
        assert span.x1 < centre < span.x2
        assert 0.5 < span.confidence <= 1
    (word,) = line.words
    assert (word.text, word.x1, word.x2) == (line.text, line.characters[0].x1, line.characters[-1].x2)
    assert 40 * scale <= word.x1 < word.x2 <= scale * (40 + 64 * 4 + 32)


def test_words_lie_between_the_spaces(tmp_path: Path) -> None:
    name = tiny_models.write_line_artifact(tmp_path, [0.25, 0.75], " b")  # a hatched bar is a space
    line = LinePredictor(name, tmp_path).predict(draw_bars("bbab"))
    assert line.text == "bb b"
    assert [word.text for word in line.words] == ["bb", "b"]
    first, space, second = line.words[0], line.characters[2], line.words[1]
    assert first.x1 < first.x2 == space.x1 < space.x2 == second.x1 < second.x2
    assert line.to_dict()["words"] == [word.to_dict() for word in line.words]


def test_words_and_characters_lie_on_the_page_if_told_where_the_line_does(predictor: LinePredictor) -> None:
    ink = ink_map(draw_bars("ab b"))
    (own,) = predictor.predict_inks([ink])
    (on_page,) = predictor.predict_inks([ink], [ColumnMap(scale=2, offset=1000)])
    assert on_page.text == own.text
    for span, moved in zip((*own.words, *own.characters), (*on_page.words, *on_page.characters), strict=True):
        assert (moved.x1, moved.x2) == pytest.approx((1000 + 2 * span.x1, 1000 + 2 * span.x2), abs=1)


def test_very_large_images_are_reduced_and_characters_stand_where_they_did(
    predictor: LinePredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = Image.fromarray(draw_bars("abba"))
    large = image.resize((4 * image.width, 4 * image.height))
    whole = predictor.predict(large)
    monkeypatch.setattr(line_predictor, "MAX_LINE_PIXELS", large.width * large.height // 4)
    reduced = predictor.predict(large)
    assert reduced.text == whole.text
    places = [[(span.x1, span.x2) for span in each.characters] for each in (whole, reduced)]
    np.testing.assert_allclose(places[1], places[0], atol=16)


def test_unknown_decoder_is_refused(tiny_weights: Path) -> None:
    with pytest.raises(ConfigError, match="'best'; expected one of greedy, beam"):
        LinePredictor("tiny_line", tiny_weights, decoder="best")  # type: ignore[arg-type]


def test_per_position_models_have_no_beam_search(tmp_path: Path) -> None:
    name = tiny_models.write_line_artifact(tmp_path, [0.25, 0.75], "ab", decoding="per_position")
    assert LinePredictor(name, tmp_path, decoder="greedy").predict(draw_bars("b")).words == ()
    with pytest.raises(ConfigError, match="greedy"):
        LinePredictor(name, tmp_path, decoder="beam")


def test_alternatives_need_beam_search(predictor: LinePredictor, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="beam"):
        predictor.with_alternatives(2)
    name = tiny_models.write_line_artifact(tmp_path, [0.25, 0.75], "ab", decoding="per_position")
    with pytest.raises(ConfigError, match="CTC"):
        LinePredictor(name, tmp_path).with_alternatives(2)


def test_empty_batch_is_empty(predictor: LinePredictor) -> None:
    assert predictor.predict_batch([]) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 20_000), (20_000, 1), (64, 400)])
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_blank_image_of_any_shape_reads_as_nothing(
    predictor: LinePredictor, shape: tuple[int, int], grey: int
) -> None:
    assert predictor.predict(np.full(shape, grey, np.uint8)).text == ""


def test_only_a_lines_own_frames_are_returned(predictor: LinePredictor) -> None:
    lines = [np.zeros((16, width), np.float32) for width in (41, 7, 100)]
    assert [len(logits) for logits in predictor.predict_logits(lines)] == [11, 2, 25]


def test_every_line_has_paper_behind_it(monkeypatch: pytest.MonkeyPatch, predictor: LinePredictor) -> None:
    shapes, run = [], predictor._session.run

    def spy(x: Floats) -> Floats:
        shapes.append(x.shape)
        return run(x)

    monkeypatch.setattr(predictor._session, "run", spy)
    (logits,) = predictor.predict_logits([np.zeros((16, 65), np.float32)])
    assert shapes == [(1, 16, 132, 1)], "64 columns, then up to a whole frame"
    assert len(logits) == 17, "the paper's frames are cut off"


@pytest.mark.slow
def test_lines_do_not_depend_on_the_others_of_a_call() -> None:
    predictor = shipped(DEFAULT_LINE_MODEL)
    rng = np.random.default_rng(0)
    lines = [rng.random((64, width), np.float32) for width in (300, 310, 511, 900)]
    for line, together in zip(lines, predictor.predict_logits(lines), strict=True):
        (alone,) = predictor.predict_logits([line])
        np.testing.assert_array_equal(together, alone)


def test_threads_read_what_one_thread_reads(predictor: LinePredictor, tiny_weights: Path) -> None:
    images = [draw_bars(text) for text in ("b", "abba", "bb", "ab")]
    one_thread = LinePredictor("tiny_line", tiny_weights, threads=1)
    several = LinePredictor("tiny_line", tiny_weights, threads=3)
    assert several.predict_batch(images) == one_thread.predict_batch(images)


def test_the_fault_of_one_line_comes_out_of_its_thread(tmp_path: Path) -> None:
    name = tiny_models.write_line_artifact(tmp_path, [0.25, 0.75], "abc")
    with pytest.raises(ArtifactError, match="tiny_line"):
        LinePredictor(name, tmp_path, threads=2).predict_batch([draw_bars("ab"), draw_bars("b")])


def test_model_of_fixed_width_gets_that_width(tmp_path: Path) -> None:
    name = tiny_models.write_line_artifact(tmp_path, [0.25, 0.75], "ab", width=400)
    predictor = LinePredictor(name, tmp_path)
    assert [line.text for line in predictor.predict_batch([draw_bars("ab b"), draw_bars("b")])] == [
        "abb",
        "b",
    ]


def test_model_with_a_softmax_per_position_is_not_collapsed(tmp_path: Path) -> None:
    name = tiny_models.write_line_artifact(tmp_path, [0.25, 0.75], "ab", width=160, decoding="per_position")
    predictor = LinePredictor(name, tmp_path)
    lines = [np.zeros((16, 160), np.float32) for _ in range(2)]
    lines[0][:, :8] = 1.0
    lines[0][:, 8:12] = 0.5
    assert [len(logits) for logits in predictor.predict_logits(lines)] == [40, 40]
    assert predictor.predict(draw_bars("b")).text.startswith("bb"), "a bar is several positions wide"


def test_model_that_does_not_fit_its_vocabulary_is_refused(tmp_path: Path) -> None:
    name = tiny_models.write_line_artifact(tmp_path, [0.25, 0.75], "abc")
    with pytest.raises(ArtifactError, match="tiny_line"):
        LinePredictor(name, tmp_path).predict(draw_bars("ab"))


def test_bad_image_raises_the_documented_error(predictor: LinePredictor) -> None:
    with pytest.raises(InvalidInputError):
        predictor.predict(b"no image")


@pytest.mark.slow
def test_eight_threads_read_what_one_reads(predictor: LinePredictor) -> None:
    images = [draw_bars(text) for text in TEXTS * 2]
    expected = [predictor.predict(image) for image in images]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(predictor.predict, images)) == expected


# --- the shipped models ---


shipped = functools.cache(LinePredictor)


def test_the_default_model_is_shipped() -> None:
    assert DEFAULT_LINE_MODEL in IAM_LINE_MODELS


@pytest.mark.parametrize("model", IAM_LINE_MODELS)
def test_the_lines_named_in_2019_are_read(model: str) -> None:
    assert len(named("iam_lines")) == 3
    for path, text in named("iam_lines"):
        assert character_error_rate([shipped(model).predict(path).text], [text]) < 0.1


@pytest.mark.parametrize("model", EMNIST_LINE_MODELS)
def test_the_lines_of_single_characters_named_in_2019_are_read(model: str) -> None:
    assert len(named("emnist_lines")) == 3
    for path, text in named("emnist_lines"):
        assert character_error_rate([shipped(model).predict(path).text], [text]) < 0.2


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("model", IAM_LINE_MODELS)
def test_drawn_lines_are_read(model: str, variant: str) -> None:
    images, texts = zip(*drawn("line"), strict=True)
    predictions = shipped(model).predict_batch([VARIANTS[variant](image) for image in images])
    bound = LINE_BOUNDS.get(model, OTHER_LINE_BOUND)
    assert character_error_rate([p.text for p in predictions], texts) <= bound
    assert all(0.3 < p.confidence <= 1 for p in predictions)


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("model", EMNIST_LINE_MODELS)
def test_drawn_lines_of_single_characters_are_read(model: str, variant: str) -> None:
    images, texts = zip(*drawn("characters"), strict=True)
    predictions = shipped(model).predict_batch([VARIANTS[variant](image) for image in images])
    assert character_error_rate([p.text.lower() for p in predictions], [t.lower() for t in texts]) <= 0.25
    assert all(0.3 < p.confidence <= 1 for p in predictions)


def test_confidence_is_less_for_what_is_no_writing() -> None:
    predictor = shipped(DEFAULT_LINE_MODEL)
    for image, _ in drawn("line"):
        upside_down = predictor.predict(image[::-1, ::-1])
        assert upside_down.confidence < predictor.predict(image).confidence
