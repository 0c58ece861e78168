"""A file of several experiments -> the experiments, grids expanded."""

import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from text_recognizer.errors import ConfigError
from text_recognizer.tooling.overrides import with_overrides
from training.config import ExperimentConfig

GROUP_KEYS = ("experiment_group", "experiments")


def read_group(path: Path, overrides: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return the experiments of a file, each as the JSON that run_experiment.py takes.

    The file is `{"experiment_group": NAME, "experiments": [...]}`. An experiment may have a `grid`, an object
    of dotted keys and lists of values; it stands for one experiment per combination.

    Args:
        path: The file.
        overrides: Dotted keys and values to set in every experiment.

    Raises:
        ConfigError: If the file, or one of the experiments, does not fit, or two are the same.
    """
    try:
        group = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"Expected a JSON file with a group of experiments in {path}: {error}.") from error
    if not isinstance(group, dict) or "experiments" not in group or set(group) - set(GROUP_KEYS):
        keys = sorted(group) if isinstance(group, dict) else type(group).__name__
        raise ConfigError(f"Expected an object with the keys {list(GROUP_KEYS)} in {path}; received {keys}.")
    if not isinstance(group["experiments"], list) or not group["experiments"]:
        raise ConfigError(f"Expected a list of experiments in {path}; received {group['experiments']!r}.")
    name = {"experiment_group": group["experiment_group"]} if "experiment_group" in group else {}
    experiments = [
        with_overrides({**name, **experiment}, overrides or {})
        for number, entry in enumerate(group["experiments"], 1)
        for experiment in _expanded(entry, f"experiment {number} of {path.name}")
    ]
    _check_different(experiments)
    return experiments


def _expanded(entry: Any, where: str) -> list[dict[str, Any]]:
    """Return the experiments that an entry stands for; the last key of its grid changes fastest."""
    grid = entry.get("grid", {}) if isinstance(entry, dict) else None
    if not isinstance(grid, dict) or not all(isinstance(v, list) and v for v in grid.values()):
        raise ConfigError(
            f"Expected {where} to be an object, with lists of values under 'grid' if it has one; "
            f"received {entry!r}."
        )
    base = {key: value for key, value in entry.items() if key != "grid"}
    choices = itertools.product(*grid.values())
    return [with_overrides(base, dict(zip(grid, choice, strict=True))) for choice in choices]


def _check_different(experiments: Sequence[Mapping[str, Any]]) -> None:
    """Validate every experiment and refuse two that are the same."""
    first: dict[str, int] = {}
    for number, experiment in enumerate(experiments, 1):
        try:
            config = ExperimentConfig.from_dict(experiment)
        except ConfigError as error:
            raise ConfigError(f"{error} This is experiment {number} of {len(experiments)}.") from error
        text = json.dumps(config.to_dict(), sort_keys=True)
        if first.setdefault(text, number) != number:
            raise ConfigError(
                f"Expected different experiments; {first[text]} and {number} are the same: "
                f"{json.dumps(experiment)}. Give them different seeds if that is what you want."
            )
