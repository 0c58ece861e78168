import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from text_recognizer.cli.batch import predictors
from text_recognizer.cli.command import main
from text_recognizer.formats import FORMATS
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.tests.tiny_models import draw_page

Capture = pytest.CaptureFixture[str]


def test_prints_the_text_of_one_image(pages: list[str], capsys: Capture) -> None:
    assert main(["recognize", pages[0]]) == 0
    assert capsys.readouterr() == ("bb\nbbb\n", "")


def test_prints_a_header_for_each_of_several(pages: list[str], capsys: Capture) -> None:
    assert main(["recognize", *pages]) == 0
    assert capsys.readouterr().out == f"==> {pages[0]} <==\nbb\nbbb\n\n==> {pages[1]} <==\nbbbb\n"


def test_json_is_one_object_per_image(pages: list[str], capsys: Capture) -> None:
    assert main(["recognize", "--format", "json", *pages]) == 0
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(o["image"], o["text"]) for o in objects] == [(pages[0], "bb\nbbb"), (pages[1], "bbbb")]
    assert set(objects[0]["lines"][0]) == {
        "text", "confidence", "region", "words", "characters", "baseline", "polygon", "kind",
        "alternatives", "language",
    }  # fmt: skip
    assert set(objects[0]["lines"][0]["words"][0]) == {"text", "confidence", "x1", "x2", "polygon"}
    assert set(objects[0]["lines"][0]["region"]) == {"x1", "y1", "x2", "y2"}
    assert 0 < objects[0]["confidence"] <= 1


@pytest.mark.slow
def test_jsonl_is_one_object_per_line_of_text(pages: list[str], tmp_path: Path, capsys: Capture) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (400, 300), 255).save(blank)
    assert main(["recognize", "--format", "jsonl", pages[0], str(blank), pages[1]]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(r["image"], r["number"], r["text"]) for r in records] == [
        (pages[0], 1, "bb"), (pages[0], 2, "bbb"), (pages[1], 1, "bbbb")
    ]  # fmt: skip
    assert main(["recognize", "--format", "jsonl", "--output", str(tmp_path), str(blank)]) == 0
    assert (tmp_path / "blank.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("name", "tag"), [("alto", "<fileName>one.png</"), ("page", 'imageFilename="one.png"')]
)
def test_documents_name_their_image(name: str, tag: str, pages: list[str], capsys: Capture) -> None:
    assert main(["recognize", "--format", name, pages[0]]) == 0
    assert tag in capsys.readouterr().out


@pytest.mark.parametrize("name", FORMATS)
def test_output_writes_a_document_for_each_image(
    name: str, pages: list[str], tmp_path: Path, capsys: Capture
) -> None:
    folder = tmp_path / "new" / "folder"
    assert main(["recognize", "--format", name, "--output", str(folder), *pages]) == 0
    assert capsys.readouterr() == ("", "")
    suffix = FORMATS[name].suffix
    assert sorted(path.name for path in folder.iterdir()) == [f"one{suffix}", f"two{suffix}"]
    assert "bbbb" in (folder / f"two{suffix}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["hocr", "alto"])
def test_documents_state_the_size_of_the_page(name: str, pages: list[str], capsys: Capture) -> None:
    height, width = draw_page([2, 3]).shape
    for options in ([], ["--lines"]):
        assert main(["recognize", "--format", name, *options, pages[0]]) == 0
        document = capsys.readouterr().out
        assert {"hocr": f"bbox 0 0 {width} {height};", "alto": f'WIDTH="{width}" HEIGHT="{height}" PC='}[
            name
        ] in document
        ElementTree.fromstring(document.encode())


def test_output_that_cannot_be_written_fails_its_image(
    pages: list[str], tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "file").touch()
    assert main(["recognize", "--output", str(tmp_path / "file"), pages[0]]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_bad_files_do_not_stop_the_others(pages: list[str], tmp_path: Path, capsys: Capture) -> None:
    broken, missing = tmp_path / "broken.png", tmp_path / "missing.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert main(["recognize", str(broken), pages[0], str(missing), pages[1]]) == 1
    out, err = capsys.readouterr()
    assert "bbb\n" in out
    assert out.endswith("bbbb\n")
    assert [line.split(":")[:2] for line in err.splitlines()] == [
        ["text-recognizer", f" {broken}"],
        ["text-recognizer", f" {missing}"],
    ]


def test_dash_reads_standard_input(
    pages: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    data = Path(pages[0]).read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    assert main(["recognize", "-"]) == 0
    assert capsys.readouterr().out == "bb\nbbb\n"


def test_endless_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    with Path("/dev/zero").open("rb") as endless:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=endless))
        assert main(["recognize", "-", "--max-pixels", "1000"]) == 1
    assert f"{8 * 1000 + 2**20:,} bytes" in capsys.readouterr().err


def test_the_user_sets_how_large_an_image_may_be(pages: list[str], capsys: Capture) -> None:
    assert main(["recognize", pages[0], "--max-pixels", "1000"]) == 1
    assert "at most 1,000 pixels" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["recognize", pages[0], "--max-pixels", "0"])


def test_lines_takes_each_image_as_one_line(tmp_path: Path, capsys: Capture) -> None:
    Image.fromarray(draw_page([6])).save(tmp_path / "line.png")
    assert main(["recognize", "--lines", "--format", "json", str(tmp_path / "line.png")]) == 0
    (line,) = json.loads(capsys.readouterr().out)["lines"]
    assert (line["text"], line["region"]) == ("bbbbbb", None)


def test_decoder_is_chosen(pages: list[str], capsys: Capture) -> None:
    assert main(["recognize", "--decoder", "greedy", pages[1]]) == 0
    assert capsys.readouterr().out == "bbbb\n"
    assert main(["recognize", "--decoder", "beam", pages[1]]) == 1
    assert "There is no language_model.json in " in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["recognize", "--decoder", "best", pages[1]])


def test_words_are_read_from_a_text(
    pages: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    given: list[Sequence[str]] = []

    def spy(*arguments: object, words: Sequence[str], **others: object) -> LinePredictor:
        given.append(words)
        return LinePredictor(*arguments, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(predictors, "LinePredictor", spy)
    (tmp_path / "names.txt").write_text("Zoë O'Brien,\n'Mr. 2nd")
    assert main(["recognize", "--words", str(tmp_path / "names.txt"), pages[0]]) == 0
    assert given == [("Zoë", "O'Brien", "Mr", "nd")]
    assert main(["recognize", "--words", str(tmp_path / "none.txt"), pages[0]]) == 1
    assert "none.txt" in capsys.readouterr().err


def test_weights_chooses_the_line_model(pages: list[str], capsys: Capture) -> None:
    assert main(["recognize", "--weights", "tiny_line", pages[1]]) == 0
    assert capsys.readouterr().out == "xxxx\n"


def test_draw_writes_a_picture(pages: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    assert main(["recognize", "--draw", str(out), pages[0]]) == 0
    with Image.open(out) as picture:
        drawn = np.asarray(picture).astype(int)
    page = draw_page([2, 3])
    assert drawn.shape == (page.shape[0], 2 * page.shape[1], 3)
    colourful = np.ptp(drawn, axis=2) > 50
    assert colourful[:, : page.shape[1]].any()  # frames
    assert colourful[:, page.shape[1] :].any()  # text
    assert not list(tmp_path.glob("*.part"))


def test_draw_numbers_several_pictures(pages: list[str], tmp_path: Path) -> None:
    assert main(["recognize", "--draw", str(tmp_path / "out.png"), *pages]) == 0
    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out-1.png", "out-2.png"]


def test_draw_works_for_lines_and_empty_pages(pages: list[str], tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (300, 40), 255).save(blank)
    for options in ([], ["--lines"]):
        assert main(["recognize", *options, "--draw", str(tmp_path / "out.png"), str(blank)]) == 0
        with Image.open(tmp_path / "out.png") as picture:
            assert picture.size == (300, 80)


def test_picture_that_cannot_be_written_fails_its_image_and_loses_no_text(
    pages: list[str], tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "file").touch()
    assert main(["recognize", "--draw", str(tmp_path / "file" / "out.png"), *pages]) == 1
    out, err = capsys.readouterr()
    assert out == f"==> {pages[0]} <==\nbb\nbbb\n\n==> {pages[1]} <==\nbbbb\n"
    assert err.count("\n") == 2
    folder, picture = tmp_path / "documents", tmp_path / "file" / "out.png"
    assert main(["recognize", "--output", str(folder), "--draw", str(picture), pages[1]]) == 1
    assert (folder / "two.txt").read_text() == "bbbb\n"


def test_document_that_cannot_be_written_does_not_keep_the_picture_away(
    pages: list[str], tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "file").touch()
    picture = tmp_path / "new" / "out.png"
    assert main(["recognize", "--output", str(tmp_path / "file"), "--draw", str(picture), pages[1]]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert picture.is_file()


def test_pages_that_cannot_be_kept_are_delivered_all_the_same(
    pages: list[str], tmp_path: Path, capsys: Capture
) -> None:
    several = tmp_path / "several.tif"
    images = [Image.open(page).convert("L") for page in pages]
    images[0].save(several, save_all=True, append_images=images[1:])
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / ".text-recognizer").symlink_to(tmp_path / "theirs")
    assert main(["recognize", "--output", str(folder), str(several)]) == 0
    assert (folder / "several.txt").read_text().split() == ["bb", "bbb", "bbbb"]
    assert capsys.readouterr().err.count("Pages cannot be kept for --resume: a link is in the way") == 1
    (folder / ".text-recognizer").unlink()
    (tmp_path / "file").touch()
    assert main(["recognize", "--output", str(tmp_path / "file"), str(several)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2  # they cannot be kept, nor written


def test_links_in_the_way_are_replaced_and_not_followed(pages: list[str], tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep me")
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in ("two.txt", "two.txt.part", "out.png", "out.png.part"):
        (folder / name).symlink_to(victim)
    arguments = ["--output", str(folder), "--draw", str(folder / "out.png"), pages[1]]
    assert main(["recognize", *arguments]) == 0
    assert victim.read_text() == "keep me"
    assert (folder / "two.txt").read_text() == "bbbb\n"
    assert not (folder / "out.png").is_symlink()


@pytest.mark.parametrize(
    "arguments",
    [
        ["recognize"],
        ["recognize", "--format", "xml", "page.png"],
        ["recognize", "--format", "hocr", "one.png", "two.png"],
        ["recognize", "--format", "page", "one.png", "two.png"],
        ["recognize", "--format", "text,json", "page.png"],
        ["recognize", "--format", "pdf", "page.png"],
        ["recognize", "--resume", "page.png"],
        ["recognize", "--watch", "folder"],
        ["recognize", "--pages", "3-1", "page.png"],
        ["recognize", "--shard", "3/2", "page.png"],
        ["recognize", "--jobs", "0", "page.png"],
        ["recognize", "--draw", "out.jpg", "page.png"],
        ["recognize", "--weights", "nothing", "page.png"],
        ["recognize", "--words", "names.txt", "--decoder", "greedy", "page.png"],
        ["recognize", "--alternatives", "3", "--decoder", "greedy", "-f", "json", "page.png"],
        ["recognize", "--alternatives", "3", "-f", "hocr", "page.png"],
        ["recognize", "--fast", "page.png"],
    ],
)
def test_wrong_command_lines_exit_with_2(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage:")
