"""Train one experiment: `python training/run_experiment.py [--save] [--gpu N] [-o KEY=VALUE] JSON-or-file`.

The JSON has the keys of the 2019 project (dataset, dataset_args, model, network, network_args, train_args,
experiment_group) and some more; `training/config.py` lists them all, with their types and ranges. They are
checked before any data is loaded. An experiment may have `stages`, each of which starts from the weights of
the one before.

The run is kept in `--run-dir`, by default a new folder under training/runs/. `--resume` continues the
newest run of the same experiment after a kill; the learning rate and a few other values may be changed for
it, see `training.runs.RESUMABLE`, any other change is refused. `--save` exports the best epoch to
text_recognizer/weights/. It does not replace a model that another experiment has made or that scores
better, unless `--force` says so.

Training on a GPU needs the extra `gpu` instead of `train`: `pip install -e '.[gpu,dev]'` (Linux x86-64; the
wheels of TensorFlow bring CUDA along, the machine needs only the driver). `--gpu N` holds a GPU for the run;
it is an error if the framework does not see it. JAX in place of TensorFlow: the extra `jax` beside `train`,
and `KERAS_BACKEND=jax` in the environment.
"""

import argparse
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from text_recognizer.errors import ConfigError
from text_recognizer.tooling.command import FAILED, OK, add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.overrides import add_override_argument, parse_overrides, with_overrides
from training.config import ExperimentConfig
from training.gpu.manager import GPUManager, show_only
from training.runs import run_folder
from training.session.cluster import Cluster, add_cluster_arguments, finish, leave, prepare
from training.session.stopping import StopRequested, stoppable

FIRST_FREE = -1
LOGGERS = ("wandb", "mlflow")

_STAGE_KEYS = ("dataset_args", "network_args", "train_args", "mixture")  # which stages have too


def argument_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = command_parser(__doc__)
    parser.add_argument("experiment", help="a JSON object, or a file that holds one")
    parser.add_argument(
        "--save", action="store_true", help="export the best epoch to text_recognizer/weights/"
    )
    parser.add_argument("--name", help="of the exported weights; default: MODEL_DATASET_NETWORK")
    parser.add_argument(
        "--average",
        action="store_true",
        help="export it averaged with its start, see training/export/average.py; stages say so themselves",
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="replace a model that was trained with other values or scores better, too",
    )
    parser.add_argument("--run-dir", type=Path, help="folder of the run")
    parser.add_argument("--resume", action="store_true", help="continue after the last finished epoch")
    parser.add_argument(
        "--init-from",
        metavar="WEIGHTS",
        help="start from the weights of a shipped model or of a folder: sets train_args.init_from",
    )
    add_mirror_argument(parser)
    add_cluster_arguments(parser)
    parser.add_argument(
        "--gpu",
        type=int,
        help="hold this GPU during the run, waiting for it if another experiment has it; -1 = the first free "
        "one, or the CPU where there is no GPU; by default all that the framework sees, and nothing is held",
    )
    parser.add_argument(
        "--log-to",
        choices=LOGGERS,
        action="append",
        default=[],
        help="send the metrics there too, with the package of that name, which you install yourself",
    )
    add_override_argument(parser, "a dotted key of the experiment, as in train_args.epochs=3")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and train; returns the exit status."""
    parser = argument_parser()
    options = parser.parse_args(arguments)
    if not options.save and (options.name is not None or options.average or options.force):
        parser.error("--name, --average, --force: expected --save with them, which exports; received none")
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stdout
    )
    return run_command(parser, _work, arguments)


def _work(options: argparse.Namespace) -> None:
    overrides = parse_overrides(options.override)
    if options.init_from is not None:
        overrides["train_args.init_from"] = options.init_from
    config = overridden(ExperimentConfig.from_text(options.experiment), overrides)
    if config.stages and options.average:
        raise ConfigError("--average is for experiments without stages: `average` of a stage says it there.")
    cluster = Cluster.of_options(options)
    if cluster.distributed and options.gpu is not None:
        raise ConfigError("--gpu takes one device, --devices and --coordinator all: leave one of them out.")
    try:
        with stoppable(), GPUManager() as manager:
            gpu = None if options.gpu is None else choose_gpu(options.gpu, manager)
            train(config, options, cluster, gpu)
    except StopRequested as stop:
        logging.info("Stopped by %s: what was trained is saved, --resume continues it", stop)
        leave(OK)
    except Exception as error:
        if not cluster.several:
            raise
        logging.error(
            "Process %d of %d ends: %s If another one has ended first, its log says why. Start all of them "
            "again with --resume.", cluster.process_id, cluster.num_processes, " ".join(str(error).split()),
        )  # fmt: skip
        leave(FAILED)


def overridden(config: ExperimentConfig, overrides: Mapping[str, Any]) -> ExperimentConfig:
    """Return an experiment with the values at dotted keys replaced, in every stage that sets them too.

    Raises:
        ConfigError: If a key is unknown or a value does not fit.
    """
    values = config.to_dict()
    of_stages = {key: value for key, value in overrides.items() if key.split(".")[0] in _STAGE_KEYS}
    of_stages.pop("train_args.init_from", None)  # only the first stage starts from it
    values["stages"] = [with_overrides(stage, of_stages) for stage in values["stages"]]
    return ExperimentConfig.from_dict(with_overrides(values, overrides))


def choose_gpu(index: int, manager: GPUManager) -> int | None:
    """Hold a GPU, -1 = the first free one, make it the only one that CUDA shows, and return its index.

    Returns:
        None for the first free one of a machine without GPUs.

    Raises:
        ConfigError: If there is no such GPU.
    """
    if index < FIRST_FREE:
        raise ConfigError(f"Expected --gpu -1 or the index of a GPU; received {index}.")
    chosen = manager.get_free_gpu() if index == FIRST_FREE else manager.get_gpu(index)
    if chosen is None:
        logging.info("No GPU to choose from: --gpu=-1 changes nothing")
    else:
        show_only(chosen)
    return chosen


def train(
    config: ExperimentConfig, options: argparse.Namespace, cluster: Cluster, gpu: int | None = None
) -> None:
    """Train and, if the options say so, export.

    Raises:
        ConfigError: If the framework does not see the GPU, or a model would be replaced that another
            experiment has made; before anything is trained.
    """
    if cluster.distributed:
        prepare(cluster)
    # Imported here, for they import Keras: CUDA reads the choice of a GPU only once.
    import keras

    from training.export.replacement import check_experiment
    from training.gpu.framework import check_gpu_is_seen
    from training.gpu.sampler import GPUUtilizationSampler
    from training.session.experiment_loggers import logger_callbacks
    from training.stages import run_experiment

    if gpu is not None:
        check_gpu_is_seen(gpu, keras.backend.backend())
    if options.save and not options.force:
        check_experiment(config, options.name)
    run_dir = run_folder(config, options.run_dir, options.resume or not cluster.main)
    logging.info("Run folder: %s", run_dir)
    metrics = run_experiment(
        config, run_dir, options.resume,
        lambda folder: [GPUUtilizationSampler(), *logger_callbacks(options.log_to, config, folder)],
    )  # fmt: skip
    logging.info("Best epoch: %s", metrics["best"])
    finish(cluster)
    if options.save and cluster.main:
        export(config, options, run_dir)


def export(config: ExperimentConfig, options: argparse.Namespace, run_dir: Path) -> None:
    """Export the best epoch, of the last stage if there are stages."""
    from training.export.anywhere import export_best
    from training.stages import export_stage

    if config.stages:
        saved = export_stage(config, run_dir, len(config.stages), options.name, force=options.force)
    else:
        saved = export_best(run_dir, options.name, force=options.force, average=options.average)
    logging.info("Exported to %s", saved)


if __name__ == "__main__":
    sys.exit(main())
