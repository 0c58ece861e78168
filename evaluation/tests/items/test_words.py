"""Sets of words, their subsets, and the scores of recognized words."""

from pathlib import Path

import pytest

from evaluation.items.words import (
    WordSet,
    load_or_blank,
    main_words,
    markdown_table,
    scorable,
    score,
    score_case,
    score_set,
    unscored_subsets,
    word_sets,
    worst_words,
)
from evaluation.tests.conftest import save, save_text
from text_recognizer.datasets.labelled.images import LabelledImage
from text_recognizer.errors import DataError
from text_recognizer.tests import tiny_models
from text_recognizer.tests.real_data import real_data
from text_recognizer.tooling.data_root import set_mirror


def words(*texts: str) -> list[LabelledImage]:
    return [LabelledImage(str(number), text, Path("none.png")) for number, text in enumerate(texts)]


def test_the_protocol_ignores_case_and_all_but_letters_and_digits() -> None:
    scores = score(words("Don't", "10:30", "cafe"), ["DONT", "1030.", "cake"])
    assert (scores["n"], scores["word_accuracy"]) == (3, pytest.approx(2 / 3))
    assert scores["one_minus_ned"] == pytest.approx((1 + 1 + 0.75) / 3)
    low, high = scores["word_accuracy_ci95"]
    assert 0 <= low < 2 / 3 < high <= 1


def test_words_without_letter_or_digit_are_not_scored() -> None:
    assert [word.text for word in scorable(words("...", "a", "!1"))] == ["a", "!1"]


def test_subsets_of_a_set_by_their_sizes(tmp_path: Path) -> None:
    ic13 = WordSet("IC13", tmp_path, words("Exit", "it", "a-b", "..."))
    assert {
        name: (row["subset"], row["n"]) for name, row in score_set(ic13, ["exit", "", "", ""]).items()
    } == {
        "IC13 2": ("alphanumeric", 2),
        "IC13 1": ("alphanumeric of 3 or more", 1),
    }
    assert [word.text for word in main_words(ic13)] == ["Exit", "it"]
    other = WordSet("shop", tmp_path, words("Exit", "..."))
    assert list(score_set(other, ["exit", ""])) == ["shop 1"]


def test_it_is_said_that_a_list_is_missing(tmp_path: Path) -> None:
    ic15 = WordSet("IC15", tmp_path, words("Exit"))
    assert "textrecog_test_1811.json" in unscored_subsets([ic15])["not_scored"]
    assert unscored_subsets([WordSet("IC13", tmp_path, words("Exit"))]) == {}
    (tmp_path / "textrecog_test_1811.json").write_text('{"data_list": [{"img_path": "word_0.png"}]}')
    assert unscored_subsets([ic15]) == {}
    assert list(score_set(ic15, ["exit"])) == ["IC15 1", "IC15 1 (listed (1811))", "IC15 1 (alphanumeric)"]


def test_capitals_and_others_are_scored_apart() -> None:
    scores = score_case(words("EXIT", "B4", "Exit", "12"), ["exit", "b", "exit", "12"])
    assert (scores["upper"]["n"], scores["other"]["n"]) == (2, 2)
    assert scores["gap"] == 0.5
    assert "gap" not in score_case(words("EXIT"), ["exit"])


def test_the_worst_come_first(tmp_path: Path) -> None:
    shop = WordSet("shop", tmp_path, words("Exit", "tea", "..."))
    assert worst_words(shop, ["exit", "cup", "x"])[0] == {
        "id": "shop/1",
        "reference": "tea",
        "prediction": "cup",
    }


def test_the_table_has_a_row_per_subset() -> None:
    table = markdown_table({"shop 2": score(words("a", "b"), ["a", "b"])})
    assert table.splitlines()[-1] == "| shop 2 | 100.0% (100.0%-100.0%) | 100.0% (100.0%-100.0%) |"


def test_test_sets_are_those_that_are_here(scene_text: Path, caplog: pytest.LogCaptureFixture) -> None:
    set_mirror(scene_text)
    assert [(each.name, len(each.words)) for each in word_sets("scene_text", "test")] == [
        ("IIIT5K", 2),
        ("IC13", 3),
    ]
    assert "IC15 is not here" in caplog.text
    assert [len(each.words) for each in word_sets("scene_text", "test", limit=1)] == [1, 1]


def test_validation_and_train_are_parts_of_the_training_folders(scene_text: Path) -> None:
    set_mirror(scene_text)
    held, rest = (word_sets("scene_text", split) for split in ("validation", "train"))
    assert [each.name for each in held] == ["iiit5k_train", "ic15_train"]
    for part, other in zip(held, rest, strict=True):
        ids = {word.id for word in part.words}, {word.id for word in other.words}
        assert ids[0]
        assert not ids[0] & ids[1]
        assert len(ids[0] | ids[1]) == 20


def test_any_folder_and_generated_words(scene_text: Path) -> None:
    folder = scene_text / "generated" / "validation"
    save(tiny_models.draw_bars("bb"), folder / "1.png")
    save_text("1.png\tbb\n2.png\tgone\n", folder / "labels.tsv")
    set_mirror(scene_text)
    sets = word_sets("scene_text/ic13_test", "test", also=["generated"])
    assert [(each.name, len(each.words)) for each in sets] == [("ic13_test", 3), ("generated", 1)]
    with pytest.raises(DataError, match="no folder .*nowhere"):
        word_sets("nowhere", "test")


def test_no_set_at_all_says_how_to_get_them(tmp_path: Path) -> None:
    set_mirror(tmp_path)
    with pytest.raises(DataError, match=r"data/raw/scene_text/readme\.md"):
        word_sets("scene_text", "test")


def test_an_unreadable_image_is_blank_paper(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "bad.png").write_bytes(b"no image")
    image = load_or_blank(LabelledImage("bad", "text", tmp_path / "bad.png"))
    assert image.min() == image.max() == 255
    assert "bad counts as blank" in caplog.text


@pytest.mark.slow
def test_sizes_of_the_real_sets_are_those_of_the_field(monkeypatch: pytest.MonkeyPatch) -> None:
    real_data(monkeypatch, "scene_text")
    sizes = [
        name for each in word_sets("scene_text", "test") for name in score_set(each, [""] * len(each.words))
    ]
    assert sizes == ["IIIT5K 3,000", "IC13 1,015", "IC13 857", "IC15 2,077", "IC15 1,922"]
