"""A network -> its folder under text_recognizer/weights/: verified, and replaced as a whole."""

import dataclasses
import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras

from text_recognizer.arrays import InkImage
from text_recognizer.files import replacing_folder, sha256_of, write_json
from text_recognizer.inference.artifacts import CARD, MANIFEST, ONNX, WEIGHTS, WEIGHTS_DIR, Decoding
from training.export.onnx_export import to_onnx
from training.export.parity import check_parity
from training.weights_file import save_half_weights

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Provenance:
    """What the manifest says about a network beside its files.

    ```python
    from training.export.install import Provenance

    provenance = Provenance(
        model="LineModelCtc", dataset="IamLinesDataset", network="line_conv_ctc", kind="line",
        vocabulary="abc", downsampling=8, experiment={}, commit="unknown", data_hash="", epoch=3,
        scores={"cer": 0.05}, decoding="ctc", normalize=True,
    )
    print(provenance.name)
    ```

    Attributes:
        model: Name of the model class.
        dataset: Name of the data set.
        network: Name of the network.
        kind: `character`, `line` or `paragraph`.
        vocabulary: Characters of the labels, without the blank; empty for detectors.
        downsampling: See `text_recognizer.inference.artifacts.InputSpec`.
        decoding: Of lines, see `text_recognizer.inference.artifacts.Artifact`; None elsewhere.
        experiment: The experiment as JSON takes it.
        commit: Of the code that trained it.
        data_hash: Of the data it was trained on.
        epoch: The exported epoch, counted from 1.
        scores: Its metrics on the validation split.
        normalize: Of lines: whether they were normalized, see `InputSpec`; None elsewhere.
        averaged: What its weights were averaged with, see `training.export.average`; None if they were not.
        fine_tuned: What fine-tuning has brought, see `training.fine_tuning`; None for other models.
    """

    model: str
    dataset: str
    network: str
    kind: str
    vocabulary: str
    downsampling: int
    experiment: Mapping[str, Any]
    commit: str
    data_hash: str
    epoch: int
    scores: Mapping[str, float]
    decoding: Decoding | None = None
    normalize: bool | None = None
    averaged: Mapping[str, Any] | None = None
    fine_tuned: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """Name of the folder unless another is asked for."""
        return f"{self.model}_{self.dataset}_{self.network}"


def install(
    network: keras.Model,
    provenance: Provenance,
    name: str | None = None,
    samples: Sequence[InkImage] = (),
    weights_dir: Path = WEIGHTS_DIR,
) -> Path:
    """Write a network as `weights_dir/<name>/`, replacing what was there; if it fails, nothing changes.

    The model card is kept: people write it.

    Args:
        network: Float32 Keras network.
        provenance: Where it comes from.
        name: Of the folder; by default `<Model>_<Dataset>_<network>`.
        samples: Real images (H, W_i) uint8, 255 = full ink, to compare Keras and ONNX on.
        weights_dir: Folder of all models.

    Returns:
        The new folder.

    Raises:
        ArtifactError: If the export cannot be made or is not equal to the Keras network.
    """
    name = name or provenance.name
    with replacing_folder(weights_dir / name) as folder:
        to_onnx(network, folder / ONNX)
        difference = check_parity(
            network, folder / ONNX, provenance.downsampling, samples, provenance.decoding or "ctc"
        )
        save_half_weights(network, folder / WEIGHTS)
        write_json(folder / MANIFEST, _manifest(network, provenance, name, difference, folder))
        keep_card(weights_dir / name, folder)
    return weights_dir / name


def keep_card(former: Path, folder: Path) -> None:
    """Copy the model card, if there is one, from the former folder of a model to the one that replaces it."""
    if (card := former / CARD).is_file():
        shutil.copy(card, folder)
        logger.warning("%s describes the former weights: bring it up to date.", card)


def _manifest(
    network: keras.Model, provenance: Provenance, name: str, difference: float, folder: Path
) -> dict[str, Any]:
    _, height, width, _ = network.input_shape
    fields = {field.name: getattr(provenance, field.name) for field in dataclasses.fields(provenance)}
    spec = {key: fields.pop(key) for key in ("kind", "downsampling")} | {"height": height, "width": width}
    if (normalize := fields.pop("normalize")) is not None:
        spec["normalize"] = normalize
    return {
        "name": name,
        **fields,
        "input": spec,
        "sha256": {file: sha256_of(folder / file) for file in (ONNX, WEIGHTS)},
        "parameters": network.count_params(),
        "parity_max_difference": difference,
        "created": now(),
    }


def now() -> str:
    """Return the time as manifests state it: ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
