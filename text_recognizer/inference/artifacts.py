"""Find, verify and describe the shipped models in `weights/<name>/`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from text_recognizer.errors import ArtifactError

WEIGHTS_DIR = Path(__file__).parents[1] / "weights"
MANIFEST = "manifest.json"
CARD = "README.md"  # what people should know of a model, written by them

Kind = Literal["character", "line", "paragraph"]
Decoding = Literal["ctc", "per_position"]


@dataclass(frozen=True)
class InputSpec:
    """What a model takes: float32 (N, height, width, 1), ink = 1, paper = 0.

    Attributes:
        kind: Which function of `preprocessing` makes the input.
        height: Rows; None for any.
        width: Columns; None for any.
        downsampling: Lines by CTC: T = ceil(width / downsampling). Paragraphs: the size is a multiple of it.
        normalize: Lines: whether slope, slant and width are made alike; not where a manifest is silent.
    """

    kind: Kind
    height: int | None
    width: int | None
    downsampling: int
    normalize: bool = False


@dataclass(frozen=True)
class Artifact:
    """One verified model.

    Attributes:
        name: `<Model>_<Dataset>_<network>`.
        path: Its model.onnx.
        sha256: Of that file, in hexadecimal.
        characters: Lines: character i is label i + 1 (0 is blank); characters: class i; detectors: empty.
        input: What the model takes.
        decoding: Lines: whether the logits are frames along the image, with blanks, or one per position of
            the text; a manifest that does not say it means `ctc`.
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
    """Return the names of the models in `weights_dir` (default: the shipped ones), sorted."""
    return sorted(path.parent.name for path in (weights_dir or WEIGHTS_DIR).glob(f"*/{MANIFEST}"))


def find(name: str, kind: Kind, weights_dir: Path | None = None) -> Artifact:
    """Return the model `name` after its SHA-256 was checked.

    Args:
        name: One of `available()`.
        kind: What input the caller is going to feed.
        weights_dir: Folder of the models; default: the shipped ones.

    Raises:
        ArtifactError: If the model is missing, damaged or takes another kind of input.
    """
    folder = weights_dir or WEIGHTS_DIR
    if name not in (names := available(folder)):
        raise ArtifactError(
            f"Expected the name of a model in {folder}: {', '.join(names) or '(none there)'}; "
            f"received {name!r}. Choose one of them, or train and export it."
        )
    artifact = _read(folder / name)
    if artifact.input.kind != kind:
        raise ArtifactError(
            f"Expected a model for {kind} images; received {name!r}, which is for "
            f"{artifact.input.kind} images. Choose another one."
        )
    _verify(artifact)
    return artifact


def _read(folder: Path) -> Artifact:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        sha256 = manifest["sha256"]["model.onnx"]
        characters = manifest["vocabulary"] or ""
        spec = manifest["input"]
        spec = InputSpec(
            spec["kind"], spec["height"], spec["width"], spec["downsampling"], spec.get("normalize", False)
        )
        decoding: Decoding = manifest.get("decoding") or "ctc"
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArtifactError(
            f"Expected a manifest with sha256, vocabulary and input in {path}; received "
            f"{type(error).__name__}: {error}. Install the package again, or export the model again."
        ) from error
    if spec.kind not in get_args(Kind) or not isinstance(sha256, str) or not isinstance(characters, str):
        raise ArtifactError(
            f"Expected an input kind of {', '.join(get_args(Kind))} and text for sha256 and vocabulary "
            f"in {path}; received kind {spec.kind!r}. Export the model again."
        )
    if decoding not in get_args(Decoding):
        raise ArtifactError(
            f"Expected a decoding of {', '.join(get_args(Decoding))} in {path}; received {decoding!r}. "
            "Install a newer package, or export the model again."
        )
    return Artifact(
        folder.name, folder / "model.onnx", sha256, characters, spec, decoding, cast(dict[str, Any], manifest)
    )


def _verify(artifact: Artifact) -> None:
    try:
        with artifact.path.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ArtifactError(
            f"Expected the model file {artifact.path}; received {error.strerror}. Install the package again."
        ) from error
    if actual != artifact.sha256:
        raise ArtifactError(
            f"Expected SHA-256 {artifact.sha256} of {artifact.path}; received {actual}: the file is damaged. "
            "Install the package again."
        )
