from pathlib import Path

import numpy as np
import pytest

from evaluation.common import MAX_WORST_ITEMS
from evaluation.items.texts import TextItem, iam_lines, labelled_images, load_iam, load_or_blank, score_texts
from evaluation.tests.conftest import save
from text_recognizer.errors import DataError


def items(*texts: str) -> list[TextItem]:
    return [TextItem(str(i), f"source {i % 2}", Path("none.png"), text) for i, text in enumerate(texts)]


def test_scores_are_of_all_texts_and_of_each_source() -> None:
    scored = score_texts(items("abcd", "ab", "abcd"), ["abcd", "xb", "ab"])
    assert (scored["n"], scored["characters"], scored["cer"]) == (3, 10, pytest.approx(0.3))
    assert scored["wer"] == pytest.approx(2 / 3)
    assert {name: part["cer"] for name, part in scored["per_source"].items()} == {
        "source 0": 0.25,
        "source 1": 0.5,
    }


def test_the_worst_have_the_most_edits_per_character_and_are_few() -> None:
    scored = score_texts(items(*["ab"] * 30, "abcdefgh"), ["ab"] * 29 + ["", "abcdefg"])
    assert [item["id"] for item in scored["worst"][:3]] == ["29", "30", "0"]
    assert len(scored["worst"]) == MAX_WORST_ITEMS


def test_an_unreadable_image_is_blank_paper(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "bad.png").write_bytes(b"no image")
    image = load_or_blank(TextItem("bad", "own", tmp_path / "bad.png", "text"))
    assert image.min() == image.max() == 255
    assert "bad counts as blank" in caplog.text


def test_labels_name_images_and_texts(tmp_path: Path) -> None:
    save(np.full((8, 8), 255, np.uint8), tmp_path / "1.png")
    (tmp_path / "labels.tsv").write_text("1.png\tone\\ntwo\n2.png\tgone\n")
    found, missing = labelled_images(tmp_path, "own")
    assert [(item.id, item.source, item.text) for item in found] == [("1.png", "own", "one\ntwo")]
    assert missing == 1


def test_a_folder_without_labels_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--mirror and --dataset labels"):
        labelled_images(tmp_path, "own")


def test_lines_of_iam_are_those_with_an_image(iam_root: Path) -> None:
    found, missing = iam_lines(load_iam(iam_root / "iam"), "test")
    assert [(item.id, item.text) for item in found] == [("t01-001-00", "bb"), ("t01-001-01", "bbb")]
    assert missing == 1
