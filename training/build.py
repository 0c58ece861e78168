"""Builds what a configuration names: data sets, network, model; no data is loaded before all of it fits."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.dataset import Dataset, Split
from text_recognizer.datasets.files.hashes import hash_of_parts
from text_recognizer.datasets.lazy_sequence import Chained
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.datasets.words_dataset import WordsDataset
from text_recognizer.errors import ConfigError
from text_recognizer.models import MODELS
from text_recognizer.models.base import Model
from text_recognizer.networks import NETWORKS
from text_recognizer.tooling.overrides import check_arguments
from training.config import ExperimentConfig
from training.typed_fields import check_argument_types

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SampleFormat:
    """What networks have to agree in to see the same samples.

    ```python
    from text_recognizer.datasets import DATASETS
    from training.build import SampleFormat

    print(SampleFormat.of(DATASETS["IamLinesDataset"](height=64, normalize=True)))
    ```

    Attributes:
        input_shape: (H, W, 1) of an image; None = any.
        output_shape: (classes,), (None, labels) or (None, None, classes).
        characters: Those of the targets, in the order of their labels; empty where there are none.
        normalize: Whether the writing is normalized; False where there are no lines.
        words: Whether the images are words, which are prepared in another way than lines.
    """

    input_shape: tuple[int | None, int | None, int]
    output_shape: tuple[int | None, ...]
    characters: str
    normalize: bool = False
    words: bool = False

    @classmethod
    def of(cls, dataset: Dataset) -> "SampleFormat":
        """Return the format of a data set's samples."""
        normalize = isinstance(dataset, LinesDataset) and dataset.normalize
        words = isinstance(dataset, WordsDataset)
        return cls(dataset.input_shape, dataset.output_shape, dataset.characters, normalize, words)

    @classmethod
    def of_manifest(cls, manifest: Mapping[str, Any]) -> "SampleFormat":
        """Return the format of the samples that an exported model takes, by its manifest."""
        spec, characters = manifest["input"], manifest["vocabulary"] or ""
        sequence = (None, len(characters) + 1)  # one label is the blank
        outputs: dict[str, tuple[int | None, ...]] = {
            "character": (len(characters),),
            "line": sequence,
            "word": sequence,
            "paragraph": (None, None, 3),
        }
        kind, shape = spec["kind"], (spec["height"], spec["width"], 1)
        return cls(shape, outputs[kind], characters, bool(spec.get("normalize")), kind == "word")

    def __str__(self) -> str:
        """Return what the images are as text."""
        height, width, _ = self.input_shape
        kind = "words, " if self.words else ""
        return f"{kind}height {height}, width {width}, normalize {self.normalize}"


def build_datasets(config: ExperimentConfig) -> list[Dataset]:
    """Return the data sets of an experiment, not loaded: the main one, then those mixed in.

    Raises:
        ConfigError: If a name or an argument is unknown or unfit, or two data sets give other samples.
    """
    main = build_dataset(config.dataset, config.dataset_args)
    others = [
        build_dataset(part.dataset, part.dataset_args, "mixture.dataset_args") for part in config.mixture
    ]
    for part, other in zip(config.mixture, others, strict=True):
        made = SampleFormat.of(main), SampleFormat.of(other)
        if made[0] != made[1]:
            raise ConfigError(
                f"{part.dataset} of the mixture gives samples of {_in_full(made[1])}; {config.dataset} of "
                f"{_in_full(made[0])}. Give both the same dataset_args."
            )
    return [main, *others]


def _in_full(samples: SampleFormat) -> str:
    characters = f", characters {samples.characters!r}" if samples.characters else ""
    return f"{samples}, output {samples.output_shape}{characters}"


def build_dataset(name: str, arguments: Mapping[str, Any], where: str = "dataset_args") -> Dataset:
    """Return a registered data set, not loaded.

    Raises:
        ConfigError: If the name or an argument is unknown or unfit.
    """
    dataset: Dataset = _call(DATASETS, name, arguments, where)
    return dataset


def load(dataset: Dataset) -> Dataset:
    """Load a data set, say what it holds and return it.

    Raises:
        DataError: If its raw data is missing or unusable.
    """
    dataset.load_or_generate_data()
    logger.info("%s", dataset.describe())
    return dataset


def load_dataset(name: str, arguments: Mapping[str, Any]) -> Dataset:
    """Build and load one registered data set.

    Raises:
        ConfigError: If the name or an argument is unknown or unfit.
        DataError: If its raw data is missing or unusable.
    """
    return load(build_dataset(name, arguments))


def load_datasets(config: ExperimentConfig) -> tuple[Dataset, list[Dataset], str]:
    """Build and load the data sets of an experiment.

    Returns:
        The main one, those mixed in, and the hash of all of them.

    Raises:
        ConfigError: As `build_datasets`.
        DataError: If raw data is missing or unusable.
    """
    main, *others = map(load, build_datasets(config))
    return main, others, hash_of_parts([dataset.data_hash for dataset in (main, *others)])


def validation_of(config: ExperimentConfig, datasets: Sequence[Dataset]) -> Split:
    """Return the samples that an experiment is scored on: of the main data set, and of others that it names.

    Args:
        config: The experiment.
        datasets: The main data set, then those mixed in; loaded.
    """
    scored = [
        datasets[0],
        *(d for d, part in zip(datasets[1:], config.mixture, strict=True) if part.validate),
    ]
    if len(scored) == 1:
        return datasets[0].validation
    return Split(
        Chained([each.validation.ids for each in scored]),
        Chained([each.validation.images for each in scored]),
        Chained([each.validation.targets for each in scored]),
    )


def build_model(
    config: ExperimentConfig, samples: SampleFormat, *, mixed_precision: bool | None = None
) -> Model:
    """Build network and model, in bfloat16 where the configuration says so.

    Args:
        config: Names them.
        samples: What they are trained on; the model reads its characters.
        mixed_precision: Whether layers compute in bfloat16; by default, as the network is trained.

    Raises:
        ConfigError: If a name, an argument or a parameter of the augmentation is unknown or unfit, or the
            model is made for other samples.
    """
    model_class = _known(MODELS, config.model, "model")
    if samples.words != (model_class.input_kind == "word"):
        raise ConfigError(
            f"{config.model} is made for {model_class.input_kind} images, which those of {config.dataset} "
            "are not. Take another model or another data set."
        )
    augmentation = model_class.augmentation_type.from_dict(config.train_args.augmentation)
    mixed = config.train_args.mixed_precision if mixed_precision is None else mixed_precision
    policy = "mixed_bfloat16" if mixed else "float32"
    previous = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(policy)
    try:
        network = _call(
            NETWORKS, config.network, config.network_args, "network_args",
            samples.input_shape, samples.output_shape,
        )  # fmt: skip
    finally:
        keras.mixed_precision.set_global_policy(previous)
    model: Model = model_class(network, augmentation, samples.characters or None)
    return model


def _call(
    registry: Mapping[str, Any], name: str, arguments: Mapping[str, Any], where: str, *args: Any
) -> Any:
    """Call a registered class or function with `args` and the user's arguments.

    Raises:
        ConfigError: If the name is unknown, or it does not take an argument or its value.
    """
    function = _known(registry, name, where)
    check_arguments(name, function, arguments, skip=len(args))
    check_argument_types(function, arguments, where)
    try:
        return function(*args, **arguments)
    except ConfigError:
        raise
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name} cannot be built with {where} {dict(arguments)}: {error}") from error


def _known(registry: Mapping[str, Any], name: str, where: str) -> Any:
    """Return what `registry` has under `name`.

    Raises:
        ConfigError: If it has nothing there.
    """
    if name not in registry:
        raise ConfigError(f"Expected one of {sorted(registry)} for {where}; received {name!r}.")
    return registry[name]
