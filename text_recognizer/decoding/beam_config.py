"""How a beam search searches: what a model's decoding.json keeps of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BeamSearchConfig:
    """How to search; the field `beam` of decoding.json.

    ```python
    import numpy as np

    from text_recognizer.decoding.beam_config import BeamSearchConfig
    from text_recognizer.decoding.beam_search import decode_beam

    probabilities = np.array([[0.6, 0.4], [0.6, 0.4]])  # the best path is blank; more paths spell label 1
    print(decode_beam(np.log(probabilities), BeamSearchConfig(length_bonus=0.0)))  # [1]
    ```

    Attributes:
        lm_weight: Weight of the language model's logarithms, >= 0.
        length_bonus: Added for each character, because the language model alone prefers short texts.
        word_bonus: Added for each letter of each word of the lexicon, if there is one. Not for each word:
            that would favour many short ones.
        width: How many prefixes are kept, >= 1.
        labels: How many labels extend the prefixes at a frame: the most probable ones.
        least_probability: Labels below this probability extend no prefix.
        blank_threshold: A frame extends no prefix if the blank, together with the best label of the frame
            before, which may go on, is more probable than this.
        margin: Prefixes whose score is lower than the best by more than this are dropped.
        greedy_above: There is no search if the best path has at least this probability: language model and
            lexicon seldom change its text. 1 searches always.
    """

    lm_weight: float = 0.8
    length_bonus: float = 0.5
    word_bonus: float = 0.5
    width: int = 24
    labels: int = 10
    least_probability: float = 1e-4
    blank_threshold: float = 0.99
    margin: float = 12.0
    greedy_above: float = 1.0
