"""How lines are learned: for how many epochs, in which parts, and which of them judge the result."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from text_recognizer.arrays import Indices
from text_recognizer.datasets.dataset import Split
from training.typed_fields import Range, check_fields

# Two folds leave half of the lines to learn from: enough, unless there are very few.
_FEW_LINES, _FOLDS_OF_FEW, _FOLDS = 30, 3, 2
_MAX_CROSS_VALIDATED_LINES = 100  # more can spare a part that is never learned from
_HELD_OUT_SHARE, _MAX_HELD_OUT_LINES = 0.1, 200  # of them

# Epochs by the number of lines, n: 40 / n^0.35. 10 lines want 18 epochs, 50 want 10, 1,000 want 4.
_EPOCHS_OF_ONE_LINE, _EPOCHS_EXPONENT = 40.0, 0.35
_LEAST_EPOCHS, _MOST_EPOCHS = 2, 20

_LEAST_REPLAYED_LINES = 20  # fewer own lines learn less beside others than others are forgotten without


@dataclass(frozen=True)
class FineTuneConfig:
    """How a model is fine-tuned.

    ```python
    from training.fine_tuning.plan import FineTuneConfig

    print(FineTuneConfig(minutes=2).learning_rate)
    ```

    Attributes:
        batch_size: Lines of a step.
        learning_rate: Its peak; it rises over `warmup_steps` and falls to 0 by a cosine.
        warmup_steps: Steps of the rise.
        weight_decay: Of AdamW.
        clip_norm: Largest norm of the gradient of all weights together.
        replay: Other lines shown for each own line, against forgetting how other hands are read;
            of few lines none, see `others_per_line`.
        max_forgetting: By how much the character error rate of other hands may surely rise, 0-1; as much of
            the change is kept as that allows, see `Tuner.keep`.
        minutes: Time for all of it; null = as long as it takes.
        seed: Of orders, variations and folds.
    """

    batch_size: Annotated[int, Range(at_least=1)] = 8
    learning_rate: Annotated[float, Range(more_than=0)] = 7e-4
    warmup_steps: Annotated[int, Range(at_least=0)] = 8
    weight_decay: Annotated[float, Range(at_least=0)] = 0.01
    clip_norm: Annotated[float, Range(more_than=0)] = 5.0
    replay: Annotated[float, Range(at_least=0)] = 0.33
    max_forgetting: Annotated[float, Range(at_least=0)] = 0.003
    minutes: Annotated[float, Range(more_than=0)] | None = None
    seed: Annotated[int, Range(at_least=0)] = 0

    def __post_init__(self) -> None:
        """Check types and ranges.

        Raises:
            ConfigError: If a value does not fit.
        """
        check_fields(self, "fine-tune")


@dataclass(frozen=True)
class Fold:
    """Lines to learn from, and lines that judge what was learned.

    ```python
    import numpy as np

    from text_recognizer.datasets.dataset import Split
    from training.fine_tuning.plan import Fold

    lines = Split(["a", "b"], [np.zeros((64, 90), np.uint8)] * 2, ["to", "be"])
    print(len(Fold(lines, lines).judged))
    ```

    Attributes:
        learned: The lines to learn from.
        judged: Others.
    """

    learned: Split
    judged: Split


@dataclass(frozen=True)
class Plan:
    """What is trained.

    ```python
    import numpy as np

    from text_recognizer.datasets.dataset import Split
    from training.fine_tuning.plan import plan_of

    lines = Split([*"abcdef"], [np.zeros((64, 90), np.uint8)] * 6, ["line"] * 6)
    plan = plan_of(lines, None, seed=0)
    print(len(plan.learned), len(plan.folds), plan.epochs)
    ```

    Attributes:
        learned: The lines that the model learns from in the end.
        held_out: Lines that it never learns from; None where folds judge instead.
        folds: Each is trained on its own for its judgement alone.
        epochs: Of the final training and of each fold.
    """

    learned: Split
    held_out: Split | None
    folds: tuple[Fold, ...]
    epochs: int

    @property
    def judged(self) -> int:
        """Number of lines that judge."""
        return len(self.held_out) if self.held_out is not None else sum(len(f.judged) for f in self.folds)

    @property
    def views(self) -> int:
        """Own lines that are shown in all trainings together."""
        return self.epochs * (len(self.learned) + sum(len(fold.learned) for fold in self.folds))


def plan_of(lines: Split, held_out: Split | None, seed: int) -> Plan:
    """Return how to learn lines and to judge the result.

    Args:
        lines: To learn from.
        held_out: Given by the data; None to choose.
        seed: Of the choice.
    """
    if held_out is not None and len(held_out):
        return Plan(lines, held_out, (), epochs_of(len(lines)))
    order = np.random.default_rng(seed).permutation(len(lines))
    if len(lines) > _MAX_CROSS_VALIDATED_LINES:
        count = min(_MAX_HELD_OUT_LINES, round(_HELD_OUT_SHARE * len(lines)))
        learned, kept = part(lines, order[count:]), part(lines, order[:count])
        return Plan(learned, kept, (), epochs_of(len(learned)))
    count = min(len(lines), _FOLDS_OF_FEW if len(lines) < _FEW_LINES else _FOLDS)
    parts = [order[number::count] for number in range(count)] if count > 1 else []
    folds = tuple(Fold(part(lines, np.setdiff1d(order, judged)), part(lines, judged)) for judged in parts)
    return Plan(lines, None, folds, epochs_of(len(lines)))


def epochs_of(lines: int) -> int:
    """Return for how many epochs a number of lines is learned, at least 1 line."""
    wanted: int = round(_EPOCHS_OF_ONE_LINE / max(1, lines) ** _EPOCHS_EXPONENT)
    return max(_LEAST_EPOCHS, min(_MOST_EPOCHS, wanted))


def others_per_line(lines: int, replay: float) -> float:
    """Return how many other lines are shown for each own line; few own lines are learned alone."""
    return replay if lines >= _LEAST_REPLAYED_LINES else 0.0


def part(split: Split, chosen: Indices) -> Split:
    """Return the samples of a split with the indices `chosen` (n,), in their order."""
    indices = sorted(int(index) for index in chosen)
    return Split(
        [split.ids[i] for i in indices],
        [split.images[i] for i in indices],
        [split.targets[i] for i in indices],
    )
