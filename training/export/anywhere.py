"""Exports the best epoch of a run whatever Keras runs on: only TensorFlow makes ONNX files of networks."""

import os
import subprocess
import sys
from pathlib import Path

import keras

from text_recognizer.errors import ArtifactError
from text_recognizer.inference.artifacts import WEIGHTS_DIR
from text_recognizer.tooling.data_root import MIRROR_VARIABLE, mirror
from training.config import ExperimentConfig
from training.export.average import average_run
from training.export.from_run import export_run
from training.runs import CONFIG

ROOT = Path(__file__).parents[2]


def export_best(
    run_dir: Path,
    name: str | None = None,
    weights_dir: Path = WEIGHTS_DIR,
    *,
    force: bool = True,
    average: bool = False,
    starts: Path | None = None,
) -> Path:
    """Export the best epoch of a run, in a process of its own where Keras does not run on TensorFlow.

    Args:
        run_dir: Folder of the run.
        name: Name of the weights; by default the experiment's.
        weights_dir: Folder of all models.
        force: Whether a model of this name may be replaced that scores better.
        average: Whether it is averaged with the weights that the run started from.
        starts: Folder in which these are looked for first; None for `weights_dir`.

    Returns:
        The new folder.

    Raises:
        ArtifactError: As `export_run` and `average_run`, or if the process fails; it has said why.
        ConfigError: As `export_run` and `average_run`.
        DataError: As `export_run` and `average_run`.
    """
    if keras.backend.backend() != "tensorflow":
        _export_elsewhere(run_dir, name, weights_dir, force, average, starts)
        return weights_dir / (name or ExperimentConfig.from_text(str(run_dir / CONFIG)).name)
    if average:
        return average_run(run_dir, name, weights_dir, starts=starts, force=force)
    return export_run(run_dir, name, weights_dir, force=force)


def _export_elsewhere(
    run_dir: Path, name: str | None, weights_dir: Path, force: bool, average: bool, starts: Path | None
) -> None:
    """Export in a process whose Keras runs on TensorFlow: the weights load there, too.

    It sees no GPU: this process holds the memory of those that it has trained on.
    """
    command = [
        "-m", f"training.export.{'average' if average else 'from_run'}", str(run_dir.absolute()),
        "--weights-dir", str(weights_dir.absolute()),
        *([] if name is None else ["--name", name]),
        *([] if starts is None else ["--starts", str(starts.absolute())]),
        *(["--force"] if force else []),
    ]  # fmt: skip
    data = mirror()
    environment = {
        **os.environ, "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1",
        **({} if data is None else {MIRROR_VARIABLE: str(data)}),
    }  # fmt: skip
    if subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=False).returncode:
        raise ArtifactError(
            f"The best epoch of {run_dir} could not be exported. Run it again on TensorFlow: "
            f"KERAS_BACKEND=tensorflow python {' '.join(command)}"
        )
