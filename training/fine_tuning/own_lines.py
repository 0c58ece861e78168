"""The labelled lines of a hand, and the network that is to learn them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from text_recognizer.datasets.corpora.plain_text import plain_text
from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.labelled_lines.dataset import LabelledLinesDataset
from text_recognizer.datasets.labelled_lines.folders import read_line_folder
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.models.base import Model
from text_recognizer.vocabulary import base_of, vocabulary_name
from training.build import SampleFormat
from training.config import ExperimentConfig, TrainConfig
from training.exported import ExportedModel
from training.fine_tuning.plan import FineTuneConfig
from training.fitting.mixture import usable
from training.fitting.teachers import build_training

_DATASET = "LabelledLinesDataset"
_MAX_LOG_ODDS = -0.5  # of a new character: what the model reads now, it reads until it has learned
_MIN_LINES = 2  # that have a character which looks like none that is known


@dataclass(frozen=True)
class OwnLines:
    """Labelled lines of a hand, and the network that is to learn them.

    ```python
    import dataclasses

    from training.fine_tuning.own_lines import OwnLines

    print([field.name for field in dataclasses.fields(OwnLines)])
    ```

    Attributes:
        experiment: What the manifest states, from which the network is built.
        dataset: Of the lines.
        model: With the weights of the base, and labels for the characters that the base does not know.
        lines: To learn from.
        held_out: Lines that the folders keep apart; None if they keep none.
        added: Characters that the base does not know.
    """

    experiment: ExperimentConfig
    dataset: LabelledLinesDataset
    model: Model
    lines: Split
    held_out: Split | None
    added: str


def own_lines(folders: Sequence[str], base: str, trained: ExportedModel, config: FineTuneConfig) -> OwnLines:
    """Return the labelled lines of folders, and the network that is to learn them.

    Args:
        folders: With labelled lines, see `read_line_folder`.
        base: Name or folder of the model to start from, for the manifest.
        trained: That model.
        config: How it will learn.

    Raises:
        DataError: If there are no lines, or fewer than two that can be used.
        ArtifactError: If the base is unfit.
        ConfigError: If the alphabet of the base cannot be extended.
    """
    added = new_characters(folders, trained.vocabulary)
    experiment = _experiment(folders, base, trained, added, config)
    dataset = LabelledLinesDataset(**experiment.dataset_args)
    dataset.load_or_generate_data()
    model, _ = build_training(experiment, SampleFormat.of(dataset))
    lines, held_out = _usable(dataset.train, model), _held_out(dataset, model)
    expect_new_characters(model, added, lines.targets)
    return OwnLines(experiment, dataset, model, lines, held_out, added)


def new_characters(folders: Sequence[str], known: str) -> str:
    """Return the characters of the labelled lines that a model does not know and can learn, sorted.

    That are those that look like one which it knows, and those that occur in several lines: what occurs once
    is a slip more often than a character, and cannot be learned. Its line is left out.

    Raises:
        DataError: If a folder is missing or has no labelled lines.
    """
    texts = [image.text for folder in folders for image in read_line_folder(Path(folder)).images]
    lines = Counter(character for text in texts for character in set(plain_text(text)) - set(known))
    return "".join(sorted(c for c, count in lines.items() if count >= _MIN_LINES or base_of(c) in {*known}))


def expect_new_characters(model: Model, added: str, texts: Sequence[str]) -> None:
    """Let new characters start as likely beside those that they look like as they are in labelled texts.

    Their weights are those of these characters, so that the bias alone decides between them at the start. A
    few lines could not make up for a large disadvantage.

    Args:
        model: Its last layer has a bias (labels,), of a blank and then of its characters.
        added: The new characters.
        texts: Of the lines to learn from.
    """
    counts = Counter("".join(texts))
    weights, bias = model.network.layers[-1].get_weights()
    for character in added:
        if (base := base_of(character)) is not None and base in model.vocabulary:
            odds = np.log((1 + counts[character]) / (1 + counts[base]))
            place = 1 + model.vocabulary.index(base)
            bias[1 + model.vocabulary.index(character)] = bias[place] + min(_MAX_LOG_ODDS, odds)
    model.network.layers[-1].set_weights([weights, bias])


def _experiment(
    folders: Sequence[str], base: str, trained: ExportedModel, added: str, config: FineTuneConfig
) -> ExperimentConfig:
    """Return the experiment that the manifest states, from which the network is built."""
    of_base = ExperimentConfig.from_dict(trained.manifest["experiment"])
    spec = trained.manifest["input"]
    if spec.get("kind") != "line" or trained.manifest.get("decoding") != "ctc":
        raise ConfigError(f"Expected a line model whose logits are frames for CTC; received {base}.")
    given = any(read_line_folder(Path(folder)).splits for folder in folders)
    split = {"split": "given"} if given else {"split": "random", "validation_fraction": 0, "test_fraction": 0}
    arguments = {
        "folders": [str(Path(folder).absolute()) for folder in folders], "height": spec["height"],
        "normalize": bool(spec.get("normalize")), "vocabulary": vocabulary_name(trained.vocabulary + added),
        **split,
    }  # fmt: skip
    return ExperimentConfig(
        _DATASET, of_base.model, of_base.network, arguments, of_base.network_args,
        train_args=TrainConfig(
            batch_size=config.batch_size, learning_rate=config.learning_rate,
            warmup_steps=config.warmup_steps, weight_decay=config.weight_decay, clip_norm=config.clip_norm,
            init_from=base, seed=config.seed,
        ),
        experiment_group="fine-tune",
    )  # fmt: skip


def _usable(split: Split, model: Model) -> Split:
    """Return the lines that can be learned.

    Raises:
        DataError: If fewer than two are left: one cannot judge the other.
    """
    lines = usable(split, model.reject, "train")
    if len(lines) < 2:
        raise DataError(f"Expected at least 2 labelled lines that can be used; found {len(lines)}.")
    return lines


def _held_out(dataset: LabelledLinesDataset, model: Model) -> Split | None:
    """Return the lines that the folders keep apart; None if they keep none."""
    parts = [dataset.validation, dataset.test]
    kept = Split(
        [name for each in parts for name in each.ids],
        [image for each in parts for image in each.images],
        [text for each in parts for text in each.targets],
    )
    return usable(kept, model.reject, "validation") if len(kept) else None
