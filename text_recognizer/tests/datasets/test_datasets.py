"""The package: its lazy classes, its command, and the module names of 2019."""

import os
import runpy
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import text_recognizer.datasets
from text_recognizer.datasets import COLLECTIONS, DATASETS, LazyClasses
from text_recognizer.datasets.dataset import Dataset
from text_recognizer.errors import ConfigError
from text_recognizer.tests.repository import ROOT

MODULES_OF_2019 = {
    "emnist_dataset": "EmnistDataset",
    "emnist_lines_dataset": "EmnistLinesDataset",
    "fsdl_handwriting_dataset": "FsdlHandwritingDataset",
    "iam_dataset": "IamDataset",
    "iam_lines_dataset": "IamLinesDataset",
    "iam_paragraphs_dataset": "IamParagraphsDataset",
    "sentence_generator": "SentenceGenerator",
}


def python(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TEXT_RECOGNIZER_OFFLINE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_every_data_set_has_its_name() -> None:
    assert {name: cls.__name__ for name, cls in DATASETS.items()} == {name: name for name in DATASETS}
    assert all(issubclass(cls, Dataset) for cls in DATASETS.values())


@pytest.mark.parametrize("name", [*DATASETS, *COLLECTIONS])
def test_classes_are_imported_from_the_package(name: str) -> None:
    assert getattr(text_recognizer.datasets, name).__name__ == name


def test_an_unknown_name_is_named() -> None:
    with pytest.raises(AttributeError, match="NoDataset"):
        text_recognizer.datasets.NoDataset  # noqa: B018
    assert "NoDataset" not in DATASETS


def test_own_classes_can_be_added_and_removed() -> None:
    classes = LazyClasses({"Path": "pathlib"})
    classes["str"] = str
    assert dict(classes) == {"Path": Path, "str": str}
    del classes["Path"]
    assert list(classes) == ["str"]
    assert len(classes) == 1


def test_the_package_alone_imports_no_data_set() -> None:
    code = "import sys, text_recognizer.datasets; print(*sys.modules)"
    loaded = python("-c", code).stdout.split()
    own = [name for name in loaded if name.startswith("text_recognizer.datasets")]
    assert own == ["text_recognizer.datasets"]
    assert "h5py" not in loaded


@pytest.mark.parametrize(("module", "name"), MODULES_OF_2019.items())
def test_modules_of_2019_can_be_imported(module: str, name: str) -> None:
    found = getattr(import_module(f"text_recognizer.datasets.{module}"), name)
    assert found.__module__ != f"text_recognizer.datasets.{module}"
    assert found.__name__ == name


def test_modules_of_2019_run_as_module_and_as_file(data_root: Path, tmp_path: Path) -> None:
    for arguments in (
        ["-m", "text_recognizer.datasets.iam_lines_dataset"],
        [str(ROOT / "text_recognizer/datasets/iam_lines_dataset.py")],
        ["-m", "text_recognizer.datasets", "IamLinesDataset"],
    ):
        process = python(*arguments, folder=tmp_path)
        assert process.returncode == 1
        assert "data/raw/iam/readme.md" in process.stderr
        assert len(process.stderr.splitlines()) == 1


@pytest.mark.parametrize("module", MODULES_OF_2019)
def test_every_module_of_2019_is_a_command(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [module, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / f"text_recognizer/datasets/{module}.py"), run_name="__main__")
    assert ended.value.code == 0
    assert "--mirror DIR" in capsys.readouterr().out


def test_the_folder_stays_small() -> None:
    assert len(list((ROOT / "text_recognizer/datasets").glob("*.py"))) <= 15


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("EmnistDataset", {"seed": -1}),
        ("EmnistDataset", {"subsample_fraction": "0.5"}),
        ("EmnistDataset", {"as_input": "no"}),
        ("EmnistLinesDataset", {"num_train": 1.5}),
        ("EmnistLinesDataset", {"seed": None}),
        ("FsdlHandwritingParagraphsDataset", {"use_untranscribed": "yes"}),
        ("IamLinesDataset", {"subsample_fraction": 2}),
        ("IamLinesDataset", {"use_unassigned": 1}),
        ("IamOnlineLinesDataset", {"seed": -1}),
        ("IamParagraphsDataset", {"num_synthetic": -1}),
        ("IamParagraphsDataset", {"whole_forms": None}),
        ("SyntheticLinesDataset", {"num_lines": True}),
        ("SyntheticWordsDataset", {"num_words": 0}),
        ("SyntheticWordsDataset", {"mode": "photo"}),
        ("SyntheticWordsDataset", {"vocabulary": "line "}),
    ],
)
def test_values_of_other_types_or_ranges_are_refused_before_anything_is_read(
    name: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(ConfigError, match=next(iter(arguments))):
        DATASETS[name](**arguments)
