import csv
import io
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState
from PIL import Image

from training.sweeping.report import PLOTS, TABLE, summary, write_report


@pytest.fixture
def study() -> optuna.Study:
    study = optuna.create_study(direction="minimize", sampler=optuna.samplers.RandomSampler(seed=0))
    for number in range(4):
        trial = study.ask()
        rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
        trial.suggest_categorical("kind", ["a", "[1, 2]"])
        trial.report(rate, 0)
        state = (TrialState.PRUNED, TrialState.FAIL, TrialState.COMPLETE, TrialState.COMPLETE)[number]
        study.tell(trial, rate if state == TrialState.COMPLETE else None, state=state)
    return study


@pytest.mark.slow
def test_a_sweep_has_a_table_and_plots(study: optuna.Study, tmp_path: Path) -> None:
    write_report(study, "val_cer", tmp_path)
    rows = list(csv.DictReader(io.StringIO((tmp_path / TABLE).read_text())))
    assert [row["state"] for row in rows] == ["pruned", "fail", "complete", "complete"]
    assert [bool(row["val_cer"]) for row in rows] == [False, False, True, True]
    assert float(rows[2]["rate"]) == pytest.approx(study.trials[2].params["rate"])
    with Image.open(tmp_path / PLOTS) as picture:
        assert picture.width > 900


def test_the_best_trial_is_named(study: optuna.Study) -> None:
    assert summary(study, "val_cer").startswith("4 trials: 1 pruned, 1 fail, 2 complete; best is ")
    assert summary(optuna.create_study(), "val_cer") == "0 trials: none"
