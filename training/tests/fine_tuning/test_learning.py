"""Rounds of training, with a network that is one number: what it has learned from."""

import math
from typing import Any, cast

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from training.fine_tuning.judging import Judge, Readings
from training.fine_tuning.learning import Learning, Others, expected_views
from training.fine_tuning.plan import plan_of
from training.fine_tuning.status import StatusFile
from training.fine_tuning.tuner import Tuner


def lines(names: str, text: str = "abcd") -> Split:
    return Split([*names], [np.zeros((8, 9), np.uint8)] * len(names), [text] * len(names))


class Network:
    """Its weight is the number of lines of pages that it has learned from."""

    weights: list[Any] = [0]  # noqa: RUF012

    def get_weights(self) -> list[Any]:
        return self.weights

    def set_weights(self, weights: list[Any]) -> None:
        self.weights = weights


class Model:
    network = Network()

    def reject(self, image: object, target: str) -> None:
        return None


class FakeTuner:
    def __init__(self, unfinished: int | None = None) -> None:
        self.model, self.learned, self._unfinished = Model(), list[tuple[str, int]](), unfinished
        self.shares: list[float] = []

    def keep(self, share: float) -> None:
        self.shares.append(share)

    def learn(
        self, lines: Split, epochs: int, title: str, deadline: float, report: object, doubtful: Split
    ) -> bool:
        self.learned.append(("".join(lines.ids), len(doubtful)))
        self.model.network.set_weights([len(doubtful)])
        return len(self.learned) - 1 != self._unfinished


class FakeJudge:
    """Reads lines of pages surely; the lines that judge right if and only if pages teach or do not.

    Lines of other hands, whose text is `other`, are read right if no more than `allowed` of a change is kept.
    """

    own = "greedy"

    def __init__(
        self, pages_help: bool, confidence: float = 0.9, tuner: FakeTuner | None = None, allowed: float = 1.0
    ) -> None:
        self._pages_help, self._confidence = pages_help, confidence
        self._tuner, self._allowed = tuner, allowed

    def texts(self, model: Model, pages: Split) -> list[tuple[str, float]]:
        return [("some text", self._confidence)] * len(pages)

    def read(self, model: Model, judged: Split) -> Readings:
        right = (model.network.weights[0] > 0) == self._pages_help
        readings = Readings(texts={"greedy": []})
        for truth in judged.targets:
            if truth == "other":
                right = self._tuner is None or self._tuner.shares[-1] <= self._allowed
            readings.add(truth, {"greedy": truth if right else "x"})
        return readings


def learning(tuner: FakeTuner, judge: FakeJudge, pages: Split, held_out: Split | None = None) -> Learning:
    plan = plan_of(lines("abcdef"), held_out, seed=0)
    status = StatusFile(None, "mine")
    others = Others(lines("o", "other"), Readings(["other"], {"greedy": ["other"]}), 0.1)
    return Learning(cast(Tuner, tuner), cast(Judge, judge), plan, others, pages, math.inf, status)


def test_without_pages_all_lines_are_learned_and_folds_judge() -> None:
    tuner = FakeTuner()
    learned = learning(tuner, FakeJudge(pages_help=False), lines("")).run()
    assert [count for _, count in tuner.learned] == [0] * 4
    assert tuner.learned[0] == ("abcdef", 0)
    assert learned.after is not None
    assert len(learned.after.truth) == 6
    assert learned.finished


@pytest.mark.parametrize(
    ("allowed", "read", "kept", "worse"),
    [(1.0, [0.7, 0.85], 0.85, False), (0.8, [0.7, 0.85], 0.7, False), (0.6, [0.7, 0.55], 0.55, False),
     (0.4, [0.7, 0.55, 0.4], 0.4, False), (0.0, [0.7, 0.55, 0.4], 0.4, True)],
)  # fmt: skip
def test_as_much_of_the_change_is_kept_as_other_hands_allow(
    allowed: float, read: list[float], kept: float, worse: bool
) -> None:
    tuner = FakeTuner()
    learned = learning(tuner, FakeJudge(False, tuner=tuner, allowed=allowed), lines("")).run()
    assert tuner.shares == [*read, *[kept] * 4], "it is read as rarely as it can be"
    assert learned.share == kept
    assert (learned.others.cer("greedy") > 0) == worse


@pytest.mark.parametrize(("pages_help", "kept"), [(True, 2), (False, 0)])
def test_pages_teach_only_if_the_lines_that_judge_are_read_better(pages_help: bool, kept: int) -> None:
    tuner = FakeTuner()
    learned = learning(tuner, FakeJudge(pages_help), lines("pq")).run()
    assert [count for _, count in tuner.learned] == [0] * 4 + [2] * 4
    assert (learned.page_lines, tuner.model.network.weights) == (kept, [kept])
    assert learned.after is not None
    assert learned.after.cer("greedy") == 0


def test_pages_that_no_network_reads_surely_cost_no_training() -> None:
    tuner = FakeTuner()
    learned = learning(tuner, FakeJudge(pages_help=True, confidence=0.1), lines("pq")).run()
    assert (len(tuner.learned), learned.page_lines) == (4, 0)
    assert tuner.model.network.weights == [0]


def test_an_early_end_keeps_what_was_learned_and_begins_nothing_more() -> None:
    tuner = FakeTuner(unfinished=0)
    learned = learning(tuner, FakeJudge(pages_help=True), lines("pq")).run()
    assert (len(tuner.learned), learned.after, learned.finished) == (1, None, False)
    tuner = FakeTuner(unfinished=0)
    learned = learning(tuner, FakeJudge(pages_help=True), lines("pq"), lines("h")).run()
    assert (len(tuner.learned), learned.finished) == (1, False)
    assert learned.after is not None, "the lines that are kept apart judge it all the same"


def test_rounds_with_pages_are_expected_to_show_more() -> None:
    plan = plan_of(lines("abcdef"), None, seed=0)
    assert expected_views(plan, lines("")) == plan.views
    assert expected_views(plan, lines("p")) == 3 * plan.views
