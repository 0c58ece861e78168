"""The trials of a sweep, in a journal file of Optuna that all workers append to; no server.

Akiba et al., "Optuna: a next-generation hyperparameter optimization framework", KDD 2019 (arXiv 1907.10902).
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock
from optuna.trial import FrozenTrial, TrialState

from text_recognizer.errors import ConfigError
from text_recognizer.files import write_json
from training.sweeping.plan import SweepPlan
from training.sweeping.trial_folders import STALE_S, TrialFolder

JOURNAL, PLAN = "journal.log", "sweep.json"

_READY = "ready"  # attribute of a study that has all trials of its grid
_MIN_TRIALS_TO_PRUNE = 5  # a median of fewer says little


@dataclass(frozen=True)
class Task:
    """A trial to work on.

    Attributes:
        trial: Of Optuna.
        values: Its values by dotted key.
        folder: Of its run.
        resumed: Whether another worker has begun it.

    ```python
    from pathlib import Path

    from training.sweeping.plan import SweepPlan
    from training.sweeping.study import Sweep

    experiment = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"}
    plan = SweepPlan(experiment, {"train_args.batch_size": [64, 128]}, sampler="grid")
    task = Sweep(Path(folder) / "sweep", plan, "maximize").next_task()
    print(task.values, task.folder.path.name, task.resumed)
    ```
    """

    trial: optuna.Trial
    values: dict[str, Any]
    folder: TrialFolder
    resumed: bool


class Sweep:
    """The sweep in a folder that all workers share.

    ```python
    from pathlib import Path

    from training.sweeping.plan import SweepPlan
    from training.sweeping.study import Sweep

    experiment = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"}
    plan = SweepPlan(experiment, {"train_args.batch_size": [64, 128]}, sampler="grid")
    sweep = Sweep(Path(folder) / "sweep", plan, "maximize")
    while (task := sweep.next_task()) is not None:
        sweep.study.tell(task.trial.number, task.values["train_args.batch_size"] / 128)
    print(sweep.study.best_params)
    ```

    Attributes:
        folder: Of the sweep.
        plan: What it does.
        study: Of Optuna.
    """

    def __init__(self, folder: Path, plan: SweepPlan, direction: Literal["minimize", "maximize"]) -> None:
        """Begin a sweep, or join the one that is in the folder.

        Raises:
            ConfigError: If the folder holds another sweep.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.plan = folder, plan
        self._lock = JournalFileSymlinkLock(str(folder / "workers"))  # works on network file systems, too
        backend = JournalFileBackend(str(folder / JOURNAL), JournalFileSymlinkLock(str(folder / JOURNAL)))
        with self._locked():
            self.study = optuna.create_study(
                storage=JournalStorage(backend), study_name="sweep", direction=direction,
                sampler=_sampler(plan), pruner=_pruner(plan), load_if_exists=True,
            )  # fmt: skip
            self._begin(direction)

    def next_task(self, stale_s: float = STALE_S) -> Task | None:
        """Return a trial to work on: one whose worker is dead, or a new one.

        Args:
            stale_s: Seconds without a sign of life after which a worker is taken for dead.

        Returns:
            None if there is nothing to do now; other workers may still be at theirs.
        """
        with self._locked():
            for frozen in self.running():
                task = self._abandoned(frozen, stale_s)
                if task is not None:
                    return task
            states = [trial.state for trial in self.study.get_trials(deepcopy=False)]
            if len(states) - states.count(TrialState.WAITING) >= self.plan.number:
                return None
            trial = self.study.ask()
            self.plan.space.suggest(trial)
            folder = TrialFolder(self.folder, trial.number)
            folder.begin()
            return Task(trial, self._values(trial.params), folder, resumed=False)

    def running(self) -> list[FrozenTrial]:
        """Return the trials that have begun and not ended."""
        return self.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))

    def _abandoned(self, frozen: FrozenTrial, stale_s: float) -> Task | None:
        """Return a trial that nobody works on any more; end it if its worker died before it had values."""
        folder = TrialFolder(self.folder, frozen.number)
        if not folder.abandoned(stale_s):
            return None
        if self.plan.space.values(frozen.params) is None:
            self.study.tell(frozen.number, state=TrialState.FAIL)
            return None
        folder.begin()
        trial = optuna.Trial(self.study, frozen._trial_id)
        return Task(trial, self._values(frozen.params), folder, resumed=True)

    def _values(self, parameters: dict[str, Any]) -> dict[str, Any]:
        values = self.plan.space.values(parameters)
        assert values is not None
        return values

    def _begin(self, direction: str) -> None:
        """Record the plan and, of a grid, every trial, unless that has been done."""
        stated = {"plan": self._stated(), "direction": direction}
        former = self.study.user_attrs.get(_READY)
        if former is None:
            for parameters in self.plan.space.grid() if self.plan.sampler == "grid" else ():
                self.study.enqueue_trial(parameters, skip_if_exists=True)
            write_json(self.folder / PLAN, stated)
            self.study.set_user_attr(_READY, stated)
        elif former != stated:
            raise ConfigError(f"{self.folder} holds another sweep, see its {PLAN}: name another --dir.")

    def _stated(self) -> dict[str, Any]:
        plan = {**vars(self.plan), "trials": self.plan.number}
        return {key: dict(value) if isinstance(value, dict) else value for key, value in plan.items()}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()


def _sampler(plan: SweepPlan) -> optuna.samplers.BaseSampler:
    """Return the sampler; workers of one seed must not choose alike."""
    seed = (plan.seed * 1_000_003 + time.time_ns() + os.getpid()) % 2**32
    if plan.sampler == "tpe":
        return optuna.samplers.TPESampler(seed=seed, constant_liar=True)
    return optuna.samplers.RandomSampler(seed=seed)


def _pruner(plan: SweepPlan) -> optuna.pruners.BasePruner:
    if not plan.prune:
        return optuna.pruners.NopPruner()
    return optuna.pruners.MedianPruner(
        n_startup_trials=_MIN_TRIALS_TO_PRUNE, n_warmup_steps=plan.prune_after, n_min_trials=2
    )
