from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.labelled_lines.dataset import LabelledLinesDataset
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.tests.datasets.toy_words import write_labelled

TEXTS = {f"{number:02d}.png": f"line {number}" for number in range(20)}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "data"))
    return write_labelled(tmp_path / "own", TEXTS | {"20.png": "caf\u00e9 \u2019s"})


def load(folder: Path, **arguments: object) -> LabelledLinesDataset:
    dataset = LabelledLinesDataset([str(folder)], **arguments)  # type: ignore[arg-type]
    dataset.load_or_generate_data()
    return dataset


def test_lines_are_split_folded_and_the_unusable_named(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "03.png").write_bytes(b"no image")
    lines = load(folder)
    assert [len(lines.splits[name]) for name in ("train", "validation", "test")] == [15, 2, 2]
    assert set(lines.skipped) == {f"{folder}/03.png", f"{folder}/20.png"}
    assert "the vocabulary line lacks '\u00e9'" in lines.describe()
    assert "03.png" in caplog.text
    latin = load(folder, vocabulary="latin", validation_fraction=0, test_fraction=0)
    assert "caf\u00e9 's" in latin.train.targets
    assert latin.data_hash != lines.data_hash


def test_rules_are_drawn_into_training_lines_alone(folder: Path) -> None:
    plain, ruled = load(folder), load(folder, rules={"probability": 1, "strength": [0.9, 1]})
    assert plain.data_hash != ruled.data_hash
    pairs = [zip(plain.splits[name].images, ruled.splits[name].images, strict=True) for name in plain.splits]
    changed = [sum(not np.array_equal(a, b) for a, b in pair) for pair in pairs]
    assert changed[0] > 10
    assert changed[1:] == [0, 0]


def test_nothing_usable_is_an_error_with_an_example(folder: Path) -> None:
    write_labelled(folder, {"20.png": "\u4e2d"})
    with pytest.raises(DataError, match="1 are skipped, for example"):
        load(folder)


@pytest.mark.parametrize(
    "arguments",
    [
        {"split": "page"},
        {"validation_fraction": 1},
        {"test_fraction": "0"},
        {"seed": -1},
        {"rules": {"x": 1}},
    ],
)
def test_unfit_parameters_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        LabelledLinesDataset(["a"], **arguments)  # type: ignore[arg-type]
