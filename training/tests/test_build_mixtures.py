"""Every data set of lines can be mixed into every other one; originals are drawn, no network is used."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.files import metadata
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.errors import ConfigError
from text_recognizer.tests.datasets.toy_raw import SMALL, write_raw
from training.build import load_datasets, validation_of
from training.config import ExperimentConfig
from training.fitting.mixture import mix

LINES = [name for name, cls in DATASETS.items() if issubclass(cls, LinesDataset)]
PAIRS = list(itertools.permutations(LINES, 2))
PRODUCTION = {"height": 64, "width": None, "normalize": True}
SHAPES = [PRODUCTION, {"height": 28, "width": 952}]


@pytest.fixture(scope="module", autouse=True)
def raw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("data-root")
    write_raw(root, root / "metadata")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metadata, "METADATA_ROOT", root / "metadata")
        patch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(root))
        patch.delenv("TEXT_RECOGNIZER_MIRROR", raising=False)
        patch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
        yield root


@pytest.fixture(autouse=True)
def data_root(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go back to the data root of this module, should another fixture have set one of its own."""
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(raw))


def config(main: str, other: str, arguments: dict[str, Any]) -> ExperimentConfig:
    parts = [{"dataset": n, "dataset_args": {**arguments, **SMALL.get(n, {})}} for n in (main, other)]
    values = {**parts[0], "model": "LineModelCtc", "network": "line_conv_ctc", "mixture": parts[1:]}
    return ExperimentConfig.from_dict(values)


def test_these_are_all_data_sets_of_lines() -> None:
    assert {name for name in DATASETS if name.endswith("LinesDataset")} == set(LINES)
    assert len(LINES) == 6


def test_validation_of_others_counts_where_the_mixture_says_so() -> None:
    experiment = config("IamLinesDataset", "LabelledLinesDataset", PRODUCTION)
    main, others, _ = load_datasets(experiment)
    assert validation_of(experiment, [main, *others]) is main.validation
    scored = replace(experiment, mixture=[replace(experiment.mixture[0], validate=True)])
    both = validation_of(scored, [main, *others])
    assert [*both.ids] == [*main.validation.ids, *others[0].validation.ids]
    assert len(others[0].validation)


@pytest.mark.parametrize("arguments", SHAPES, ids=["production", "2019"])
@pytest.mark.parametrize(("main", "other"), PAIRS)
def test_any_two_data_sets_of_lines_mix(main: str, other: str, arguments: dict[str, Any]) -> None:
    experiment = config(main, other, arguments)
    first, others, data_hash = load_datasets(experiment)
    assert first.input_shape == others[0].input_shape == (arguments["height"], arguments["width"], 1)
    assert len(data_hash) == 64
    split, mixture = mix([first.train, others[0].train], experiment.mixture, experiment.train_args)
    assert list(mixture.sizes) == [len(first.train), len(others[0].train)]
    for index in (0, len(split) - 1):
        image = np.asarray(split.images[index])
        assert image.dtype == np.uint8
        assert image.shape[0] == arguments["height"]
        assert image.max() > 128
        assert split.targets[index]


@pytest.mark.parametrize(("main", "other"), PAIRS)
def test_what_is_not_normalized_does_not_mix_with_what_is(main: str, other: str) -> None:
    experiment = config(main, other, PRODUCTION)
    object.__setattr__(experiment.mixture[0], "dataset_args", {**SMALL.get(other, {}), "height": 64})
    with pytest.raises(ConfigError, match=f"{other}.*normalize"):
        load_datasets(experiment)
