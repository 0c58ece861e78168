"""Tune the beam search of a line model on validation lines: `python -m training.decoding.tune [--save]`.

Coordinate search: first the weight of the language model and the bonus per character on a coarse grid, then
these and the word bonus in finer steps, all at one beam width; then the beam width and the blank threshold,
which decide about the time. Finally the decoders are compared and their confidences calibrated. `--save`
writes the result to decoding.json beside the model. An export removes that file, so tune again after each
export. The network runs once per model; its logits are kept under the data root. No test line is used.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from text_recognizer.arrays import Logits
from text_recognizer.decoding.beam_search import BeamSearchConfig, decode_beam
from text_recognizer.decoding.calibration import Calibrations
from text_recognizer.decoding.config import DECODERS, DECODING, DecoderName, DecodingConfig
from text_recognizer.decoding.greedy import best_path
from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.decoding.language_model.loading import DEFAULT_LANGUAGE_MODEL, load_language_model
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.files import write_json
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.metrics import text as metrics
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.hardware import hardware
from text_recognizer.tooling.selection import add_limit_argument
from text_recognizer.vocabulary import Vocabulary
from training.decoding.calibrate import calibrate
from training.decoding.line_logits import LineLogits, line_logits, validation_lines
from training.decoding.number_lines import number_logits

LM_WEIGHTS = (0.2, 0.4, 0.6, 0.8)  # coarse grid: 0 is the search without the model, 1 trusts it as the image
LENGTH_BONUSES = (0.0, 0.5, 1.0)  # in natural logarithms per character; coarse grid
BEAM_WIDTHS = (8, 16, 24, 32)  # in prefixes; the time of a line grows with them
BLANK_THRESHOLDS = (0.95, 0.99, 0.999)  # as probabilities
TUNING_BEAM_WIDTH = 24  # in prefixes: wide enough that pruning does not blur what the weights do
MAX_LINE_MS = 8.0  # processor time, about what the network itself takes for a line of 1,024 columns
MIN_CER_GAIN = 0.0002  # a smaller gain is noise on 468 lines, and not worth the time


@dataclass(frozen=True)
class Score:
    """Errors and time of a decoder.

    Attributes:
        cer: Character error rate, 0-1 and above.
        wer: Word error rate, 0-1 and above.
        milliseconds: Processor time per line, median.

    ```python
    from training.decoding.tune import Score

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
        1000 * statistics.median(seconds),
    )


class Tuner:
    """Scores configurations of the beam search, each once, and prints them.

    ```python
    import numpy as np

    from text_recognizer.decoding.beam_search import BeamSearchConfig
    from text_recognizer.decoding.language_model.lexicon import Lexicon
    from text_recognizer.decoding.language_model.loading import load_language_model
    from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary
    from training.decoding.line_logits import LineLogits
    from training.decoding.tune import Tuner

    vocabulary = Vocabulary(LINE_CHARACTERS)
    logits = 9.0 * np.eye(len(vocabulary))[vocabulary.encode("hat")]
    tuner = Tuner(
        [LineLogits("1", "hat", logits)], vocabulary, load_language_model(), Lexicon(["hat"], vocabulary)
    )
    print(tuner.score(BeamSearchConfig()).cer)
    ```
    """

    def __init__(
        self,
        lines: Sequence[LineLogits],
        vocabulary: Vocabulary,
        model: LanguageModel,
        words: Lexicon,
        milliseconds: float = MAX_LINE_MS,
    ) -> None:
        """Bind what every score needs.

        Args:
            lines: Validation lines.
            vocabulary: Meaning of the labels.
            model: Language model.
            words: The lexicon.
            milliseconds: Processor time that the search may take for a line.
        """
        self.lines, self.vocabulary, self._model, self._words = lines, vocabulary, model, words
        self._milliseconds = milliseconds
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
            _print(
                f"beam, weight {config.lm_weight:.2f}, bonus {config.length_bonus:.2f}, "
                f"words {config.word_bonus:.2f}, width {config.width}, blank {config.blank_threshold}",
                found,
            )
        return self._scores[config]

    def best(self, candidates: Sequence[BeamSearchConfig]) -> BeamSearchConfig:
        """Return the candidate with the fewest character errors, then word errors; the first of equals."""
        return min(candidates, key=lambda s: (self.score(s).cer, self.score(s).wer))

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
        """Return the narrowest beam, then the lowest threshold, that is fast enough and nearly best."""
        found = [replace(config, width=w, blank_threshold=t) for w in BEAM_WIDTHS for t in BLANK_THRESHOLDS]
        fast = [s for s in found if self.score(s).milliseconds <= self._milliseconds] or found[:1]
        least = min(self.score(s).cer for s in fast)
        return next(s for s in fast if self.score(s).cer <= least + MIN_CER_GAIN)


def tune(
    predictor: LinePredictor,
    lines: Sequence[LineLogits],
    numbers: Sequence[LineLogits],
    language_model: str,
    milliseconds: float = MAX_LINE_MS,
) -> tuple[DecodingConfig, dict[str, Any]]:
    """Return the best configuration, and the scores of all decoders on validation lines.

    Args:
        predictor: Whose network emitted the logits.
        lines: Validation lines.
        numbers: Lines that are numbers, to calibrate on.
        language_model: Name of its folder.
        milliseconds: Processor time that the search may take for a line.
    """
    model = load_language_model(language_model)
    vocabulary = predictor.vocabulary
    scores: dict[str, Score] = {"greedy": score(best_path, lines, vocabulary)}
    _print("greedy", scores["greedy"])
    start = BeamSearchConfig()
    without = replace(start, lm_weight=0.0, length_bonus=0.0)
    scores["beam_without_language_model"] = score(
        lambda logits: decode_beam(logits, without), lines, vocabulary
    )
    _print("beam without language model", scores["beam_without_language_model"])
    words = Lexicon(model.words, vocabulary)
    tuner = Tuner(lines, vocabulary, model, words, milliseconds)
    beam = tuner.tune(start)
    scores["beam"] = tuner.score(beam)
    config = DecodingConfig(language_model=language_model, beam=beam)
    calibration: dict[DecoderName, Calibrations] = {}
    measured: dict[str, Any] = {name: value.to_dict() for name, value in scores.items()}
    for decoder in ("greedy", "beam"):
        calibration[decoder], measured[f"calibration_{decoder}"] = calibrate(
            vocabulary, config, decoder, lines, numbers
        )
    return replace(config, calibration=calibration), measured


def _print(name: str, found: Score) -> None:
    sys.stdout.write(
        f"{name:72s} CER {100 * found.cer:.2f} %  WER {100 * found.wer:.2f} %  {found.milliseconds:.1f} ms\n"
    )
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = command_parser(__doc__)
    add_mirror_argument(parser)
    parser.add_argument("--weights", default=DEFAULT_LINE_MODEL, help="line model; default: %(default)s")
    parser.add_argument("--language-model", default=DEFAULT_LANGUAGE_MODEL, help="default: %(default)s")
    add_limit_argument(parser, "lines to tune on")
    parser.add_argument(
        "--milliseconds",
        type=float,
        default=MAX_LINE_MS,
        help="that beam search may take for a line on one core of this machine; default: %(default)s",
    )
    parser.add_argument("--save", action="store_true", help=f"write {DECODING} beside the model")
    parser.add_argument(
        "--default", choices=DECODERS, default="greedy", help="decoder to use unless another is asked for"
    )
    return parser


def _work(options: argparse.Namespace) -> None:
    predictor = LinePredictor(options.weights, decoder="greedy")
    lines = line_logits(predictor, validation_lines(options.limit))
    config, measured = tune(
        predictor, lines, number_logits(predictor), options.language_model, options.milliseconds
    )
    content = {
        "model_sha256": predictor.artifact.sha256,
        **replace(config, decoder=options.default).to_dict(),
        "measured_on": f"{len(lines)} lines of IAM validation (Aachen); ms of {hardware()}",
        "measured": measured,
    }
    if options.save:
        write_json(predictor.artifact.path.parent / DECODING, content)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(_parser(), _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
