"""The file of a sweep: an experiment, the values to search among, and how."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from text_recognizer.errors import ConfigError
from text_recognizer.tooling.overrides import with_overrides
from training.config import ExperimentConfig
from training.sweeping.space import Space
from training.typed_fields import Range, check_fields, from_json


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep does.

    ```python
    from training.sweeping.plan import SweepPlan

    plan = SweepPlan(
        experiment={"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"},
        search={"train_args.batch_size": [64, 128]}, sampler="grid",
    )
    print(plan.number, plan.config({"train_args.batch_size": 64}).train_args.batch_size)
    ```

    Attributes:
        experiment: As run_experiment.py takes it, without stages.
        search: The values to search among, see `Space.from_json`.
        trials: Number of trials; for a grid it is that of the combinations.
        sampler: `tpe` (Bergstra et al., NeurIPS 2011), `random`, or `grid`: every combination once.
        prune: Whether trials end early whose validation metric is worse than the median of the others.
        prune_after: Epochs that every trial gets.
        seed: Of the sampler; each worker adds its own chance.
    """

    experiment: Mapping[str, Any]
    search: Mapping[str, Any]
    trials: Annotated[int, Range(at_least=1)] = 20
    sampler: Literal["tpe", "random", "grid"] = "tpe"
    prune: bool = True
    prune_after: Annotated[int, Range(at_least=1)] = 1
    seed: Annotated[int, Range(at_least=0)] = 0

    def __post_init__(self) -> None:
        """Check types, ranges, the experiment and the space.

        Raises:
            ConfigError: If something does not fit.
        """
        check_fields(self, "")
        if ExperimentConfig.from_dict(self.experiment).stages:
            raise ConfigError("A sweep trains no stages: search in an experiment of one of them.")
        for parameters in list(self.space.grid()) if self.sampler == "grid" else []:
            self.config(self.space.values(parameters) or {})

    @classmethod
    def from_file(cls, path: Path, overrides: Mapping[str, Any]) -> "SweepPlan":
        """Read a plan, with values at dotted keys of the experiment replaced.

        Raises:
            ConfigError: If the file or what it holds does not fit.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"Expected a JSON file with a sweep in {path}: {error}.") from error
        if not isinstance(values, dict) or not isinstance(values.get("experiment"), dict):
            raise ConfigError(f"Expected an object with an experiment and a search in {path}.")
        experiment = with_overrides(values["experiment"], overrides)
        return from_json(cls, {**values, "experiment": experiment}, "sweep")

    @property
    def space(self) -> Space:
        """The values to search among."""
        return Space.from_json(dict(self.search))

    @property
    def number(self) -> int:
        """Number of trials."""
        return sum(1 for _ in self.space.grid()) if self.sampler == "grid" else self.trials

    def config(self, values: Mapping[str, Any]) -> ExperimentConfig:
        """Return the experiment of a trial with these values at dotted keys.

        Raises:
            ConfigError: If they do not fit.
        """
        return ExperimentConfig.from_dict(with_overrides(self.experiment, values))
