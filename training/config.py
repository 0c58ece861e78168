"""The configuration of an experiment: JSON -> frozen dataclasses, unknown keys are errors."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from text_recognizer.errors import ConfigError

OPTIMIZERS = ("adam", "adamw", "rmsprop")
SCHEDULES = ("constant", "cosine")


@dataclass(frozen=True)
class TrainConfig:
    """How to train.

    Attributes:
        batch_size: Samples of a step.
        epochs: Passes over the training split.
        learning_rate: Its peak.
        schedule: `constant`, or `cosine` down to 0 at the end of each cycle.
        cycle_epochs: Epochs of each cosine cycle, adding up to `epochs`; empty = one cycle.
        restart_factor: Peak of a cycle relative to the one before.
        warmup_steps: Steps over which the rate rises linearly from 0 to its peak.
        optimizer: `adamw`, `adam` or `rmsprop`.
        weight_decay: Decoupled weight decay (adamw only).
        clip_norm: Largest norm of a variable's gradient; null = not clipped.
        augment: Whether training samples are varied at random.
        early_stopping_patience: Epochs without a better validation metric before the end; null = never.
        mixed_precision: Whether the layers compute in bfloat16 (weights stay float32).
        init_from: Weights to start from: name of a shipped model, or a folder with weights.h5 and
            manifest.json; null = random.
        teachers: Models, named as for `init_from`, whose mean answer is learned beside the labels.
        distillation_weight: Share of the teachers in the loss.
        shortcut_weight: Weight of the CTC loss of a convolution on the layer `features` of the network,
            beside the loss of its logits; 0 = none.
        consistency_weight: Weight of the disagreement between two views of a line, in each of which other
            spans of `features` are masked; 0 = one view, not masked.
        mask_share: Share of the frames that are masked in each of the two views.
        ema: Momentum of the moving average of the weights, which is validated and exported instead of them;
            null = no average.
        seed: Seed of initialisation, order, augmentation and dropout.
    """

    batch_size: int = 32
    epochs: int = 16
    learning_rate: float = 1e-3
    schedule: str = "cosine"
    cycle_epochs: Sequence[int] = ()
    restart_factor: float = 0.4
    warmup_steps: int = 200
    optimizer: str = "adamw"
    weight_decay: float = 0.01
    clip_norm: float | None = 5.0
    augment: bool = True
    early_stopping_patience: int | None = None
    mixed_precision: bool = False
    init_from: str | None = None
    teachers: Sequence[str] = ()
    distillation_weight: float = 0.5
    shortcut_weight: float = 0.0
    consistency_weight: float = 0.0
    mask_share: float = 0.2
    ema: float | None = None
    seed: int = 42

    def __post_init__(self) -> None:
        """Check the ranges."""
        object.__setattr__(self, "cycle_epochs", tuple(self.cycle_epochs))  # JSON gives a list
        _expect(not isinstance(self.teachers, str), "a list of teachers", self.teachers)
        object.__setattr__(self, "teachers", tuple(self.teachers))
        for name in ("batch_size", "epochs", "warmup_steps", "seed"):
            value = getattr(self, name)
            _expect(
                isinstance(value, int) and not isinstance(value, bool), f"a whole number for {name}", value
            )
        for name in ("augment", "mixed_precision"):
            _expect(isinstance(getattr(self, name), bool), f"true or false for {name}", getattr(self, name))
        _expect(self.batch_size >= 1, "batch_size >= 1", self.batch_size)
        _expect(self.epochs >= 1, "epochs >= 1", self.epochs)
        _expect(self.learning_rate > 0, "learning_rate > 0", self.learning_rate)
        _expect(self.schedule in SCHEDULES, f"schedule of {SCHEDULES}", self.schedule)
        cycles = self.cycle_epochs
        _expect(not cycles or sum(cycles) == self.epochs, f"cycle_epochs adding up to {self.epochs}", cycles)
        _expect(all(epochs >= 1 for epochs in cycles), "cycle_epochs >= 1", cycles)
        _expect(0 < self.restart_factor <= 1, "restart_factor in (0, 1]", self.restart_factor)
        _expect(0 <= self.distillation_weight <= 1, "distillation_weight in [0, 1]", self.distillation_weight)
        _expect(self.shortcut_weight >= 0, "shortcut_weight >= 0", self.shortcut_weight)
        _expect(self.consistency_weight >= 0, "consistency_weight >= 0", self.consistency_weight)
        _expect(0 <= self.mask_share < 1, "mask_share in [0, 1)", self.mask_share)
        _expect(self.ema is None or 0 < self.ema < 1, "ema in (0, 1) or null", self.ema)
        _expect(self.warmup_steps >= 0, "warmup_steps >= 0", self.warmup_steps)
        _expect(self.optimizer in OPTIMIZERS, f"optimizer of {OPTIMIZERS}", self.optimizer)
        _expect(self.weight_decay >= 0, "weight_decay >= 0", self.weight_decay)
        _expect(self.clip_norm is None or self.clip_norm > 0, "clip_norm > 0 or null", self.clip_norm)
        patience = self.early_stopping_patience
        _expect(patience is None or patience >= 1, "early_stopping_patience >= 1 or null", patience)


@dataclass(frozen=True)
class MixtureConfig:
    """Another data set to train on as well.

    Attributes:
        dataset: A name of `text_recognizer.datasets.DATASETS`.
        dataset_args: Arguments of the data set.
        weight: Samples of it for each sample of the main data set: in the first and in the last epoch, linear
            in between; JSON may give one number for both.
    """

    dataset: str
    dataset_args: Mapping[str, Any] = field(default_factory=dict)
    weight: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        """Check the weight."""
        given: Any = self.weight
        pair = (given, given) if isinstance(given, int | float) else tuple(given)
        _expect(len(pair) == 2 and min(pair) >= 0, "weight: a number >= 0, or [first, last]", given)
        object.__setattr__(self, "weight", pair)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "MixtureConfig":
        """Build the configuration from parsed JSON.

        Raises:
            ConfigError: If a key is unknown or missing, or the weight is out of range.
        """
        _expect(isinstance(values, Mapping), "objects under 'mixture'", values)
        _check_keys(values, cls, "mixture")
        _expect(isinstance(values.get("dataset"), str), "a string under 'dataset' of 'mixture'", values)
        return cls(**values)


@dataclass(frozen=True)
class ExperimentConfig:
    """What to train on what.

    Attributes:
        dataset: A name of `text_recognizer.datasets.DATASETS`; validation and test are its own.
        model: A name of `text_recognizer.models.MODELS`.
        network: A name of `text_recognizer.networks.NETWORKS`.
        dataset_args: Arguments of the data set.
        network_args: Arguments of the network.
        mixture: Other data sets whose training samples are mixed in.
        train_args: How to train.
        experiment_group: A name under which runs are collected; free.
    """

    dataset: str
    model: str
    network: str
    dataset_args: Mapping[str, Any] = field(default_factory=dict)
    network_args: Mapping[str, Any] = field(default_factory=dict)
    mixture: Sequence[MixtureConfig] = ()
    train_args: TrainConfig = field(default_factory=TrainConfig)
    experiment_group: str = ""

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
        _check_keys(values, cls, "experiment")
        for key in ("dataset", "model", "network"):
            _expect(isinstance(values.get(key), str), f"a string under {key!r}", values.get(key))
        parts = values.get("mixture", [])
        _expect(isinstance(parts, list), "a list under 'mixture'", parts)
        mixture = tuple(MixtureConfig.from_dict(part) for part in parts)
        train_args = values.get("train_args", {})
        _expect(isinstance(train_args, Mapping), "an object under 'train_args'", train_args)
        _check_keys(train_args, TrainConfig, "train_args")
        try:
            return cls(**{**values, "mixture": mixture, "train_args": TrainConfig(**train_args)})
        except TypeError as error:
            raise ConfigError(
                f"Expected numbers where the experiment needs them; received {train_args}."
            ) from error

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
        _expect(isinstance(values, dict), "a JSON object", type(values).__name__)
        return cls.from_dict(values)

    def to_dict(self) -> dict[str, Any]:
        """Return the configuration with every default written out, as JSON takes it."""
        values: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        return values


def _check_keys(values: Mapping[str, Any], cls: type, where: str) -> None:
    known = sorted(f.name for f in dataclasses.fields(cls))
    if unknown := sorted(set(values) - set(known)):
        raise ConfigError(f"Expected keys of {where} among {known}; received {unknown}.")


def _expect(condition: bool, expected: str, received: object) -> None:
    if not condition:
        raise ConfigError(f"Expected {expected}; received {received!r}.")
