import json
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.errors import ArtifactError
from text_recognizer.images.loading import load_image
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


def test_lines_that_are_hard_to_tell_follow_their_neighbours() -> None:
    assert line_kinds([9, -0.5, 8, -9, 0.5, -8]) == ["print"] * 3 + ["handwriting"] * 3
    assert line_kinds([9, -9, 9]) == ["print", "handwriting", "print"], (
        "a line that is sure stands for itself"
    )
    assert line_kinds([]) == []
    assert line_kinds([0.0]) == ["handwriting"]
