"""Forms: texts, boxes and images of lines."""

from pathlib import Path

import pytest

from text_recognizer.datasets.iam.form import line_image, read_form
from text_recognizer.geometry import Region


def test_boxes_are_in_pixels_of_the_form_and_texts_are_plain(iam: Path) -> None:
    line = read_form(iam / "xml" / "a01-000u.xml", iam).lines[1]
    assert line.text == 'He said "no" 1'
    assert line.words == (Region(50, 200, 90, 230), Region(150, 195, 220, 240))
    assert line.region == Region(50, 195, 220, 240)


def test_without_its_image_a_form_has_the_boxes_of_the_xml(iam: Path) -> None:
    (iam / "forms" / "a01-000u.jpg").unlink()
    form = read_form(iam / "xml" / "a01-000u.xml", iam)
    assert form.image_path is None
    assert form.lines[0].words[0] == Region(100, 200, 180, 260)


def test_a_line_without_words_has_no_box(iam: Path) -> None:
    path = iam / "xml" / "z99-000.xml"
    path.write_text('<form id="z99-000" writer-id="9" width="1000"><line id="z99-000-00" text=""/></form>')
    assert read_form(path, iam).lines[0].region is None


@pytest.mark.parametrize("content", ["<form id=", "<form/>", '<form id="a" writer-id="1" width="x"/>'])
def test_damaged_files_are_errors(iam: Path, content: str) -> None:
    path = iam / "xml" / "z99-000.xml"
    path.write_text(content)
    with pytest.raises((SyntaxError, KeyError, ValueError)):
        read_form(path, iam)


def test_images_of_lines_are_found_or_missing(iam: Path) -> None:
    assert line_image(iam, "a01-000u-00") == iam / "lines/a01/a01-000u/a01-000u-00.png"
    assert line_image(iam, "a01-000u-09") is None
