"""One worker of a sweep: takes a trial, trains it, tells its value, until all are done."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import keras
import optuna
from optuna.trial import TrialState

from text_recognizer.errors import TextRecognizerError
from text_recognizer.models import MODELS
from training.config import ExperimentConfig
from training.sweeping.plan import SweepPlan
from training.sweeping.study import Sweep, Task
from training.sweeping.trial_folders import STALE_S
from training.train import run

_WAIT_S = 10.0  # until a worker without a trial looks whether another one has died

logger = logging.getLogger(__name__)

Train = Callable[..., Mapping[str, Any]]


class Pruning(keras.callbacks.Callback):
    """Reports the validation metric of each epoch, and ends a trial that is worse than the others.

    ```python
    import keras
    import optuna

    from training.sweeping.worker import Pruning

    study = optuna.create_study(pruner=optuna.pruners.ThresholdPruner(upper=0.5))
    pruning = Pruning(study.ask(), "val_cer")
    pruning.set_model(keras.Sequential())
    pruning.on_epoch_end(0, {"val_cer": 0.9})
    print(pruning.pruned)
    ```

    Attributes:
        pruned: Whether the trial has been ended.
    """

    def __init__(self, trial: optuna.Trial, metric: str) -> None:
        """Watch the run of a trial."""
        super().__init__()
        self._trial, self._metric, self.pruned = trial, metric, False

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Report, and stop if the trial is not worth going on with."""
        known = self._trial.study.get_trials(deepcopy=False)[self._trial.number].intermediate_values
        if epoch not in known:  # a trial that goes on may repeat its last epoch
            self._trial.report(float((logs or {})[self._metric]), epoch)
        if self._trial.should_prune():
            self.pruned = True
            self.model.stop_training = True


def metric_of(plan: SweepPlan) -> tuple[str, str]:
    """Return the validation metric that a sweep looks at, and whether to `minimize` or `maximize` it."""
    model = MODELS[ExperimentConfig.from_dict(plan.experiment).model]
    return f"val_{model.monitor}", "minimize" if model.monitor_mode == "min" else "maximize"


def work(sweep: Sweep, stale_s: float = STALE_S, wait_s: float = _WAIT_S, train: Train = run) -> int:
    """Train trials until all of the sweep have ended, also those of workers that die meanwhile.

    Args:
        sweep: The sweep.
        stale_s: Seconds without a sign of life after which a worker is taken for dead.
        wait_s: Seconds between looks at the trials of others when no other is left.
        train: Trains an experiment, as `training.train.run`.

    Returns:
        How many trials this worker has ended.
    """
    ended = 0
    while True:
        task = sweep.next_task(stale_s)
        if task is not None:
            with task.folder.working():
                _end(sweep, task, train)
            ended += 1
        elif sweep.running():
            time.sleep(wait_s)
        else:
            return ended


def _end(sweep: Sweep, task: Task, train: Train) -> None:
    """Train a trial and tell its value; a trial that fails does not end the sweep."""
    number, (metric, _) = task.trial.number, metric_of(sweep.plan)
    logger.info("Trial %d%s: %s", number, " goes on" if task.resumed else "", task.values)
    pruning = Pruning(task.trial, metric)
    try:
        best = train(
            sweep.plan.config(task.values), task.folder.path, resume=task.resumed, callbacks=[pruning]
        )["best"]
    except TextRecognizerError as error:
        logger.warning("Trial %d failed: %s", number, error)
        task.trial.set_user_attr("error", str(error))
        sweep.study.tell(number, state=TrialState.FAIL)
    else:
        task.trial.set_user_attr("epoch", int(best["epoch"]))
        state = TrialState.PRUNED if pruning.pruned else TrialState.COMPLETE
        sweep.study.tell(number, None if pruning.pruned else best[metric], state=state)
        logger.info("Trial %d %s: %s %.4g", number, state.name.lower(), metric, best[metric])
    keras.utils.clear_session()
