"""Exported models whose weights a run starts from: found by name, pinned by their digest."""

from pathlib import Path

from text_recognizer.errors import ArtifactError
from text_recognizer.files import sha256_of
from text_recognizer.inference.artifacts import MANIFEST, WEIGHTS, WEIGHTS_DIR, available

PIN = "@sha256:"


def weights_folder(weights: str, weights_dir: Path = WEIGHTS_DIR) -> Path:
    """Return the folder of a model with weights to train on.

    Args:
        weights: Name of a model in `weights_dir` or of a shipped one, or a folder with weights.h5 and
            manifest.json; behind it may stand `@sha256:` and the SHA-256 that its weights.h5 must have.
        weights_dir: Folder of models, which is looked through first.

    Raises:
        ArtifactError: If there is no such model, or its weights have another SHA-256.
    """
    name, pinned, digest = weights.partition(PIN)
    for folder in (weights_dir / name, WEIGHTS_DIR / name, Path(name)):
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
