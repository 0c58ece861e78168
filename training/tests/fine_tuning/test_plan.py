import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.errors import ConfigError
from training.fine_tuning.plan import FineTuneConfig, epochs_of, others_per_line, plan_of


def lines(count: int) -> Split:
    return Split([str(i) for i in range(count)], [np.zeros((8, 9), np.uint8)] * count, ["text"] * count)


@pytest.mark.parametrize(("count", "folds"), [(2, 2), (10, 3), (50, 2), (100, 2)])
def test_few_lines_judge_each_other(count: int, folds: int) -> None:
    plan = plan_of(lines(count), None, seed=0)
    assert len(plan.folds) == folds
    assert plan.held_out is None
    assert len(plan.learned) == plan.judged == count
    assert sorted(name for fold in plan.folds for name in fold.judged.ids) == sorted(map(str, range(count)))
    for fold in plan.folds:
        assert not set(fold.learned.ids) & set(fold.judged.ids)
        assert len(fold.learned) + len(fold.judged) == count


def test_many_lines_spare_some_and_given_ones_are_taken() -> None:
    plan = plan_of(lines(5000), None, seed=0)
    assert plan.held_out is not None
    assert (len(plan.held_out), len(plan.learned), plan.folds) == (200, 4800, ())
    given = plan_of(lines(10), lines(3), seed=0)
    assert (given.judged, len(given.learned), given.folds) == (3, 10, ())
    assert given.views == 10 * given.epochs


def test_few_lines_are_learned_longer() -> None:
    assert [epochs_of(count) for count in (1, 10, 50, 100, 1000, 5000)] == [20, 18, 10, 8, 4, 2]


@pytest.mark.parametrize(
    "values", [{"batch_size": 0}, {"max_forgetting": -1}, {"minutes": -1}, {"replay": "1"}]
)
def test_unfit_values_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="fine-tune"):
        FineTuneConfig(**values)  # type: ignore[arg-type]


def test_few_lines_are_learned_without_others_between() -> None:
    assert [others_per_line(count, 0.5) for count in (2, 10, 20, 100)] == [0, 0, 0.5, 0.5]
