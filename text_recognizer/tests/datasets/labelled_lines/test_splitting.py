from pathlib import Path

import pytest

from text_recognizer.datasets.labelled.images import LabelledImage
from text_recognizer.datasets.labelled_lines.splitting import split_lines
from text_recognizer.errors import DataError

LINES = [LabelledImage(str(number), "text", Path("none"), f"document {number // 5}") for number in range(50)]
SHARES = {"validation": 0.2, "test": 0.1}


def ids(split: list[LabelledImage]) -> set[str]:
    return {line.id for line in split}


def test_given_splits_come_first_and_what_has_none_is_for_training() -> None:
    found = split_lines(LINES, {"3": "test", "4": "validation"}, None, SHARES, 0)
    assert (ids(found["test"]), ids(found["validation"]), len(found["train"])) == ({"3"}, {"4"}, 48)
    with pytest.raises(DataError, match="splits"):
        split_lines(LINES, {}, "given", SHARES, 0)


def test_documents_stay_whole() -> None:
    found = split_lines(LINES, {}, None, SHARES, 0)
    assert [len(found[name]) for name in ("train", "validation", "test")] == [35, 10, 5]
    documents = [{line.group for line in part} for part in found.values()]
    assert not documents[0] & documents[1] | documents[0] & documents[2] | documents[1] & documents[2]


def test_few_documents_are_split_at_random_and_by_the_seed() -> None:
    few = LINES[:20]
    found = split_lines(few, {}, None, SHARES, 0)
    assert [len(found[name]) for name in ("train", "validation", "test")] == [14, 4, 2]
    assert ids(found["test"]) == ids(split_lines(few, {}, None, SHARES, 0)["test"])
    assert any(ids(found["test"]) != ids(split_lines(few, {}, None, SHARES, seed)["test"]) for seed in (1, 2))


def test_a_single_line_is_trained_on() -> None:
    assert len(split_lines(LINES[:1], {}, None, {"validation": 0.5, "test": 0.4}, 0)["train"]) == 1
