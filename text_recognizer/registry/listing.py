"""What is said of every model in a list: where it lies, what it reads, how well."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from text_recognizer.errors import ArtifactError
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import MANIFEST, ONNX, read_manifest
from text_recognizer.inference.own_models import own_models_dir
from text_recognizer.registry.address import FolderAddress
from text_recognizer.registry.remote import remote_models

SHIPPED, OWN = "shipped", "own"


@dataclass(frozen=True)
class ListedModel:
    """One model.

    ```python
    from text_recognizer.registry.listing import local_models

    for model in local_models():
        print(model.name, model.source, model.kind, model.scores)
    ```

    Attributes:
        name: Of the model.
        source: `shipped`, `own`, or the address of a folder in a bucket.
        kind: What it reads: `character`, `word`, `line` or `paragraph`.
        scores: Its metrics on the validation split.
        sha256: Digest of its model.onnx; empty if it has none.
        parameters: Their number; None if the manifest does not say.
    """

    name: str
    source: str
    kind: str
    scores: Mapping[str, float]
    sha256: str
    parameters: int | None

    @classmethod
    def of_manifest(cls, name: str, source: str, manifest: Mapping[str, Any]) -> "ListedModel":
        """Return what a manifest says of a model."""
        return cls(
            name,
            source,
            str(manifest.get("input", {}).get("kind", "")),
            dict(manifest.get("scores", {})),
            str(manifest.get("sha256", {}).get(ONNX, "")),
            manifest.get("parameters"),
        )


def local_models() -> list[ListedModel]:
    """Return the shipped models, then the user's own, each by name, without those of a damaged manifest."""
    return [*_in_folder(artifacts.WEIGHTS_DIR, SHIPPED), *_in_folder(own_models_dir(), OWN)]


def models_at(folder: FolderAddress) -> list[ListedModel]:
    """Return the models in a folder of a bucket, by name.

    Raises:
        ArtifactError: As `remote_models`.
    """
    return [
        ListedModel.of_manifest(name, str(folder), manifest)
        for name, manifest in sorted(remote_models(folder).items())
    ]


def table(models: Sequence[ListedModel]) -> str:
    """Return a table of models, a line each under a header, columns aligned."""
    rows = [("NAME", "SOURCE", "READS", "PARAMETERS", "VALIDATION SCORES")]
    rows += [
        (
            model.name, model.source, model.kind,
            "" if model.parameters is None else f"{model.parameters:,}",
            " ".join(f"{name}={value:.4g}" for name, value in model.scores.items()),
        )
        for model in models
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths) for row in rows)


def _aligned(row: Iterable[str], widths: Iterable[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _in_folder(folder: Path, source: str) -> list[ListedModel]:
    models = []
    for path in sorted(folder.glob(f"*/{MANIFEST}")):
        try:
            manifest = read_manifest(path.parent)
        except ArtifactError:
            continue
        models.append(ListedModel.of_manifest(path.parent.name, source, manifest))
    return models
