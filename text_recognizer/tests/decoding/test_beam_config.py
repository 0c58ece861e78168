"""What the settings of a search do."""

from dataclasses import replace

import numpy as np

from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.beam_search import best_beams, decode_beam

PLAIN = BeamSearchConfig(lm_weight=0.0, length_bonus=0.0)


def test_sure_text_is_not_searched() -> None:
    probabilities = np.array([[0.6, 0.4], [0.6, 0.4]])  # the best path is blank, of probability 0.36
    for threshold, found in ((0.3, []), (0.4, [1]), (1.0, [1])):
        assert decode_beam(np.log(probabilities), replace(PLAIN, greedy_above=threshold)) == found


def test_there_are_no_more_beams_than_were_kept() -> None:
    beams = best_beams(np.array([[1.0, 0.0, 0.0]]), replace(PLAIN, width=2), 5)
    assert beams[0][0] == []
    assert len(beams) == 2


def test_a_bonus_for_each_character_favours_longer_texts() -> None:
    logits = np.log(np.array([[0.7, 0.3]]))
    assert decode_beam(logits, PLAIN) == []
    assert decode_beam(logits, replace(PLAIN, length_bonus=1.0)) == [1]


def test_improbable_labels_extend_no_prefix() -> None:
    logits = np.log(np.array([[0.9, 0.1]]))
    wanted = replace(PLAIN, length_bonus=5.0)
    assert decode_beam(logits, wanted) == [1]
    assert decode_beam(logits, replace(wanted, least_probability=0.2)) == []
    assert decode_beam(logits, replace(wanted, blank_threshold=0.8)) == []
