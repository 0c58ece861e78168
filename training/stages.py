"""Trains the stages of an experiment one after another, each from the weights of the one before."""

import dataclasses
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras

from text_recognizer.errors import ArtifactError
from text_recognizer.files import sha256_of, write_json
from text_recognizer.inference.artifacts import MANIFEST, WEIGHTS, WEIGHTS_DIR
from training.build import SampleFormat, build_datasets, build_model
from training.config import ExperimentConfig, Stage
from training.export.anywhere import export_best
from training.exported import PIN
from training.fitting.shards import Shards, fresh_session, meet, undistributed
from training.runs import CONFIG, check_resumable
from training.train import run

STAGE_WEIGHTS = "weights"  # in the folder of a run: the exported model of each stage that has ended
_VISIBLE_S = 120.0  # network file systems show other machines a new file only after a minute

Callbacks = Callable[[Path], Sequence[keras.callbacks.Callback]]

logger = logging.getLogger(__name__)


def run_experiment(
    config: ExperimentConfig, run_dir: Path, resume: bool = False, callbacks: Callbacks = lambda _: ()
) -> dict[str, Any]:
    """Train an experiment, with or without stages.

    The run of stage 1 is kept in `run_dir`/stage1, its exported model in `run_dir`/weights/stage1. The next
    one starts from there, pinned by the SHA-256 of the weights. A resumed run continues in the stage in which
    it was cut. No shipped model is touched.

    Args:
        config: What to train.
        run_dir: Folder of the run.
        resume: Whether to continue what is in `run_dir`.
        callbacks: Gives those of Keras for the folder of a run or a stage.

    Returns:
        As `training.train.run`, of the last stage.

    Raises:
        TextRecognizerError: As `training.train.run`; what is wrong with any stage is said before the first.
    """
    if not config.stages:
        return run(config, run_dir, resume=resume, callbacks=callbacks(run_dir))
    if resume and (run_dir / CONFIG).is_file():
        check_resumable(config, run_dir)
    stages = config.expanded()
    with undistributed():  # their random weights differ from process to process
        for stage in stages:
            build_model(stage.config, SampleFormat.of(build_datasets(stage.config)[0]))
    if Shards.current().writes:
        write_json(run_dir / CONFIG, config.to_dict())
    metrics: dict[str, Any] = {}
    for number, stage in enumerate(stages, 1):
        last = number == len(stages)
        if resume and not last and (run_dir / STAGE_WEIGHTS / f"stage{number}" / MANIFEST).is_file():
            logger.info("Stage %d of %d has ended before", number, len(stages))
            continue
        logger.info("Stage %d of %d", number, len(stages))
        stage_dir = run_dir / f"stage{number}"
        metrics = run(
            _started(stage, number, run_dir), stage_dir, resume=resume, callbacks=callbacks(stage_dir),
            weights_dir=run_dir / STAGE_WEIGHTS,
        )  # fmt: skip
        if not last:
            _export_once(config, run_dir, number)
        fresh_session()
    return metrics


def _export_once(config: ExperimentConfig, run_dir: Path, number: int) -> None:
    """Export the model of a stage in the process that writes, while the others wait for it.

    Raises:
        ArtifactError: If another process does not see it.
    """
    name = f"stage{number}"
    if Shards.current().writes:
        export_stage(config, run_dir, number, name, run_dir / STAGE_WEIGHTS)
    meet(name)
    manifest, end = run_dir / STAGE_WEIGHTS / name / MANIFEST, time.monotonic() + _VISIBLE_S
    while not manifest.is_file():
        if time.monotonic() > end:
            raise ArtifactError(f"{manifest} is not there: give all processes one --run-dir that all see.")
        time.sleep(0.1)


def export_stage(
    config: ExperimentConfig,
    run_dir: Path,
    number: int,
    name: str | None,
    weights_dir: Path = WEIGHTS_DIR,
    force: bool = True,
) -> Path:
    """Export the model of a stage, averaged with its start if the stage says so.

    Args:
        config: The experiment with stages.
        run_dir: Folder of the run.
        number: Of the stage, counted from 1.
        name: Name of the weights; None for the experiment's.
        weights_dir: Folder to export to.
        force: Whether a model of this name may be replaced that scores better.

    Returns:
        The new folder.
    """
    average = config.expanded()[number - 1].average
    starts = run_dir / STAGE_WEIGHTS if average else None
    return export_best(
        run_dir / f"stage{number}", name, weights_dir, force=force, average=average, starts=starts
    )


def _started(stage: Stage, number: int, run_dir: Path) -> ExperimentConfig:
    """Return the experiment of a stage that starts from the weights of the one before, pinned."""
    if number == 1:
        return stage.config
    before = f"stage{number - 1}"
    digest = sha256_of(run_dir / STAGE_WEIGHTS / before / WEIGHTS)
    train_args = dataclasses.replace(stage.config.train_args, init_from=f"{before}{PIN}{digest}")
    return dataclasses.replace(stage.config, train_args=train_args)
