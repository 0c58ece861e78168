"""Find, verify and describe the models in `weights/<name>/`: the shipped ones, and those of the user."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from text_recognizer.errors import ArtifactError
from text_recognizer.files import sha256_of
from text_recognizer.inference.input_spec import ADVICE, input_spec
from text_recognizer.inference.input_spec import InputSpec as InputSpec
from text_recognizer.inference.input_spec import Kind as Kind
from text_recognizer.inference.own_models import own_models_dir

WEIGHTS_DIR = Path(__file__).parents[1] / "weights"
ONNX = "model.onnx"
WEIGHTS = "weights.h5"  # in half precision, to train on from; a model.onnx can be made of it
MANIFEST = "manifest.json"
RESTORED = ".restored"  # folder beside the models, for those whose model.onnx was made here; not in git
CARD = "README.md"  # the model card, written by people

CHECKOUT_FILE = Path(__file__).parents[2] / "pyproject.toml"  # only in a clone, not in an installed package

Decoding = Literal["ctc", "per_position"]
Json = dict[str, Any]

_OPTIONAL_TEXT: tuple[type, ...] = (str, type(None))
_TYPES: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "vocabulary": _OPTIONAL_TEXT,
    "decoding": _OPTIONAL_TEXT,
    "commit": _OPTIONAL_TEXT,
    "sha256": (dict,),
    "input": (dict,),
    "experiment": (dict,),
    "scores": (dict,),
    "quantization": (dict,),
    "epoch": (int,),
    "parameters": (int,),
}


@dataclass(frozen=True)
class Artifact:
    """One verified model.

    ```python
    from text_recognizer.inference import artifacts

    artifact = artifacts.find("CharacterModel_EmnistDataset_lenet", "character")
    print(artifact.input.height, artifact.characters[:10], artifact.manifest["scores"])
    ```

    Attributes:
        name: `<Model>_<Dataset>_<network>`.
        path: Its model.onnx.
        sha256: Digest of that file, in hexadecimal.
        characters: Lines: character i is label i + 1 (0 is blank); characters: class i; detectors: empty.
        input: What the model takes.
        decoding: Lines: whether the logits are frames along the image, with blanks, or one per position of
            the text; `ctc` if the manifest does not say.
        manifest: The whole manifest.json.
    """

    name: str
    path: Path
    sha256: str
    characters: str
    input: InputSpec
    decoding: Decoding
    manifest: Mapping[str, Any]


def available(weights_dir: Path | None = None) -> list[str]:
    """Return the names of the models in `weights_dir`, sorted; default: the shipped and the user's own."""
    return sorted(
        {path.parent.name for folder in _folders(weights_dir) for path in folder.glob(f"*/{MANIFEST}")}
    )


def is_path(name: str) -> bool:
    """Return whether a model is named by its folder."""
    return "/" in name or os.sep in name


def home_of(name: str, weights_dir: Path | None = None) -> Path:
    """Return the folder of models that holds `name`: `weights_dir`, or the shipped ones before the user's.

    Without a model of that name it is the first of these folders.
    """
    folders = _folders(weights_dir)
    return next((folder for folder in folders if (folder / name / MANIFEST).is_file()), folders[0])


def _folders(weights_dir: Path | None) -> list[Path]:
    return [WEIGHTS_DIR, own_models_dir()] if weights_dir is None else [weights_dir]


def runnable(weights_dir: Path | None = None) -> list[str]:
    """Return those of `available` whose model.onnx is here, shipped or restored."""
    names = []
    for name in available(weights_dir):
        try:
            _onnx_folder(home_of(name, weights_dir), name)
        except ArtifactError:
            continue
        names.append(name)
    return names


def find(name: str, kind: Kind, weights_dir: Path | None = None) -> Artifact:
    """Return the model `name` after its SHA-256 was checked.

    Args:
        name: One of `available()`, or the folder of a model, with a slash in its path.
        kind: What input the caller is going to feed.
        weights_dir: Folder of the models; default: the shipped ones, then the user's own.

    Raises:
        ArtifactError: If the model is missing, damaged or takes another kind of input.
    """
    artifact = _described(_onnx_folder_of_known(name, weights_dir))
    if artifact.input.kind != kind:
        raise ArtifactError(
            f"Expected a model for {kind} images; received {name!r}, which is for "
            f"{artifact.input.kind} images. Choose another one."
        )
    verify(artifact.path, artifact.sha256)
    return artifact


def kind_of(name: str, weights_dir: Path | None = None) -> Kind:
    """Return what the model `name` reads, without checking its file.

    Raises:
        ArtifactError: If there is no such model, or its manifest is damaged.
    """
    return _described(_onnx_folder_of_known(name, weights_dir)).input.kind


def read_manifest(folder: Path, *required: str, digests: Sequence[str] = (), file: str = MANIFEST) -> Json:
    """Return the manifest of the model in `folder`.

    Args:
        folder: Folder of the model.
        required: Names of the fields that the caller reads.
        digests: Names of the files whose SHA-256 the caller needs, in `sha256` of the manifest.
        file: Name of the manifest; a language model has another one.

    Raises:
        ArtifactError: If there is no manifest, it is no JSON object, a field or a digest is missing, or a
            field that models share has another type.
    """
    path = folder / file
    if not path.is_file():
        raise ArtifactError(f"There is no {file} in {folder}. {ADVICE}")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ArtifactError(f"The manifest {path} cannot be read: {error}. {ADVICE}") from error
    if not isinstance(manifest, dict):
        raise ArtifactError(f"Expected a JSON object in {path}; received {str(manifest)[:80]!r}. {ADVICE}")
    if missing := [name for name in required if name not in manifest]:
        raise ArtifactError(f"The manifest {path} lacks {', '.join(missing)}. {ADVICE}")
    for name, types in _TYPES.items():
        if name in manifest and not isinstance(manifest[name], types):
            expected = " or ".join(kind.__name__ for kind in types)
            raise ArtifactError(
                f"Expected {name} as {expected} in {path}; received {str(manifest[name])[:80]!r}. {ADVICE}"
            )
    for name in digests:
        if not isinstance(manifest.get("sha256", {}).get(name), str):
            raise ArtifactError(f"The manifest {path} lacks the SHA-256 of {name}. {ADVICE}")
    return manifest


def verify(path: Path, sha256: str) -> None:
    """Compare a file with the SHA-256 that its manifest states.

    Raises:
        ArtifactError: If the file is missing or damaged.
    """
    try:
        actual = sha256_of(path)
    except OSError as error:
        raise ArtifactError(
            f"The file {path} cannot be read: {error.strerror}. Install the package again."
        ) from error
    if actual != sha256:
        raise ArtifactError(
            f"Expected SHA-256 {sha256} of {path}; received {actual}: the file is damaged. "
            "Install the package again."
        )


def _onnx_folder_of_known(name: str, weights_dir: Path | None) -> Path:
    """Return the folder with the model.onnx of a model that must be there."""
    if is_path(name):
        return _onnx_folder(Path(name).parent, Path(name).name)
    folder = home_of(name, weights_dir)
    if name not in (names := available(weights_dir)):
        raise ArtifactError(unknown_model(name, names, folder))
    return _onnx_folder(folder, name)


def _onnx_folder(weights_dir: Path, name: str) -> Path:
    """Return the folder with the model.onnx of a model: its own, or that of the one which was restored.

    Raises:
        ArtifactError: If the model.onnx has to be restored first.
    """
    folder, restored = weights_dir / name, weights_dir / RESTORED / name
    if (folder / ONNX).is_file() or not (folder / WEIGHTS).is_file():
        return folder
    if not (restored / ONNX).is_file() or _weights_sha256(restored) != _weights_sha256(folder):
        raise ArtifactError(not_restored(name))
    return restored


def _weights_sha256(folder: Path) -> str:
    return str(read_manifest(folder, digests=[WEIGHTS])["sha256"][WEIGHTS])


def _described(folder: Path) -> Artifact:
    """Return the model in `folder` as its manifest describes it, not yet verified."""
    manifest = read_manifest(folder, "vocabulary", "input", digests=[ONNX])
    decoding: Any = manifest.get("decoding") or "ctc"
    if decoding not in get_args(Decoding):
        raise ArtifactError(
            f"Expected a decoding of {', '.join(get_args(Decoding))} in {folder / MANIFEST}; received "
            f"{decoding!r}. Install a newer package, or export the model again."
        )
    vocabulary = manifest["vocabulary"] or ""
    if len(set(vocabulary)) < len(vocabulary):
        raise ArtifactError(f"A character comes twice in the vocabulary of {folder / MANIFEST}. {ADVICE}")
    return Artifact(
        folder.name,
        folder / ONNX,
        manifest["sha256"][ONNX],
        vocabulary,
        input_spec(folder / MANIFEST, manifest["input"]),
        decoding,
        manifest,
    )


def unknown_model(name: str, names: Sequence[str], folder: Path) -> str:
    """Return the message for a model that `folder` does not hold.

    Args:
        name: Of the model.
        names: Of the models that the folder holds.
        folder: Where models were looked for.
    """
    return (
        f"There is no model {name!r} in {folder}, which holds {', '.join(names) or 'none'}. {_other_models()}"
    )


def not_restored(name: str) -> str:
    """Return the message for a model of which only weights.h5 is kept."""
    return (
        f"{name} is kept without its model.onnx, which is made from its weights.h5. Make it in a clone that "
        f"has the packages for training: python -m training.export.restore {name}"
    )


def _other_models() -> str:
    if CHECKOUT_FILE.is_file():
        return "Choose one of them, name another folder with --weights-dir, or train and export the model."
    return (
        "The installed package holds only the default models; the others come with a clone of the "
        "repository: git clone it, and name its folder text_recognizer/weights with --weights-dir."
    )
