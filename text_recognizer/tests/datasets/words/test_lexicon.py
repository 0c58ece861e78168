import numpy as np
import pytest

from text_recognizer.datasets.words.lexicon import Lexicon, count_words, load_lexicons, split_lexicon
from text_recognizer.metrics.words import protocol_form
from text_recognizer.tests.real_data import real_data

COUNTS = {f"{a}{b}{c}": 1 for a in "bcdfghjklm" for b in "aeiou" for c in "nprst"} | {
    "the": 60_000,
    "we'll": 3,
}


def test_words_are_picked_by_length_and_tempered_weight() -> None:
    lexicon = Lexicon({"the": 10_000, "cat": 100, "river": 1})
    rng = np.random.default_rng(0)
    picked = [lexicon.pick(rng, 3) for _ in range(2000)]
    assert set(picked) == {"the", "cat"}
    assert 0.06 < picked.count("cat") / 2000 < 0.13, "1 : 10, not 1 : 100"
    assert lexicon.pick(rng, 9) == "river", "the nearest length there is"
    assert len(lexicon) == 3
    assert "cat" in lexicon
    assert [*lexicon] == ["cat", "river", "the"]


def test_lengths_follow_running_text_and_lexicon() -> None:
    lexicon = Lexicon({"a": 9999, "river": 1})
    lengths = lexicon.lengths(np.linspace(0, 1, 1000, endpoint=False))
    assert set(lengths.tolist()) == {1, 5}
    assert lengths.dtype == np.int64
    np.testing.assert_array_equal(np.sort(lengths), lengths)


def test_held_out_words_are_rare_and_share_their_letters_with_no_other() -> None:
    known, held_out = split_lexicon(COUNTS)
    assert {*known, *held_out} == set(COUNTS)
    assert not {protocol_form(word) for word in known} & {protocol_form(word) for word in held_out}
    assert 0 < len(held_out) < 0.15 * len(COUNTS)
    everything_common = dict.fromkeys(COUNTS, 1000)
    assert len(split_lexicon(everything_common)[1]) == 0
    assert [*split_lexicon(COUNTS)[1]] == [*held_out], "a hash decides, no chance"


def test_words_of_a_text_are_counted_in_lower_case() -> None:
    counts = count_words("The Over-all sum: 2,000 of O'Neil's; THE " + "x" * 21)
    assert counts == {"the": 2, "over": 1, "all": 1, "sum": 1, "of": 1, "o'neil": 1, "s": 1}


def test_the_lexicon_of_brown(monkeypatch: pytest.MonkeyPatch) -> None:
    real_data(monkeypatch, "brown.zip")
    known, held_out = load_lexicons()
    assert len(known) > 30_000
    assert len(held_out) > 1_000
    lengths = known.lengths(np.random.default_rng(0).random(5000))
    assert 0.2 < np.mean(lengths <= 3) < 0.4, "as many short words as on signs"
