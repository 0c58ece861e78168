"""Trains on the lines of a plan, with unlabelled pages if they help, and tells how well it reads then."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Floats
from text_recognizer.datasets.dataset import Split
from training.fine_tuning.judging import Judge, Readings, sure_rise
from training.fine_tuning.pages import sure_lines
from training.fine_tuning.plan import Fold, Plan, part
from training.fine_tuning.status import Phase, StatusFile
from training.fine_tuning.tuner import Tuner

logger = logging.getLogger(__name__)

# Of the change. More reads the own hand no better and others worse; with less, hardly anything is learned.
_SHARES = (0.4, 0.55, 0.7, 0.85)
_PAGES_COST = 3  # trainings with pages show twice as many lines, after those without


@dataclass(frozen=True)
class Others:
    """Lines of other hands, and how well they are to be read in the end.

    ```python
    from text_recognizer.datasets.dataset import Split
    from training.fine_tuning.judging import Readings
    from training.fine_tuning.learning import Others

    print(Others(Split([], [], []), Readings(), 0.003).max_rise)
    ```

    Attributes:
        lines: Never learned from.
        before: How the base reads them.
        max_rise: Their character error rate must not rise surely by more, if possible; see `sure_rise`.
    """

    lines: Split
    before: Readings
    max_rise: float


@dataclass(frozen=True)
class Learned:
    """What trainings have brought.

    ```python
    from training.fine_tuning.judging import Readings
    from training.fine_tuning.learning import Learned

    print(Learned([], None, Readings(), finished=False).after)  # Ctrl-C came first
    ```

    Attributes:
        weights: Those of the network (...,) each that has learned all lines, then of that of each fold.
        after: How the lines that judge are read; None if that is not known.
        others: How the lines of other hands are read.
        page_lines: Lines of pages that the first of them has learned from.
        finished: Whether all of them came to their ends.
        share: How much of what they changed is kept, 0-1.
    """

    weights: Sequence[list[Floats]]
    after: Readings | None
    others: Readings
    page_lines: int = 0
    finished: bool = True
    share: float = 1.0


class Learning:
    """The trainings of a plan: one on all lines, whose result is used, and one for each fold, to judge it.

    Pages teach in a second round: each network of the first one reads them, and one learns anew from the
    labelled lines and from those that were read surely (Lee, "Pseudo-label", ICML 2013 workshop). No network
    that judges has seen a reading by one that had learned its lines.

    ```python
    import math
    from pathlib import Path

    import numpy as np

    from text_recognizer.datasets.dataset import Split
    from text_recognizer.models import LineModelCtc
    from text_recognizer.networks import line_conv_ctc
    from training.fine_tuning.judging import Judge, Readings
    from training.fine_tuning.learning import Learning, Others
    from training.fine_tuning.plan import FineTuneConfig, plan_of
    from training.fine_tuning.status import StatusFile
    from training.fine_tuning.tuner import Tuner

    network = line_conv_ctc((32, None, 1), (None, 80), 2, (2, 2, 2, 2), 1, block_width=2, num_blocks=1)
    model = LineModelCtc(network)
    nothing, lines = Split([], [], []), Split([*"ab"], [np.zeros((32, 90), np.uint8)] * 2, ["to", "be"])
    tuner, plan = Tuner(model, FineTuneConfig(), nothing), plan_of(lines, None, seed=0)
    judge, status = Judge(Path(folder), model.vocabulary), StatusFile(None, "mine")
    others = Others(nothing, Readings(), 0.003)
    learning = Learning(tuner, judge, plan, others, nothing, math.inf, status)  # run() takes its time
    print(plan.views, judge.decoders)
    ```
    """

    def __init__(
        self,
        tuner: Tuner,
        judge: Judge,
        plan: Plan,
        others: Others,
        pages: Split,
        deadline: float,
        status: StatusFile,
    ) -> None:
        """Train nothing yet.

        Args:
            tuner: Trains.
            judge: Reads.
            plan: What is learned, and what judges.
            others: Lines of other hands, which are not to be forgotten.
            pages: Lines of pages without texts; may be empty.
            deadline: Value of `time.monotonic()` at which trainings end.
            status: Gets each step.
        """
        self._tuner, self._judge, self._plan, self._pages = tuner, judge, plan, pages
        self._others, self._deadline, self._status = others, deadline, status
        judged = plan.held_out or Split([], [], [])
        self._trainings = (Fold(plan.learned, judged), *plan.folds)

    def run(self) -> Learned:
        """Train; the network then has what reads best, by the lines that judge."""
        self._status.expect(expected_views(self._plan, self._pages))
        learned = self._round(None)
        if len(self._pages) and learned.finished and learned.after is not None:
            taught = self._round(learned)
            if taught.after is not None:
                logger.info(
                    "CER with %d lines of pages: %.1f %%, without: %.1f %%",
                    taught.page_lines, 100 * _cer(taught.after), 100 * _cer(learned.after),
                )  # fmt: skip
            if taught.after is not None and _cer(taught.after) < _cer(learned.after):
                learned = taught
            else:
                logger.info("The pages do not help: they are left out")
        self._tuner.model.network.set_weights(learned.weights[0])
        return learned

    def _round(self, former: Learned | None) -> Learned:
        """Train on everything once; on lines of pages too if there are networks that can read them."""
        weights: list[list[Floats]] = []
        judged, others, page_lines, finished, share = Readings(), Readings(), 0, True, 1.0
        for number, training in enumerate(self._trainings):
            sure = self._sure(former.weights[number]) if former else Split([], [], [])
            if former and number == 0 and not len(sure):
                return Learned(weights, None, others, finished=False)
            finished = self._train(number, training.learned, sure)
            if number == 0:
                page_lines = len(sure)
                share, others = self._share()
            self._tuner.keep(share)
            weights.append(self._tuner.model.network.get_weights())
            judged.extend(self._judge.read(self._tuner.model, training.judged))
            if not finished:
                break
        known = finished or not self._plan.folds
        return Learned(weights, judged if known else None, others, page_lines, finished, share)

    def _share(self) -> tuple[float, Readings]:
        """Return how much of what was learned other hands allow to keep, and how they are read then."""
        low, high, read = 0, len(_SHARES) - 1, dict[int, Readings]()
        while low < high:  # bisection: the more is kept, the more is forgotten
            middle = (low + high + 1) // 2
            read[middle] = self._others_with(_SHARES[middle])
            if sure_rise(self._others.before, read[middle], self._judge.own) <= self._others.max_rise:
                low = middle
            else:
                high = middle - 1
        share, others = _SHARES[low], read[low] if low in read else self._others_with(_SHARES[low])
        logger.info(
            "%.0f %% of the change is kept; CER of other hands: %.1f %% before, %.1f %% then",
            100 * share, 100 * self._others.before.cer(self._judge.own), 100 * others.cer(self._judge.own),
        )  # fmt: skip
        return share, others

    def _others_with(self, share: float) -> Readings:
        """Return how other hands are read if a share of the last change is kept."""
        self._tuner.keep(share)
        return self._judge.read(self._tuner.model, self._others.lines)

    def _train(self, number: int, lines: Split, sure: Split) -> bool:
        """Do one training; return whether it came to its end."""
        plan = self._plan
        phase: Phase = "cross-validation" if number else "learning"
        title = f"{phase} {number} of {len(plan.folds)}" if number else phase
        if len(sure):
            phase, title = "pages", f"{title}, with {len(sure)} lines of pages"
        self._status.enter(phase, epochs=plan.epochs)
        self._status.train(plan.epochs * (len(lines) + min(len(lines), len(sure))))
        return self._tuner.learn(lines, plan.epochs, title, self._deadline, self._status.learned, sure)

    def _sure(self, weights: list[Floats]) -> Split:
        """Return the lines of pages that a network of weights (...,) each reads surely."""
        model = self._tuner.model
        model.network.set_weights(weights)
        lines = sure_lines(self._pages, self._judge.texts(model, self._pages))
        pairs = zip(lines.images, lines.targets, strict=True)
        return part(lines, np.flatnonzero([model.reject(*pair) is None for pair in pairs]))


def expected_views(plan: Plan, pages: Split) -> int:
    """Return how many lines all trainings of a plan will show, with lines of pages or without."""
    return plan.views * (_PAGES_COST if len(pages) else 1)


def _cer(readings: Readings) -> float:
    return readings.cer(readings.best)
