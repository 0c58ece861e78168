import numpy as np
import pytest

from text_recognizer.decoding.language_model.extension import ADDED_SHARE, with_more_labels
from text_recognizer.decoding.language_model.loading import load_language_model
from text_recognizer.decoding.language_model.ngram_file import Contexts
from text_recognizer.vocabulary import LATIN_CHARACTERS, LINE_CHARACTERS, Vocabulary


def test_added_characters_share_a_small_part_and_the_start_moves() -> None:
    nothing = np.zeros(2, np.uint8)
    table = Contexts(np.array([1, 3 << 7 | 2], np.uint64), nothing, nothing, nothing[:0], nothing[:0])
    base, (moved,) = with_more_labels(np.full(3, 1 / 3, np.float32), [table], 2)
    np.testing.assert_allclose(
        base, [*[(1 - ADDED_SHARE) / 3] * 3, ADDED_SHARE / 2, ADDED_SHARE / 2], rtol=1e-5
    )
    assert moved.keys.tolist() == [1, 5 << 7 | 2]
    same, (kept,) = with_more_labels(np.full(3, 1 / 3, np.float32), [table], 0)
    np.testing.assert_allclose(same, 1 / 3)
    assert kept.keys.tolist() == table.keys.tolist()


@pytest.mark.slow
def test_english_stays_likely_and_accents_are_rare() -> None:
    small, large = load_language_model(), load_language_model(characters=LATIN_CHARACTERS)
    assert (small.characters, large.characters) == (LINE_CHARACTERS, LATIN_CHARACTERS)
    few, many = Vocabulary(LINE_CHARACTERS), Vocabulary(LATIN_CHARACTERS)
    text = "The house"
    expected = small.log_probability(few.encode(text).tolist())
    assert abs(large.log_probability(many.encode(text).tolist()) - expected) < 0.05 * len(text)
    accented = large.log_probability(many.encode("Thé house").tolist())
    assert np.isfinite(accented)
    assert accented < expected - 3
    assert load_language_model(characters="xyz").characters == LINE_CHARACTERS
