"""Pages are read by hand-made models and, on images that the repository draws, by the shipped ones.

The bounds hold for any sensible weights, not for those of one training; exact scores are held by the gates in
`evaluation/thresholds.json`.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from text_recognizer import paragraph_text_recognizer
from text_recognizer.budget import Budget
from text_recognizer.errors import ArtifactError, InvalidInputError
from text_recognizer.geometry import Region
from text_recognizer.layout import cutting
from text_recognizer.line_detector import LineDetector
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.preparation.pages import prepare_page
from text_recognizer.tests import tiny_models
from text_recognizer.tests.drawn_images import VARIANTS, drawn, named
from text_recognizer.tests.tiny_models import draw_page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recognizer(tmp_path_factory: pytest.TempPathFactory) -> ParagraphTextRecognizer:
    folder = tmp_path_factory.mktemp("weights")
    line = tiny_models.write_line_artifact(folder, [0.4], "b")
    detector = tiny_models.write_detector_artifact(folder)
    return ParagraphTextRecognizer(LineDetector(detector, folder), LinePredictor(line, folder))


@pytest.fixture(scope="module")
def shipped() -> ParagraphTextRecognizer:
    """The shipped models."""
    return ParagraphTextRecognizer()


def test_reads_the_lines_of_a_page_in_order(recognizer: ParagraphTextRecognizer) -> None:
    page = recognizer.predict(draw_page([5, 2, 9, 7]))
    assert page.text == "bbbbb\nbb\nbbbbbbbbb\nbbbbbbb"
    assert all(0 < line.confidence <= 1 for line in page.lines)
    assert 0 < page.confidence <= 1


def test_all_pages_of_a_file_are_read(recognizer: ParagraphTextRecognizer, tmp_path: Path) -> None:
    sheets = [Image.fromarray(draw_page(letters)) for letters in ([5, 2], [9])]
    path = tmp_path / "two.tiff"
    sheets[0].save(path, save_all=True, append_images=sheets[1:])
    page = recognizer.predict(path)
    assert page.text == "bbbbb\nbb\n\fbbbbbbbbb"
    assert [len(each.lines) for each in page.as_pages()] == [2, 1]
    page.save(tmp_path / "two.hocr")
    assert (tmp_path / "two.hocr").read_text(encoding="utf-8").count("ocr_page") >= 2
    assert page.draw(path, page=2).height > 0


def test_the_lines_read_in_time_are_returned(tmp_path: Path) -> None:
    line = tiny_models.write_line_artifact(tmp_path, [0.4], "b")
    detector = tiny_models.write_detector_artifact(tmp_path)
    recognizer = ParagraphTextRecognizer(
        LineDetector(detector, tmp_path), LinePredictor(line, tmp_path, threads=1)
    )
    now = [0.0]

    def a_second_goes_by() -> None:
        now[0] += 1.0

    # Before the lines, others may go first six times: between steps of preparation, ink, network and layout.
    budget = Budget(seconds=8.5, clock=lambda: now[0], give_way=a_second_goes_by)
    page = recognizer.predict(draw_page([5, 2, 9, 7]), budget)
    assert (page.text, page.complete) == ("bbbbb\nbb", False)
    assert [line.region for line in page.lines] == [
        line.region for line in recognizer.predict(draw_page([5, 2, 9, 7])).lines[:2]
    ]
    nothing = recognizer.predict(draw_page([5]), Budget(seconds=0.0))
    assert (nothing.text, nothing.complete) == ("", False)
    assert recognizer.predict(draw_page([5, 2, 9, 7])).complete


def test_regions_stand_where_the_lines_do(recognizer: ParagraphTextRecognizer) -> None:
    counts = [5, 2, 9]
    for row, line in enumerate(recognizer.predict(draw_page(counts)).lines):
        assert line.region is not None
        box = (line.region.x1, line.region.y1, line.region.x2, line.region.y2)
        drawn = (60, 80 + 140 * row, 60 + 64 * counts[row] - 32, 144 + 140 * row)
        np.testing.assert_allclose(box, drawn, atol=6)


def test_very_large_lines_are_cut_out_of_a_reduced_page(
    recognizer: ParagraphTextRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = draw_page([5, 2, 9])
    whole = recognizer.predict(page)
    monkeypatch.setattr(cutting, "MAX_CROP_HEIGHT_PX", 30)
    reduced = recognizer.predict(page)
    assert reduced.text == whole.text
    for line, smaller in zip(whole.lines, reduced.lines, strict=True):
        assert smaller.region is not None
        assert line.region is not None
        assert (smaller.region.y1, smaller.region.y2) == (line.region.y1, line.region.y2)
        ends = [(each.x1, each.x2) for each in (smaller.region, line.region)]
        np.testing.assert_allclose(ends[0], ends[1], atol=4)  # where ink ends, in pixels of the reduced page
        places = [[(span.x1, span.x2) for span in each.characters] for each in (line, smaller)]
        np.testing.assert_allclose(places[1], places[0], atol=16)


@pytest.mark.parametrize("reduced", [False, True])
def test_characters_stand_on_the_page_where_they_are_drawn(
    recognizer: ParagraphTextRecognizer, reduced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = [5, 2, 9]
    image = draw_page(counts)
    if reduced:
        monkeypatch.setattr(paragraph_text_recognizer, "MAX_PAGE_PIXELS", image.size // 4)
    for count, line in zip(counts, recognizer.predict(image).lines, strict=True):
        centres = [(span.x1 + span.x2) / 2 for span in line.characters]
        np.testing.assert_allclose(centres, 76 + 64 * np.arange(count), atol=14)


@pytest.mark.parametrize("reduced", [False, True])
def test_words_and_lines_have_polygons_around_what_is_drawn(
    recognizer: ParagraphTextRecognizer, reduced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = [5, 2, 9]
    image = draw_page(counts)
    if reduced:
        monkeypatch.setattr(paragraph_text_recognizer, "MAX_PAGE_PIXELS", image.size // 4)
    for row, line in enumerate(recognizer.predict(image).lines):
        (word,) = line.words
        ink = (60, 80 + 140 * row, 60 + 64 * counts[row] - 32, 144 + 140 * row)
        for polygon in (word.polygon, line.polygon):
            box = Region.around(polygon)
            np.testing.assert_allclose((box.x1, box.y1, box.x2, box.y2), ink, atol=6)
        assert [y for _, y in line.baseline] == pytest.approx([ink[3]] * 2, abs=6)
        assert len(line.characters) == sum(len(each.polygon) == 4 for each in line.characters)


@pytest.mark.parametrize("shape", [(1, 1), (600, 400), (1, 5000), (5000, 1)])
@pytest.mark.parametrize("grey", [0, 130, 255])
def test_page_without_lines_is_empty(
    recognizer: ParagraphTextRecognizer, shape: tuple[int, int], grey: int
) -> None:
    page = recognizer.predict(np.full(shape, grey, np.uint8))
    assert (page.text, page.lines, page.confidence) == ("", (), 0)


def test_every_source_reads_the_same(recognizer: ParagraphTextRecognizer, tmp_path: Path) -> None:
    page = draw_page([3, 4])
    buffer = io.BytesIO()
    Image.fromarray(page).save(buffer, "PNG")
    (tmp_path / "page.png").write_bytes(buffer.getvalue())
    expected = recognizer.predict(page)
    for source in (
        tmp_path / "page.png",
        str(tmp_path / "page.png"),
        buffer.getvalue(),
        Image.fromarray(page),
    ):
        assert recognizer.predict(source) == expected


def test_inverted_page_reads_the_same(recognizer: ParagraphTextRecognizer) -> None:
    assert recognizer.predict(255 - draw_page([3, 4])).text == "bbb\nbbbb"


def test_large_page_reads_the_same_and_keeps_its_coordinates(
    monkeypatch: pytest.MonkeyPatch, recognizer: ParagraphTextRecognizer
) -> None:
    page = draw_page([5, 2, 9])
    expected = recognizer.predict(page)
    monkeypatch.setattr(paragraph_text_recognizer, "MAX_PAGE_PIXELS", page.size // 2)
    reduced = recognizer.predict(page)
    assert reduced.text == expected.text
    for line, wanted in zip(reduced.lines, expected.lines, strict=True):
        assert line.region is not None
        assert wanted.region is not None
        actual = list(line.region.to_dict().values())
        np.testing.assert_allclose(actual, list(wanted.region.to_dict().values()), atol=6)


def test_bad_image_raises_the_documented_error(recognizer: ParagraphTextRecognizer) -> None:
    with pytest.raises(InvalidInputError):
        recognizer.predict(b"no image")


def test_eight_threads_read_what_one_reads(recognizer: ParagraphTextRecognizer) -> None:
    pages = [draw_page([1 + (7 * i + j) % 9 for j in range(1 + i % 4)]) for i in range(10)]
    expected = [recognizer.predict(page) for page in pages]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(recognizer.predict, pages)) == expected


def test_detector_finds_the_regions_alone(recognizer: ParagraphTextRecognizer) -> None:
    page = draw_page([5, 2])
    assert recognizer.detector.predict(page) == [line.region for line in recognizer.predict(page).lines]


def test_detector_with_other_classes_is_refused(tmp_path: Path) -> None:
    name = tiny_models.write_line_artifact(tmp_path, [0.5], "b")
    manifest = tmp_path / name / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"kind": "line"', '"kind": "paragraph"'))
    with pytest.raises(ArtifactError, match="tiny_line"):
        LineDetector(name, tmp_path).predict(draw_page([3]))


# --- the shipped models ---


def test_the_paragraph_named_in_2019_has_seven_lines_and_is_read(shipped: ParagraphTextRecognizer) -> None:
    ((path, text),) = named("iam_paragraphs")
    page = shipped.predict(path)
    assert len(page.lines) == 7
    assert character_error_rate([page.text], [text]) < 0.05


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.slow
def test_drawn_pages_are_read(shipped: ParagraphTextRecognizer, variant: str) -> None:
    for image, text in drawn("page"):
        page = shipped.predict(VARIANTS[variant](image))
        assert len(page.lines) == len(text.splitlines())
        assert character_error_rate([page.text], [text]) <= 0.12
        assert 0.6 < page.confidence <= 1


@pytest.mark.parametrize("degrees", [12, 90, 180])
def test_a_turned_page_is_read_and_its_regions_lie_in_the_image(
    shipped: ParagraphTextRecognizer, degrees: int
) -> None:
    image, text = drawn("page")[0]
    picture = Image.fromarray(image)
    turned = picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=int(np.median(image)))
    page = shipped.predict(turned)
    assert character_error_rate([page.text], [text]) <= 0.12
    assert (page.width, page.height) == turned.size
    ink = np.asarray(turned.convert("L")) < np.median(image) - 60
    inside = np.zeros(ink.shape, np.bool_)
    for line in page.lines:
        assert line.region is not None
        inside[line.region.y1 : line.region.y2, line.region.x1 : line.region.x2] = True
    assert inside[ink].mean() > 0.9


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_form_with_print_rules_and_handwriting_is_read_however_it_lies(
    shipped: ParagraphTextRecognizer, quarters: int
) -> None:
    handwriting, text = drawn("page")[0]
    height, width = handwriting.shape
    form = Image.new("L", (width, height + 240), int(np.median(handwriting)))
    form.paste(Image.fromarray(handwriting), (0, 240))
    pen, font = ImageDraw.Draw(form), ImageFont.load_default(24)
    printed = ["Sentences for the database of forms", "Copy them below without looking back"]
    for row, line in enumerate(printed):
        pen.text((60, 70 + 50 * row), line, font=font, fill=20)
    for row in (40, 200):
        pen.line((30, row, width - 30, row), fill=20, width=3)
    page = shipped.predict(np.ascontiguousarray(np.rot90(np.asarray(form), -quarters)))
    assert character_error_rate([page.text], ["\n".join([*printed, text])]) <= 0.15


def test_slant_is_not_taken_for_skew_of_a_page_on_its_side(shipped: ParagraphTextRecognizer) -> None:
    image, text = drawn("page")[0]
    height, width = image.shape
    paper, slant = int(np.median(image)), 0.7
    slanted = Image.fromarray(image).transform(
        (width + int(slant * height), height),
        Image.Transform.AFFINE,
        (1, slant, -slant * height, 0, 1, 0),
        Image.Resampling.BICUBIC,
        fillcolor=paper,
    )
    on_its_side = np.ascontiguousarray(np.rot90(np.asarray(slanted)))
    assert prepare_page(on_its_side).degrees > 20  # the strokes are level then
    assert character_error_rate([shipped.predict(on_its_side).text], [text]) <= 0.12


@pytest.mark.parametrize("seed", [3, 4])
def test_stains_and_curves_have_hardly_any_text(shipped: ParagraphTextRecognizer, seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = Image.new("L", (700, 900), 245)
    pen = ImageDraw.Draw(picture)
    for _ in range(25):
        x, y, radius = rng.uniform(0, 700), rng.uniform(0, 450), rng.uniform(4, 22)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=int(rng.integers(60, 200)))
    for row in (560, 700, 840):
        rise = (rng.uniform(20, 70) * np.sin(np.arange(71) / 9)).tolist()
        pen.line([(10 * i, row + y) for i, y in enumerate(rise)], fill=40, width=3)
    page = shipped.predict(picture)
    assert len(page.lines) <= 2  # of twelve that are found
