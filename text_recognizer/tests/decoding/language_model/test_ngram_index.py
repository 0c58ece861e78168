import numpy as np
import pytest

from text_recognizer.decoding.language_model.ngram_file import MAX_ORDER, SYMBOL_BITS
from text_recognizer.decoding.language_model.ngram_index import LABEL_SHIFT, NgramIndex

Node = tuple[int, tuple[int, ...]]


def packed(label: int, symbols: tuple[int, ...]) -> int:
    shifts = (LABEL_SHIFT - SYMBOL_BITS * i for i in range(1, MAX_ORDER))
    return label << LABEL_SHIFT | sum(s << shift for s, shift in zip(symbols, shifts, strict=False))


def random_node(generator: np.random.Generator, length: int) -> Node:
    return int(generator.integers(3)), tuple(generator.integers(1, 4, length).tolist())


@pytest.mark.parametrize("seed", range(10))
def test_sums_over_the_ancestors_that_are_there(seed: int) -> None:
    generator = np.random.default_rng(seed)
    values: dict[Node, float] = {(label, ()): float(label) for label in range(3)}
    for _ in range(150):  # often without the nodes between them and the root
        values[random_node(generator, int(generator.integers(1, MAX_ORDER)))] = float(generator.normal())
    nodes = list(values)
    index = NgramIndex(
        np.array([packed(*node) for node in nodes]),
        np.array([len(symbols) for _, symbols in nodes], np.uint8),
        np.array(list(values.values()), np.float32),
    )
    wanted = nodes + [random_node(generator, MAX_ORDER - 1) for _ in range(300)]
    expected = [
        sum(values.get((label, symbols[:length]), 0.0) for length in range(len(symbols) + 1))
        for label, symbols in wanted
    ]
    found = index.find(np.array([packed(*node) for node in wanted]).reshape(-1, 1))
    np.testing.assert_allclose(found[:, 0], expected, atol=1e-5)
