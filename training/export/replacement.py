"""Whether a run may replace a model: not if it was shortened or changed, or if it scores worse."""

from pathlib import Path

from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.inference.artifacts import MANIFEST, WEIGHTS_DIR, read_manifest
from training.config import ExperimentConfig
from training.export.install import Provenance
from training.runs import changes_of_model, committed, shown

_ADVICE = (
    "Nothing was trained. Export this run under another name (--name NAME), or replace the model on purpose "
    "(--force)."
)


def check_experiment(config: ExperimentConfig, name: str | None, weights_dir: Path = WEIGHTS_DIR) -> None:
    """Refuse, before anything is trained, to replace a model that another experiment has made.

    Args:
        config: What will be trained.
        name: Name of the weights; None for the experiment's.
        weights_dir: Folder of all models.

    Raises:
        ConfigError: If there is a model of this name with another experiment in its manifest, or stages of
            the experiment are not the committed ones.
        ArtifactError: If its manifest cannot be read.
    """
    name = name or config.name
    if not (weights_dir / name / MANIFEST).is_file():
        return
    recorded = ExperimentConfig.from_dict(read_manifest(weights_dir / name, "experiment")["experiment"])
    if changes := changes_of_model(recorded, config):
        raise ConfigError(f"{name} was trained with other values: {shown(changes)}. {_ADVICE}")
    if config.stages and not any(config.stages == other.stages for other in committed()):
        raise ConfigError(
            f"{name} was trained in the stages of a committed experiment, not in these. {_ADVICE}"
        )


def check_scores(
    provenance: Provenance, name: str | None, monitor: str, mode: str, weights_dir: Path
) -> None:
    """Refuse to replace a model by one that scores worse on the validation split.

    Args:
        provenance: Of the new model.
        name: Name of the weights; None for the experiment's.
        monitor: Metric by which models are chosen.
        mode: `min` or `max`: which values of it are good.
        weights_dir: Folder of all models.

    Raises:
        ArtifactError: If there is a better model of this name; the new one is not exported.
    """
    folder = weights_dir / (name or provenance.name)
    if not (folder / MANIFEST).is_file():
        return
    before = read_manifest(folder, "scores")["scores"].get(monitor)
    now = provenance.scores[monitor]
    if before is not None and (now > before if mode == "min" else now < before):
        raise ArtifactError(
            f"The validation {monitor} of {folder.name} is {before:.4g}, that of this run {now:.4g}, "
            "which is worse: it was not exported. The run is kept: with --resume, export it under another "
            "name (--name NAME), or replace the model on purpose (--force)."
        )
