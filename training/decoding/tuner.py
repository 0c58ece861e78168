"""Search for the best configuration of the beam search.

Coordinate search: first the weight of the language model and the bonus per character on a coarse grid, then
these and the word bonus in finer steps, all at one beam width; then the beam width, the blank threshold and
the probability above which nothing is searched, which decide about the time.
"""

import itertools
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from text_recognizer.arrays import Logits
from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.beam_search import decode_beam
from text_recognizer.decoding.greedy import best_path
from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.metrics import text as metrics
from text_recognizer.vocabulary import Vocabulary
from training.decoding.line_logits import LineLogits

LM_WEIGHTS = (0.2, 0.4, 0.6, 0.8)  # coarse grid: 0 is the search without the model, 1 trusts it as the image
LENGTH_BONUSES = (0.0, 0.5, 1.0)  # in natural logarithms per character; coarse grid
BLANK_THRESHOLDS = (0.95, 0.99, 0.999)  # as probabilities
TUNING_BEAM_WIDTH = 24  # in prefixes: wide enough that pruning does not blur what the weights do


@dataclass(frozen=True)
class Goal:
    """What makes one configuration better than another.

    ```python
    from training.decoding.tuner import Goal

    print(Goal("cer", least_gain=0.0002, milliseconds=8.0, widths=(8, 24)))
    ```

    Attributes:
        errors: The rate to lower; the other one decides between equals.
        least_gain: A smaller gain is noise, and not worth the time.
        milliseconds: Mean processor time that a search may take.
        widths: Beam widths to choose from, in prefixes, ascending; the time grows with them.
        greedy_above: Values of that field to choose from, ascending; the time grows with them too.
    """

    errors: Literal["cer", "wer"]
    least_gain: float
    milliseconds: float
    widths: tuple[int, ...]
    greedy_above: tuple[float, ...] = (1.0,)


@dataclass(frozen=True)
class Score:
    """Errors and time of a decoder.

    Attributes:
        cer: Character error rate, 0-1 and above.
        wer: Word error rate, 0-1 and above.
        milliseconds: Processor time per line, mean.

    ```python
    from training.decoding.tuner import Score

    print(Score(0.0312, 0.117, 5.04).to_dict())
    ```
    """

    cer: float
    wer: float
    milliseconds: float

    def to_dict(self) -> dict[str, float]:
        """Return it as a JSON object, rounded."""
        return {"cer": round(self.cer, 5), "wer": round(self.wer, 5), "ms": round(self.milliseconds, 2)}


def score(
    decode: Callable[[Logits], list[int]], lines: Sequence[LineLogits], vocabulary: Vocabulary
) -> Score:
    """Decode all lines and return how well and how fast `decode` does it.

    Args:
        decode: Logits (T, C) -> labels.
        lines: Their logits and texts.
        vocabulary: Meaning of the labels.
    """
    texts, seconds = [], []
    for line in lines:
        started = time.thread_time()  # other processes on the machine do not count
        labels = decode(line.logits)
        seconds.append(time.thread_time() - started)
        texts.append(vocabulary.decode(labels))
    truth = [line.text for line in lines]
    return Score(
        metrics.character_error_rate(texts, truth),
        metrics.word_error_rate(texts, truth),
        1000 * statistics.fmean(seconds),
    )


class Tuner:
    """Scores configurations of the beam search, each once, and prints them.

    ```python
    import numpy as np

    from text_recognizer.decoding.beam_config import BeamSearchConfig
    from text_recognizer.decoding.greedy import best_path
    from text_recognizer.decoding.language_model.lexicon import Lexicon
    from text_recognizer.decoding.language_model.loading import load_language_model
    from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary
    from training.decoding.line_logits import LineLogits
    from training.decoding.tuner import Goal, Tuner

    vocabulary = Vocabulary(LINE_CHARACTERS)
    lines = [LineLogits("1", "hat", 9.0 * np.eye(len(vocabulary))[vocabulary.encode("hat")])]
    words = Lexicon(["hat"], vocabulary)
    tuner = Tuner(lines, vocabulary, load_language_model(), words, Goal("cer", 0.001, 8.0, (8, 24)))
    print(tuner.score(BeamSearchConfig()).cer)
    ```
    """

    def __init__(
        self,
        lines: Sequence[LineLogits],
        vocabulary: Vocabulary,
        model: LanguageModel,
        words: Lexicon,
        goal: Goal,
    ) -> None:
        """Bind what every score needs.

        Args:
            lines: Validation lines.
            vocabulary: Meaning of the labels.
            model: Language model.
            words: The lexicon.
            goal: What is better.
        """
        self.lines, self.vocabulary, self._model, self._words = lines, vocabulary, model, words
        self._goal = goal
        self._scores: dict[BeamSearchConfig, Score] = {}

    def score(self, config: BeamSearchConfig) -> Score:
        """Return the score of a configuration."""
        if config not in self._scores:
            found = score(
                lambda logits: decode_beam(logits, config, self._model, self._words),
                self.lines,
                self.vocabulary,
            )
            self._scores[config] = found
            print_score(
                f"beam, weight {config.lm_weight:.2f}, bonus {config.length_bonus:.2f}, "
                f"words {config.word_bonus:.2f}, width {config.width}, blank {config.blank_threshold}, "
                f"greedy above {config.greedy_above}",
                found,
            )
        return self._scores[config]

    def best(self, candidates: Sequence[BeamSearchConfig]) -> BeamSearchConfig:
        """Return the candidate with the fewest errors by the goal; the other rate decides between equals."""

        def errors(candidate: BeamSearchConfig) -> tuple[float, float]:
            rates = self.score(candidate).cer, self.score(candidate).wer
            return rates if self._goal.errors == "cer" else rates[::-1]

        return min(candidates, key=errors)

    def tune(self, start: BeamSearchConfig) -> BeamSearchConfig:
        """Return the best configuration."""
        start = replace(start, width=TUNING_BEAM_WIDTH)
        coarse = [replace(start, lm_weight=w, length_bonus=b) for w in LM_WEIGHTS for b in LENGTH_BONUSES]
        best = self.best(coarse)
        for step in (0.1, 0.05):
            for name, delta in (("lm_weight", step), ("length_bonus", 2 * step), ("word_bonus", 2 * step)):
                value = getattr(best, name)
                around = [max(0.0, round(value + d, 3)) for d in (0.0, -delta, delta)]
                best = self.best([replace(best, **{name: v}) for v in around])
        return self._least_work(best)

    def _least_work(self, config: BeamSearchConfig) -> BeamSearchConfig:
        """Return the narrowest beam, then the least search, that is fast enough and nearly best."""
        goal = self._goal
        choices = itertools.product(goal.widths, goal.greedy_above, BLANK_THRESHOLDS)
        found = [replace(config, width=w, greedy_above=g, blank_threshold=t) for w, g, t in choices]
        fast = [each for each in found if self.score(each).milliseconds <= goal.milliseconds] or found[:1]
        rates = [getattr(self.score(each), goal.errors) for each in fast]
        return next(
            each for each, rate in zip(fast, rates, strict=True) if rate <= min(rates) + goal.least_gain
        )


def compare(
    lines: Sequence[LineLogits], vocabulary: Vocabulary, model: LanguageModel, goal: Goal
) -> tuple[BeamSearchConfig, dict[str, Score]]:
    """Return the best configuration, and the scores of the decoders.

    Args:
        lines: Validation lines.
        vocabulary: Meaning of the labels.
        model: Language model, for the same labels.
        goal: What is better.
    """
    without = BeamSearchConfig(lm_weight=0.0, length_bonus=0.0)
    decoders = {
        "greedy": best_path,
        "beam_without_language_model": lambda logits: decode_beam(logits, without),
    }
    scores = {name: score(decode, lines, vocabulary) for name, decode in decoders.items()}
    for name, found in scores.items():
        print_score(name, found)
    tuner = Tuner(lines, vocabulary, model, Lexicon(model.words, vocabulary, model.alike), goal)
    beam = tuner.tune(BeamSearchConfig())
    return beam, scores | {"beam": tuner.score(beam)}


def print_score(name: str, found: Score) -> None:
    """Print a row of the table that grows while a search goes on."""
    sys.stdout.write(
        f"{name:90s} CER {100 * found.cer:.2f} %  WER {100 * found.wer:.2f} %  {found.milliseconds:.1f} ms\n"
    )
    sys.stdout.flush()
