"""The configuration of an experiment: JSON -> frozen dataclasses, unknown keys are errors."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from text_recognizer.errors import ConfigError
from training.typed_fields import Range, check_fields, converted, from_json

_Weight = Annotated[float, Range(at_least=0)]


@dataclass(frozen=True)
class TrainConfig:
    """How to train.

    Attributes:
        batch_size: Samples of a training step.
        epochs: Number of epochs; after each, the validation split is scored and a checkpoint written.
        epoch_samples: Samples of an epoch; null = the whole training split. A shorter epoch continues where
            the one before has ended: no sample is repeated before all others have been shown.
        learning_rate: Peak of the learning rate.
        schedule: `constant`, or `cosine`: decay to 0 at the end of each cycle.
        cycle_epochs: Epochs of each cosine cycle, adding up to `epochs`; empty = one cycle.
        restart_factor: Peak of a cycle relative to that of the cycle before.
        warmup_steps: Steps over which the cosine schedule rises linearly from 0 to its peak.
        optimizer: `adamw`, `adam` or `rmsprop`.
        weight_decay: Decoupled weight decay; adamw only.
        clip_norm: Largest norm of the gradient of all weights together; null = not clipped.
        augment: Whether training samples are varied at random, except for a fifth of them.
        augmentation: How much, by parameters of `LineAugmentation`, `PageAugmentation` or
            `CharacterAugmentation` of `text_recognizer.augmentation`; those left out have their defaults.
        workers: Threads that prepare batches.
        early_stopping_patience: Epochs without a better validation metric before the run ends; null = never.
        mixed_precision: Whether layers compute in bfloat16; weights stay float32.
        init_from: Weights to start from: name of a shipped model, or a folder with weights.h5 and
            manifest.json, with `@sha256:` and the SHA-256 of weights.h5 behind it to pin them; null = random.
        teachers: Models, named as for `init_from`, whose mean response is learned besides the labels.
        distillation_weight: Share of the teachers in the loss.
        shortcut_weight: Weight of the CTC loss of a convolution on the layer `features` of the network,
            besides the loss of its logits; 0 = none.
        consistency_weight: Weight of the consistency loss of two views of a line, in which different
            spans of `features` are masked; 0 = one view, without masks.
        mask_share: Share of the frames that are masked in each of the two views.
        ema: Momentum of the moving average of the weights, which is validated and exported instead of them;
            null = no average.
        seed: Seed of initialization, order, augmentation and dropout.
    """

    batch_size: Annotated[int, Range(at_least=1)] = 32
    epochs: Annotated[int, Range(at_least=1)] = 16
    epoch_samples: Annotated[int, Range(at_least=1)] | None = None
    learning_rate: Annotated[float, Range(more_than=0)] = 1e-3
    schedule: Literal["constant", "cosine"] = "cosine"
    cycle_epochs: Sequence[Annotated[int, Range(at_least=1)]] = ()
    restart_factor: Annotated[float, Range(more_than=0, at_most=1)] = 0.4
    warmup_steps: Annotated[int, Range(at_least=0)] = 200
    optimizer: Literal["adam", "adamw", "rmsprop"] = "adamw"
    weight_decay: Annotated[float, Range(at_least=0)] = 0.01
    clip_norm: Annotated[float, Range(more_than=0)] | None = 5.0
    augment: bool = True
    augmentation: Mapping[str, Any] = field(default_factory=dict)
    workers: Annotated[int, Range(at_least=1)] = 2
    early_stopping_patience: Annotated[int, Range(at_least=1)] | None = None
    mixed_precision: bool = False
    init_from: str | None = None
    teachers: Sequence[str] = ()
    distillation_weight: Annotated[float, Range(at_least=0, at_most=1)] = 0.5
    shortcut_weight: Annotated[float, Range(at_least=0)] = 0.0
    consistency_weight: Annotated[float, Range(at_least=0)] = 0.0
    mask_share: Annotated[float, Range(at_least=0, less_than=1)] = 0.2
    ema: Annotated[float, Range(more_than=0, less_than=1)] | None = None
    seed: Annotated[int, Range(at_least=0)] = 42

    def __post_init__(self) -> None:
        """Check types and ranges.

        Raises:
            ConfigError: If a value does not fit.
        """
        check_fields(self, "train_args")
        if self.cycle_epochs and sum(self.cycle_epochs) != self.epochs:
            raise ConfigError(
                f"train_args.cycle_epochs is {list(self.cycle_epochs)}; expected numbers that "
                f"add up to epochs, {self.epochs}."
            )
        if self.augmentation and not self.augment:
            raise ConfigError(
                "train_args.augmentation has values, but train_args.augment is false: leave one out."
            )


@dataclass(frozen=True)
class MixtureConfig:
    """Another data set to train on as well.

    Attributes:
        dataset: A name of `text_recognizer.datasets.DATASETS`.
        dataset_args: Arguments of the data set.
        weight: Samples of it for each sample of the main data set: in the first and in the last epoch, linear
            in between; JSON may give one number for both.
        validate: Whether its validation split is scored too, together with that of the main data set.
    """

    dataset: str
    dataset_args: Mapping[str, Any] = field(default_factory=dict)
    weight: tuple[_Weight, _Weight] = (1.0, 1.0)
    validate: bool = False

    def __post_init__(self) -> None:
        """Check types and ranges.

        Raises:
            ConfigError: If a value does not fit.
        """
        given: Any = self.weight
        if isinstance(given, int | float):  # JSON may give one number for both
            object.__setattr__(self, "weight", (given, given))
        check_fields(self, "mixture")


@dataclass(frozen=True)
class ExperimentConfig:
    """What to train on what.

    ```python
    from training.config import ExperimentConfig

    config = ExperimentConfig.from_text(
        '''{"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp",
            "train_args": {"batch_size": 64},
            "stages": [{"train_args": {"epochs": 8}}, {"train_args": {"epochs": 2}}]}'''
    )
    print(config.name, [stage.config.train_args.epochs for stage in config.expanded()])
    ```

    Attributes:
        dataset: A name of `text_recognizer.datasets.DATASETS`; validation and test are its own.
        model: A name of `text_recognizer.models.MODELS`.
        network: A name of `text_recognizer.networks.NETWORKS`.
        dataset_args: Arguments of the data set.
        network_args: Arguments of the network.
        mixture: Other data sets whose training samples are mixed in.
        train_args: How to train.
        experiment_group: A name under which runs are collected; free.
        stages: Of an experiment in stages: what each of them changes, as objects with the keys
            `dataset_args`, `network_args`, `train_args` (merged key by key with those of the experiment),
            `mixture` and `average`. The first starts from `init_from`, each other from the one before;
            `average` says whether its own are averaged with these, see `training.export.average`. A stage
            can name the weights of an earlier one as `stage1`, `stage2`, ... among its teachers.
    """

    dataset: str
    model: str
    network: str
    dataset_args: Mapping[str, Any] = field(default_factory=dict)
    network_args: Mapping[str, Any] = field(default_factory=dict)
    mixture: Sequence[MixtureConfig] = ()
    train_args: TrainConfig = field(default_factory=TrainConfig)
    experiment_group: str = ""
    stages: Sequence[Mapping[str, Any]] = ()

    def __post_init__(self) -> None:
        """Check types and ranges.

        Raises:
            ConfigError: If a value does not fit.
        """
        check_fields(self, "")
        for number, stage in enumerate(self.expanded() if self.stages else (), 1):
            started = stage.config.train_args.init_from is not None
            if started and number > 1:
                raise ConfigError(f"Stage {number} has init_from; it starts from the stage before.")
            if stage.average and not started and number == 1:
                raise ConfigError("Stage 1 cannot be averaged with its start: it has no init_from.")

    def expanded(self) -> list["Stage"]:
        """Return the stages, each as an experiment without stages; without stages, the experiment itself.

        Raises:
            ConfigError: If a stage has a key that it cannot change, or a value that does not fit.
        """
        if not self.stages:
            return [Stage(self)]
        first = {**self.to_dict(), "stages": []}
        later = {**first, "train_args": {**first["train_args"], "init_from": None}}
        return [
            Stage.merged(first if number == 1 else later, stage, number)
            for number, stage in enumerate(self.stages, 1)
        ]

    @property
    def name(self) -> str:
        """Name of the weights, as the 2019 project formed it."""
        return f"{self.model}_{self.dataset}_{self.network}"

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "ExperimentConfig":
        """Build the configuration from parsed JSON.

        Raises:
            ConfigError: If a key is unknown or missing, or a value is out of range.
        """
        return from_json(cls, values, "experiment")

    @classmethod
    def from_text(cls, json_or_file: str) -> "ExperimentConfig":
        """Build the configuration from a JSON string or the path of a JSON file.

        Raises:
            ConfigError: If it is neither, or its content does not fit.
        """
        text = json_or_file
        if not text.lstrip().startswith("{"):
            if not Path(text).is_file():
                raise ConfigError(f"Expected a JSON object or a file that holds one; received {text!r}.")
            text = Path(text).read_text(encoding="utf-8")
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise ConfigError(f"Expected JSON; received {text[:80]!r}: {error}.") from error
        return cls.from_dict(values)

    def to_dict(self) -> dict[str, Any]:
        """Return the configuration with every default written out, as JSON takes it."""
        values: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        return values


@dataclass(frozen=True)
class Stage:
    """One stage of an experiment.

    ```python
    from training.config import Stage

    experiment = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"}
    stage = Stage.merged(experiment, {"train_args": {"epochs": 2}, "average": False}, number=1)
    print(stage.config.train_args.epochs)
    ```

    Attributes:
        config: What it trains, an experiment without stages.
        average: Whether its weights are averaged with those that it started from.
    """

    config: ExperimentConfig
    average: bool = False

    @classmethod
    def merged(cls, experiment: Mapping[str, Any], changes: Mapping[str, Any], number: int) -> "Stage":
        """Return the stage that changes an experiment, given as JSON takes it.

        Raises:
            ConfigError: If it has a key that a stage cannot change, or a value that does not fit.
        """
        known = {"dataset_args", "network_args", "train_args", "mixture", "average"}
        where = f"stage {number}"
        if unknown := sorted(set(changes) - known):
            raise ConfigError(f"Expected keys of {where} among {sorted(known)}; received {unknown}.")
        values = dict(experiment)
        for key, value in changes.items():
            nested = isinstance(value, Mapping) and isinstance(values.get(key), Mapping)
            values[key] = {**values[key], **value} if nested else value
        average = converted(values.pop("average", False), bool, f"{where}: average")
        try:
            return cls(from_json(ExperimentConfig, values, "experiment"), average)
        except ConfigError as error:
            raise ConfigError(f"In {where}: {error}") from error
