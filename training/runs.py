"""Folders of runs: where they lie, which one to resume, and with which changes; known without Keras."""

import hashlib
import json
import logging
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from text_recognizer.errors import ConfigError
from training.config import ExperimentConfig

CONFIG, METRICS, HISTORY = "config.json", "metrics.json", "history.csv"
RUNS = Path(__file__).parent / "runs"
EXPERIMENTS = Path(__file__).parent / "experiments"

# What a resumed run may change: the steps that are done stay what they were.
RESUMABLE = frozenset(
    {
        "experiment_group", "train_args.clip_norm", "train_args.cycle_epochs",
        "train_args.early_stopping_patience", "train_args.epochs", "train_args.learning_rate",
        "train_args.restart_factor", "train_args.weight_decay", "train_args.workers",
    }
)  # fmt: skip

_WITHOUT_EFFECT = {"experiment_group", "train_args.workers"}
_SET_BY_STAGES = {"train_args.init_from", "train_args.teachers"}

logger = logging.getLogger(__name__)


def run_folder(config: ExperimentConfig, run_dir: Path | None, resume: bool, runs: Path = RUNS) -> Path:
    """Return the folder of a run that begins or continues.

    Args:
        config: The experiment.
        run_dir: The folder that the user names; None for one in `runs`.
        resume: Whether to continue the newest run of the experiment; if there is none, a new one begins.
        runs: Folder of all runs.

    Raises:
        ConfigError: If a new run would overwrite another one, or the one to resume differs in what a run
            cannot change.
    """
    if run_dir is not None:
        begun = (run_dir / CONFIG).is_file()
        if begun and not resume:
            raise ConfigError(f"{run_dir} holds a run: resume it (--resume), or name another folder.")
        if resume and not begun:
            logger.info("There is no run to resume in %s: a new one begins", run_dir)
        return run_dir
    earlier = [
        path
        for path in sorted(runs.glob(f"{config.name}_*"), key=_stamp)
        if (found := _config(path)) and not _is_another_experiment(found, config)
    ]
    if resume and earlier:
        return _run_to_resume(config, earlier)
    if resume:
        logger.info("There is no run of %s to resume in %s: a new one begins", config.name, runs)
    digest = hashlib.sha256(json.dumps(config.to_dict(), sort_keys=True).encode()).hexdigest()[:8]
    return runs / f"{config.name}_{digest}_{time.strftime('%Y%m%d-%H%M%S')}"


def check_resumable(config: ExperimentConfig, run_dir: Path) -> None:
    """Refuse to resume a run with other values than those that a run can change; log the changed ones.

    Raises:
        ConfigError: If another value differs; the message names all that do.
    """
    changes = differences(_config(run_dir) or config, config)
    if set(changes) - RESUMABLE:
        raise ConfigError(
            f"The run in {run_dir} cannot be resumed with other values: {shown(changes)}. "
            "Give it the values that it has, or leave --resume out and begin a new run. A resumed run may "
            f"change {', '.join(sorted(RESUMABLE))}."
        )
    if changes:
        logger.info("The run continues with other values: %s", shown(changes))


def differences(first: ExperimentConfig, second: ExperimentConfig) -> dict[str, tuple[Any, Any]]:
    """Return the dotted keys in which two experiments differ, with the values of both; None for no value."""
    flat = flattened(first.to_dict()), flattened(second.to_dict())
    return {
        key: (flat[0].get(key), flat[1].get(key))
        for key in sorted(flat[0] | flat[1])
        if flat[0].get(key) != flat[1].get(key)
    }


def changes_of_model(model: ExperimentConfig, config: ExperimentConfig) -> dict[str, tuple[Any, Any]]:
    """Return in what the experiment of a model's manifest differs from one that would make it again.

    A model made in stages has the last of them in its manifest, with the start and the teachers that the
    stages have set. What does not change the weights is left out.

    Args:
        model: From the manifest.
        config: With or without stages.
    """
    free = _WITHOUT_EFFECT | (_SET_BY_STAGES if config.stages else set())
    changes = differences(model, config.expanded()[-1].config)
    return {key: values for key, values in changes.items() if key not in free}


def shown(changes: Mapping[str, tuple[Any, Any]]) -> str:
    """Return differences as text: `key (old -> new), ...`, values as JSON, shortened."""
    texts = []
    for key, values in changes.items():
        old, new = (textwrap.shorten(json.dumps(value), 80, placeholder=" ...") for value in values)
        texts.append(f"{key} ({old} -> {new})")
    return ", ".join(texts)


def committed() -> list[ExperimentConfig]:
    """Return the experiments of training/experiments/; files of several experiments are left out."""
    found = [_config_of(path) for path in sorted(EXPERIMENTS.glob("*.json"))]
    return [config for config in found if config is not None]


def flattened(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested objects as one with dotted keys; lists stay values."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        nested = isinstance(value, Mapping)
        flat |= flattened(value, f"{prefix}{name}.") if nested else {prefix + name: value}
    return flat


def _run_to_resume(config: ExperimentConfig, earlier: list[Path]) -> Path:
    """Return the newest run with the fewest changes that a run can take; the newest one if none can."""

    def fit(path: Path) -> tuple[bool, int]:
        changes = differences(_config(path) or config, config)
        return not set(changes) - RESUMABLE, -len(changes)

    best = max(reversed(earlier), key=fit)
    check_resumable(config, best)
    return best


def _is_another_experiment(found: ExperimentConfig, config: ExperimentConfig) -> bool:
    """Return whether a run and `config` are of two committed experiments, which may share a name."""
    if found == config:
        return False
    experiments = committed()
    return found in experiments and config in experiments


def _config(run_dir: Path) -> ExperimentConfig | None:
    """Return the experiment of a run, None if there is none that this version understands."""
    return _config_of(run_dir / CONFIG)


def _config_of(path: Path) -> ExperimentConfig | None:
    try:
        return ExperimentConfig.from_text(str(path))
    except (ConfigError, OSError):
        return None


def _stamp(run_dir: Path) -> str:
    return run_dir.name.rsplit("_", 1)[-1]
