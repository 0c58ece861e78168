"""Score the shipped models on validation data and fail where one is worse than `thresholds.json` allows.

Each line of that file is one gate: a model, the evaluation and data that score it, the score when the line
was written (`measured`), and a bound (`minimum` or `maximum`, see `bound_for`). A shipped model without a
gate fails; a gate whose data is missing is skipped, with the reason. To add a model, write its line with
`"measured": null` and no bound: the run fails and prints the two values to write.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation import (
    evaluate_character_predictor,
    evaluate_line_detector,
    evaluate_line_predictor,
    evaluate_paragraph_text_recognizer,
    evaluate_word_predictor,
)
from text_recognizer.datasets.dataset import SPLIT_NAMES
from text_recognizer.errors import ConfigError, DataError, TextRecognizerError
from text_recognizer.inference import artifacts
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command

THRESHOLDS = Path(__file__).parent / "thresholds.json"
EVALUATIONS: dict[str, Callable[[argparse.Namespace], tuple[str, dict[str, Any]]]] = {
    "character_predictor": evaluate_character_predictor.evaluate,
    "line_predictor": evaluate_line_predictor.evaluate,
    "line_detector": evaluate_line_detector.evaluate,
    "word_predictor": evaluate_word_predictor.evaluate,
    "paragraph_text_recognizer": evaluate_paragraph_text_recognizer.evaluate,
}
ERROR_RATES = ("cer", "wer")  # scores of which less is better
ERROR_FACTOR = 1.15  # times the errors of before: room for another seed, not for a fault
ERROR_MARGIN = 0.01  # added, as a rate: a model with hardly an error must not fail by one item


@dataclass(frozen=True)
class Gate:
    """One line of the file.

    ```python
    from evaluation.check_thresholds import Gate, shortfall

    model = "CharacterModel_EmnistDataset_lenet"
    gate = Gate(model, "character_predictor", "emnist", "validation", None, "accuracy", minimum=0.84)
    print(shortfall(gate, 0.83))
    ```

    Attributes:
        weights: Name of the model.
        evaluation: One of `EVALUATIONS`.
        dataset: As that evaluation's `--dataset` takes it.
        split: `validation`, for test data only report.
        limit: Score this many items, at equal distances; None scores all.
        score: Key of the evaluation's result, a rate 0-1.
        measured: Its value when the line was written; None before.
        minimum: Least allowed value, of scores of which more is better.
        maximum: Greatest allowed value, of error rates.
    """

    weights: str
    evaluation: str
    dataset: str
    split: str
    limit: int | None
    score: str
    measured: float | None = None
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be scored."""
        if self.limit is not None and self.limit < 1:
            raise ConfigError(f"A limit of {self.limit} leaves no items. Correct {THRESHOLDS.name}.")
        if self.evaluation not in EVALUATIONS or self.split not in SPLIT_NAMES:
            raise ConfigError(
                f"Expected an evaluation of {', '.join(EVALUATIONS)} and a split of "
                f"{', '.join(SPLIT_NAMES)}; received {self.evaluation!r} and {self.split!r}. "
                f"Correct {THRESHOLDS.name}."
            )

    @property
    def name(self) -> str:
        """Name of the gate in reports."""
        return f"{self.weights}: {self.score} of {self.evaluation} on {self.dataset}, {self.split}"


def load_gates(path: Path = THRESHOLDS) -> list[Gate]:
    """Return the gates of a file.

    Raises:
        ConfigError: If a line has an unknown key or lacks one.
    """
    lines = json.loads(path.read_text(encoding="utf-8"))["gates"]
    try:
        return [Gate(**line) for line in lines]
    except TypeError as error:
        known = ", ".join(Gate.__dataclass_fields__)
        raise ConfigError(f"Expected the keys {known} in {path}; {error}. Correct the line.") from error


def bound_for(score: str, measured: float) -> dict[str, float]:
    """Return the bound of a score that was `measured`: 1.15 times its errors and 0.01 more, rounded."""
    error = measured if score in ERROR_RATES else 1 - measured
    allowed = ERROR_FACTOR * error + ERROR_MARGIN
    return {"maximum": round(allowed, 3)} if score in ERROR_RATES else {"minimum": round(1 - allowed, 3)}


def measure(gate: Gate, mirror: Path | None = None) -> float:
    """Return the score of the shipped model.

    Raises:
        DataError: If the data is missing.
        ArtifactError: If the model is missing or damaged.
    """
    options = argparse.Namespace(
        weights=gate.weights, dataset=gate.dataset, split=gate.split, limit=gate.limit,
        mirror=mirror, detector=DEFAULT_DETECTOR_MODEL, decoder=None, only=None, ruled=False,
        image_alone=False, dataset_args={},
    )  # fmt: skip
    return float(EVALUATIONS[gate.evaluation](options)[1][gate.score])


def shortfall(gate: Gate, value: float) -> str:
    """Return why `value` does not pass the gate; empty if it does."""
    if gate.minimum is None and gate.maximum is None:
        proposal = json.dumps({"measured": round(value, 4), **bound_for(gate.score, value)})
        return f"has no bound yet; write {proposal[1:-1]} into {THRESHOLDS.name}"
    if gate.minimum is not None and value < gate.minimum:
        return f"expected at least {gate.minimum}; received {value:.4f}"
    if gate.maximum is not None and value > gate.maximum:
        return f"expected at most {gate.maximum}; received {value:.4f}"
    return ""


def unguarded(gates: Sequence[Gate]) -> list[str]:
    """Return the shipped models without a gate."""
    return sorted(set(artifacts.available(artifacts.WEIGHTS_DIR)) - {gate.weights for gate in gates})


def check(gate: Gate, mirror: Path | None) -> tuple[bool, str]:
    """Return whether a model passed its gate or lacks data to be scored on, and a line that says so."""
    try:
        value = measure(gate, mirror)
    except DataError as error:
        return True, f"SKIPPED {gate.name}: {error}"
    except TextRecognizerError as error:
        return False, f"FAILED  {gate.name}: {error}"
    if reason := shortfall(gate, value):
        return False, f"FAILED  {gate.name}: {reason}"
    bound = gate.minimum if gate.maximum is None else gate.maximum
    return True, f"passed  {gate.name}: {value:.4f} (bound {bound})"


def _work(options: argparse.Namespace) -> None:
    gates = load_gates()
    missing = unguarded(gates)
    for weights in missing:
        _report(f"FAILED  {weights}: is shipped without a line in {THRESHOLDS.name}; add one")
    failures = len(missing)
    for gate in gates:
        if options.only in gate.weights:
            passed, report = check(gate, options.mirror)
            failures += not passed
            _report(report)
    if failures:
        raise TextRecognizerError(f"{failures} of the gates failed; see above.")


def _report(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()  # the next gate takes minutes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status: 1 if a model fell short or has no gate."""
    parser = command_parser(__doc__)
    add_mirror_argument(parser, "--data-root")
    parser.add_argument("--only", default="", metavar="TEXT", help="gates of models with TEXT in their name")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
