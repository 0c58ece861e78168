import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.errors import ArtifactError
from text_recognizer.inference import artifacts


@pytest.fixture
def folder(tiny_weights: Path, tmp_path: Path) -> Path:
    shutil.copytree(tiny_weights, tmp_path / "weights")
    return tmp_path / "weights"


def test_available_lists_the_models_sorted(folder: Path) -> None:
    (folder / "not_a_model").mkdir()
    assert artifacts.available(folder) == ["tiny_character", "tiny_line", "tiny_paragraph", "tiny_word"]


def test_no_folder_means_no_models(tmp_path: Path) -> None:
    assert artifacts.available(tmp_path / "missing") == []


def test_find_describes_the_model(folder: Path) -> None:
    artifact = artifacts.find("tiny_line", "line", folder)
    assert artifact.path == folder / "tiny_line" / "model.onnx"
    assert artifact.characters == "ab"
    assert artifact.input == artifacts.InputSpec("line", 16, None, 4)
    assert artifact.sha256 == artifact.manifest["sha256"]["model.onnx"]


@pytest.mark.parametrize("name", ["missing", "", ".."])
def test_unknown_name_lists_the_known_ones(folder: Path, name: str) -> None:
    with pytest.raises(ArtifactError, match="tiny_character, tiny_line, tiny_paragraph"):
        artifacts.find(name, "line", folder)


def test_decoding_is_ctc_unless_the_manifest_says_otherwise(folder: Path) -> None:
    assert artifacts.find("tiny_line", "line", folder).decoding == "ctc"
    path = folder / "tiny_line" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "decoding": "per_position"}))
    assert artifacts.find("tiny_line", "line", folder).decoding == "per_position"
    path.write_text(json.dumps({**manifest, "decoding": "beam"}))
    with pytest.raises(ArtifactError, match="ctc, per_position.*'beam'"):
        artifacts.find("tiny_line", "line", folder)


def test_wrong_kind_is_refused(folder: Path) -> None:
    with pytest.raises(ArtifactError, match="for line images.*is for character images"):
        artifacts.find("tiny_character", "line", folder)


def test_damaged_model_is_refused(folder: Path) -> None:
    with (folder / "tiny_line" / "model.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ArtifactError, match="damaged"):
        artifacts.find("tiny_line", "line", folder)


def test_missing_model_file_is_named(folder: Path) -> None:
    (folder / "tiny_line" / "model.onnx").unlink()
    with pytest.raises(ArtifactError, match="model.onnx"):
        artifacts.find("tiny_line", "line", folder)


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": {}},
        {"sha256": None},
        {"input": {"kind": "page", "height": 1, "width": 1, "downsampling": 1}},
        {"input": {"kind": "line"}},
        {"vocabulary": 7},
        {"vocabulary": "aba"},
        {"input": {"kind": "line", "height": 10**5, "width": None, "downsampling": 4}},
    ],
)
def test_unfit_manifest_is_refused(folder: Path, change: dict[str, Any]) -> None:
    path = folder / "tiny_line" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ArtifactError, match="manifest.json"):
        artifacts.find("tiny_line", "line", folder)


def test_manifest_that_is_no_json_is_refused(folder: Path) -> None:
    (folder / "tiny_line" / "manifest.json").write_text("{")
    with pytest.raises(ArtifactError, match="manifest.json"):
        artifacts.find("tiny_line", "line", folder)


@pytest.mark.parametrize("name", artifacts.available())
def test_shipped_models_are_whole(name: str) -> None:
    folder = artifacts.WEIGHTS_DIR / name
    manifest = artifacts.read_manifest(folder)
    kind = manifest["input"]["kind"]
    if name in artifacts.runnable():
        assert artifacts.find(name, kind).characters or kind == "paragraph"
    if (folder / artifacts.WEIGHTS).is_file():
        artifacts.verify(folder / artifacts.WEIGHTS, manifest["sha256"][artifacts.WEIGHTS])


def test_a_model_kept_as_weights_alone_is_available_but_not_runnable(folder: Path) -> None:
    (folder / "tiny_line" / "model.onnx").rename(folder / "tiny_line" / "weights.h5")
    assert "tiny_line" in artifacts.available(folder)
    assert artifacts.runnable(folder) == ["tiny_character", "tiny_paragraph", "tiny_word"]
    with pytest.raises(ArtifactError, match="python -m training.export.restore tiny_line"):
        artifacts.find("tiny_line", "line", folder)


def test_read_manifest_names_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"There is no manifest.json in .*\. Install"):
        artifacts.read_manifest(tmp_path)
    path = tmp_path / "manifest.json"
    for content, message in [
        ("[]", "JSON object in"),
        ('{"epoch": 3}', "lacks name, scores"),
        ('{"name": 5, "scores": {}}', "name as str .*received '5'"),
        ('{"name": "a", "scores": null}', "scores as dict"),
        ('{"name": "a", "scores": {}, "sha256": {"weights.h5": 3}}', "SHA-256 of weights.h5"),
    ]:
        path.write_text(content)
        with pytest.raises(ArtifactError, match=message):
            artifacts.read_manifest(tmp_path, "name", "scores", digests=["weights.h5"])
    path.write_text('{"name": "a", "scores": {}, "sha256": {"weights.h5": "f00"}, "own": 1}')
    assert artifacts.read_manifest(tmp_path, "name", "scores", digests=["weights.h5"])["own"] == 1


@pytest.mark.parametrize(
    "change", [{"height": "64"}, {"width": 2.5}, {"downsampling": None}, {"normalize": 1}]
)
def test_input_of_another_type_is_refused(folder: Path, change: dict[str, Any]) -> None:
    path = folder / "tiny_line" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "input": {**manifest["input"], **change}}))
    with pytest.raises(ArtifactError, match=next(iter(change))):
        artifacts.find("tiny_line", "line", folder)


def test_the_kind_of_a_model_is_that_of_its_input(tiny_weights: Path) -> None:
    names = ("tiny_character", "tiny_line", "tiny_paragraph", "tiny_word")
    assert [artifacts.kind_of(name, tiny_weights) for name in names] == [
        "character",
        "line",
        "paragraph",
        "word",
    ]
    with pytest.raises(ArtifactError, match="no model 'nothing'"):
        artifacts.kind_of("nothing", tiny_weights)


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "[]", "\xff"])
def test_a_manifest_that_cannot_be_read_is_named(folder: Path, text: str) -> None:
    (folder / "tiny_line" / "manifest.json").write_text(text, encoding="latin-1")
    with pytest.raises(ArtifactError, match="manifest"):
        artifacts.find("tiny_line", "line", folder)
