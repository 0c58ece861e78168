"""Exported models that a run starts from or learns from: found by name, pinned by their digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from text_recognizer.errors import ArtifactError
from text_recognizer.files import sha256_of
from text_recognizer.inference.artifacts import MANIFEST, WEIGHTS, WEIGHTS_DIR, available, read_manifest
from text_recognizer.inference.own_models import own_models_dir

PIN = "@sha256:"


@dataclass(frozen=True)
class ExportedModel:
    """A model with weights to train on.

    ```python
    from training.exported import exported_model

    model = exported_model("CharacterModel_EmnistDataset_mlp")
    print(model.vocabulary, model.manifest["experiment"]["network"])
    ```

    Attributes:
        folder: Where its weights.h5 lies.
        manifest: What it was trained on, how, and with what scores.
        vocabulary: The characters of its labels, without the blank.
    """

    folder: Path
    manifest: Mapping[str, Any]
    vocabulary: str


def exported_model(weights: str, weights_dir: Path = WEIGHTS_DIR) -> ExportedModel:
    """Return the model that `weights_folder` finds.

    Raises:
        ArtifactError: If there is none, or its manifest is damaged.
    """
    folder = weights_folder(weights, weights_dir)
    manifest = read_manifest(folder, "vocabulary")
    return ExportedModel(folder, manifest, str(manifest["vocabulary"] or ""))


def weights_folder(weights: str, weights_dir: Path = WEIGHTS_DIR) -> Path:
    """Return the folder of a model with weights to train on.

    Args:
        weights: Name of a model in `weights_dir`, of a shipped one or of the user's own, or a folder with
            weights.h5 and manifest.json; behind it may stand `@sha256:` and the SHA-256 that its weights.h5
            must have.
        weights_dir: Folder of models, which is looked through first.

    Raises:
        ArtifactError: If there is no such model, or its weights have another SHA-256.
    """
    name, pinned, digest = weights.partition(PIN)
    for folder in (weights_dir / name, WEIGHTS_DIR / name, own_models_dir() / name, Path(name)):
        if (folder / WEIGHTS).is_file() and (folder / MANIFEST).is_file():
            if pinned and (found := sha256_of(folder / WEIGHTS)) != digest:
                raise ArtifactError(
                    f"{folder / WEIGHTS} has the SHA-256 {found}; expected {digest}. The model has been "
                    "replaced: take the weights of the stated SHA-256, or pin those that are there now."
                )
            return folder
    raise ArtifactError(
        f"Expected one of {', '.join(available(weights_dir)) or '(none shipped)'}, or a folder with "
        f"{WEIGHTS} and {MANIFEST}; received {name!r}."
    )
