"""What was not read is said on stderr, and nothing is written for it on stdout."""

from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.cli.command import main

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("arguments", [[], ["--lines"], ["--format", "markdown"], ["--format", "jsonl"]])
def test_a_blank_image_gives_no_line_and_a_warning(
    arguments: list[str], tmp_path: Path, capsys: Capture, pages: list[str]
) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (400, 300), 255).save(blank)
    assert main(["recognize", *arguments, str(blank)]) == 0
    assert capsys.readouterr() == ("", f"text-recognizer: {blank}: No text was found in the image.\n")


def test_lines_of_the_other_kind_are_left_out_which_is_said(pages: list[str], capsys: Capture) -> None:
    shown, said = {}, {}
    for kind in ("handwriting", "print"):
        assert main(["recognize", "--only", kind, pages[0]]) == 0
        shown[kind], said[kind] = capsys.readouterr()
    assert "".join(shown.values()) == "bb\nbbb\n", "both lines are of one kind"
    assert sum("2 lines of" in message and "left out" in message for message in said.values()) == 1
