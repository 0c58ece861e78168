"""Against a direct recursion over the definitions, without quantisation, tables or keys."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.errors import VocabularyError
from text_recognizer.tests.decoding.language_model.toy_language_model import probabilities
from text_recognizer.vocabulary import Vocabulary
from training.language_model.kneser_ney import count, discounts, estimate

CHARACTERS = "abcd "
START, END = "<", ">"


def sample(seed: int, number: int = 60) -> list[str]:
    generator = np.random.default_rng(seed)
    weights = [0.4, 0.25, 0.15, 0.1, 0.1]
    return ["".join(generator.choice(list(CHARACTERS), size=generator.integers(1, 9), p=weights))
            for _ in range(number)]  # fmt: skip


def raw_ngrams(lines: Sequence[str], n: int) -> Counter[str]:
    marked = [START + line + END for line in lines]
    return Counter(text[i : i + n] for text in marked for i in range(len(text) - n + 1))


def adjusted(lines: Sequence[str], n: int, order: int) -> dict[str, int]:
    raw = raw_ngrams(lines, n)
    if n == order:
        return {gram: number for gram, number in raw.items() if gram != START}
    longer = raw_ngrams(lines, n + 1)
    in_front: dict[str, int] = {}
    for gram in longer:
        in_front[gram[1:]] = in_front.get(gram[1:], 0) + 1
    return {gram: raw[gram] if gram[0] == START else in_front[gram] for gram in raw if gram != START}


def probability(lines: Sequence[str], context: str, symbol: str, order: int) -> float:
    """Return the interpolated probability by its definition."""
    n = len(context) + 1
    counts = adjusted(lines, n, order)
    d = (0.0, *discounts(np.array(list(counts.values()))))

    def discounted(number: int) -> float:
        return max(number - d[min(number, 3)], 0.0)

    followers = {gram: number for gram, number in counts.items() if gram[:-1] == context}
    total = sum(followers.values())
    shorter = 1 / (len(CHARACTERS) + 1) if n == 1 else probability(lines, context[1:], symbol, order)
    if not total:
        return shorter
    own = discounted(followers.get(context + symbol, 0)) / total
    share = 1 - sum(map(discounted, followers.values())) / total
    return own + share * shorter


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("order", [1, 2, 3])
def test_counts_are_those_of_kneser_ney(seed: int, order: int) -> None:
    lines = sample(seed)
    symbols = {END: 0, START: len(CHARACTERS) + 1, **{c: i for i, c in enumerate(CHARACTERS, start=1)}}
    for n, level in enumerate(count(lines, Vocabulary(CHARACTERS), order), start=1):
        expected = {
            sum(symbols[c] << 8 * (n - 1 - i) for i, c in enumerate(gram)): number
            for gram, number in adjusted(lines, n, order).items()
        }
        assert dict(zip(level.keys.tolist(), level.counts.tolist(), strict=True)) == expected


@pytest.mark.parametrize("order", [1, 2, 3])
def test_probabilities_follow_the_definition(order: int) -> None:
    lines = sample(7)
    model = LanguageModel(CHARACTERS, *estimate(lines, Vocabulary(CHARACTERS), order, [1] * order))
    for text in ["", "a", "ab", "ba", "d a", "dd"]:
        context = (START + text)[1 - order :] if order > 1 else ""
        state = np.array([model.start])
        for label in Vocabulary(CHARACTERS).encode(text):
            state = model.advance(state, np.array([label]))
        expected = [probability(lines, context, symbol, order) for symbol in END + CHARACTERS]
        assert sum(expected) == pytest.approx(1)
        np.testing.assert_allclose(probabilities(model, state)[0], expected, rtol=0.06)  # 8 bits


def test_discounts_are_those_of_chen_and_goodman() -> None:
    counts = np.repeat([1, 2, 3, 4, 9], [100, 40, 20, 10, 5])
    y = 100 / 180
    assert discounts(counts) == pytest.approx((1 - 0.8 * y, 2 - 1.5 * y, 3 - 2 * y))
    assert discounts(np.array([5, 6])) == (0.5, 1.0, 1.5)


def test_rare_ngrams_are_left_out_and_rows_still_sum_to_one() -> None:
    lines = sample(1)
    vocabulary = Vocabulary(CHARACTERS)
    full = estimate(lines, vocabulary, 3, [1, 1, 1])[1]
    base, cut = estimate(lines, vocabulary, 3, [1, 1, 3])
    assert len(cut[0].codes) == len(full[0].codes)
    assert len(cut[1].codes) == (count(lines, vocabulary, 3)[2].counts >= 3).sum() < len(full[1].codes)
    states = np.arange(1 << 14) << 21  # all contexts of two symbols
    rows = probabilities(LanguageModel(CHARACTERS, base, cut), states)
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-5)


def test_foreign_characters_are_named() -> None:
    with pytest.raises(VocabularyError, match="'ß'"):
        estimate(["aß"], Vocabulary(CHARACTERS), 2, [1, 1])
