import itertools

import numpy as np
import numpy.typing as npt
import pytest

from text_recognizer.decoding.alignment import align, boundaries
from text_recognizer.errors import InvalidInputError


def logarithms(seed: int, frames: int, labels: int) -> npt.NDArray[np.float64]:
    scores = np.random.default_rng(seed).normal(0, 2, (frames, labels))
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))


def spans_of(path: tuple[int, ...]) -> tuple[list[int], list[list[int]]]:
    labels, spans, at = [], [], 0
    for label, run in itertools.groupby(path):
        length = len(list(run))
        if label:
            labels.append(label)
            spans.append([at, at + length])
        at += length
    return labels, spans


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("labels", [[1], [1, 2], [1, 1], [2, 1, 1]])
def test_equals_the_best_of_all_paths(seed: int, labels: list[int]) -> None:
    scores = logarithms(seed, 5, 3)
    fitting = [p for p in itertools.product(range(3), repeat=5) if spans_of(p)[0] == labels]
    best = max(fitting, key=lambda path: sum(scores[t, c] for t, c in enumerate(path)))
    assert align(scores, labels).tolist() == spans_of(best)[1]


def test_no_labels_have_no_frames() -> None:
    assert align(logarithms(0, 4, 3), []).shape == (0, 2)
    assert align(np.zeros((0, 3)), []).shape == (0, 2)
    assert boundaries(np.zeros((0, 2), np.int64), 4).shape == (0, 2)


@pytest.mark.parametrize(("frames", "labels"), [(0, [1]), (1, [1, 2]), (2, [1, 1])])
def test_labels_that_do_not_fit_are_refused(frames: int, labels: list[int]) -> None:
    with pytest.raises(InvalidInputError, match="frames"):
        align(np.zeros((frames, 3)), labels)


def test_boundaries_lie_halfway_between_characters() -> None:
    spans = np.array([[4, 5], [8, 9], [9, 11], [14, 15]])
    assert boundaries(spans, 30).tolist() == [[2.5, 6.5], [6.5, 9], [9, 12.5], [12.5, 16.5]]


def test_boundaries_stay_within_the_line() -> None:
    assert boundaries(np.array([[0, 1], [8, 9]]), 9).tolist() == [[0, 4.5], [4.5, 9]]
    assert boundaries(np.array([[3, 5]]), 9).tolist() == [[3, 5]]
