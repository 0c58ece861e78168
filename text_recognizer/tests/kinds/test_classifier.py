import json
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.errors import ArtifactError
from text_recognizer.images.loading import load_image
from text_recognizer.images.resizing import reduce_ink
from text_recognizer.kinds import classifier
from text_recognizer.kinds.classifier import line_kind, line_kinds, load_weights
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.tests.kinds.lines import printed_line
from text_recognizer.tests.real_data import real_data


@pytest.fixture
def fresh() -> None:
    load_weights.cache_clear()


@pytest.mark.parametrize("strength", [1.0, 0.3])
def test_print_is_told_from_blank_paper(strength: float) -> None:
    assert line_kind(printed_line("Please write in capital letters") * np.float32(strength)) == "print"
    assert line_kind(np.zeros((40, 300), np.float32)) is None


def test_handwriting_of_iam_is_handwriting(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = sorted((real_data(monkeypatch, "iam") / "lines").glob("*/*/*-00.png"))[:12]
    kinds = [line_kind(writing_ink(load_image(path))) for path in paths]
    assert kinds.count("handwriting") >= 11


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("content", [None, "{", '{"weights": {"mean": [1]}}', '{"weights": []}'])
def test_damaged_weights_are_named(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.json"
    if content is not None:
        path.write_text(content)
    monkeypatch.setattr(classifier, "WEIGHTS", path)
    with pytest.raises(ArtifactError, match=r"weights\.json"):
        load_weights()


@pytest.mark.usefixtures("fresh")
def test_weights_of_other_features_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = json.loads(classifier.WEIGHTS.read_text())
    fields["weights"]["hidden"] = fields["weights"]["hidden"][:-1]
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(fields))
    monkeypatch.setattr(classifier, "WEIGHTS", path)
    with pytest.raises(ArtifactError, match="features"):
        load_weights()


def kinds_of(evidence: list[float], heights: list[float] | None = None) -> str:
    """Return the first letters of the kinds of lines; default: all are of one height."""
    return "".join(kind[0] for kind in line_kinds(evidence, heights or [40.0] * len(evidence)))


def test_lines_that_are_hard_to_tell_follow_their_neighbours() -> None:
    assert kinds_of([9, -0.5, 8, -9, 0.5, -8]) == "ppphhh"
    assert kinds_of([9, -9, 9]) == "php", "a line that is sure stands for itself"
    assert kinds_of([]) == ""
    assert kinds_of([0.0]) == "h"


def test_two_lines_of_print_are_not_outvoted_by_a_page_of_handwriting() -> None:
    assert kinds_of([2.4, 2.1, *[-30.0] * 9], [17, 18, *[50.0] * 9]) == "pp" + 9 * "h"


def test_a_neighbour_of_another_height_says_nothing() -> None:
    assert kinds_of([-9, 0.5, -9], [50, 17, 50]) == "hph"
    assert kinds_of([-9, 0.5, -9], [50, 45, 50]) == "hhh"
    assert kinds_of([8, -0.2, -9, 8], [17, 17, 50, 18]) == "pphp", "lines of its height lie around another"


def test_small_print_is_print() -> None:
    line = printed_line("It may be published and shared, and be used freely by everyone")
    small = reduce_ink(line, line.shape[1] * 16 // len(line), 16)
    assert line_kind(small) == "print"
