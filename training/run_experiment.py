"""Train one experiment: `python training/run_experiment.py [--save] [--gpu N] [-o KEY=VALUE] JSON-or-file`.

The JSON has the keys of the 2019 project (dataset, dataset_args, model, network, network_args, train_args,
experiment_group); `training/config.py` lists them all. The run is kept in `--run-dir`, by default a new
folder under training/runs/; `--resume` goes on with the newest run of the same experiment after a kill.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from text_recognizer.errors import ConfigError, TextRecognizerError
from text_recognizer.tooling.data_root import set_mirror
from text_recognizer.tooling.overrides import add_override_argument, parse_overrides, with_overrides
from training.config import ExperimentConfig
from training.gpu.manager import GPUManager, show_only
from training.runs import run_folder

FIRST_FREE = -1
LOGGERS = ("wandb", "mlflow")


def argument_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("experiment", help="a JSON object, or a file that holds one")
    parser.add_argument(
        "--save", action="store_true", help="export the best epoch to text_recognizer/weights/"
    )
    parser.add_argument("--name", help="of the exported weights; default: MODEL_DATASET_NETWORK")
    parser.add_argument(
        "--average", action="store_true", help="export it averaged with its start, see average_weights.py"
    )
    parser.add_argument("--run-dir", type=Path, help="folder of the run")
    parser.add_argument("--resume", action="store_true", help="go on after the last finished epoch")
    parser.add_argument(
        "--init-from",
        metavar="WEIGHTS",
        help="start from the weights of a shipped model or of a folder: sets train_args.init_from",
    )
    parser.add_argument("--mirror", type=Path, help="folder with the data sets, ready to read")
    parser.add_argument(
        "--gpu",
        type=int,
        help="hold this GPU during the run, waiting for it if another experiment has it; -1 = the first free "
        "one; by default all that the framework sees, and nothing is held",
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
    if not options.save and (options.name is not None or options.average):
        parser.error("--name, --average: expected --save with them, which exports; received none")
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stdout
    )
    if options.mirror:
        set_mirror(options.mirror)
    try:
        config = ExperimentConfig.from_text(options.experiment)
        overrides = parse_overrides(options.override)
        if options.init_from is not None:
            overrides["train_args.init_from"] = options.init_from
        config = ExperimentConfig.from_dict(with_overrides(config.to_dict(), overrides))
        with GPUManager() as manager:
            if options.gpu is not None:
                choose_gpu(options.gpu, manager)
            train(config, options)
    except TextRecognizerError as error:
        logging.error("%s", error)
        return 1
    return 0


def choose_gpu(index: int, manager: GPUManager) -> None:
    """Hold a GPU, -1 = the first free one, and make it the only one that CUDA shows.

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


def train(config: ExperimentConfig, options: argparse.Namespace) -> None:
    """Train and, if the options say so, export."""
    # Imported here, for they import Keras: CUDA reads the choice of a GPU but once.
    from training.experiment_loggers import logger_callbacks
    from training.export.average import average_run
    from training.export.from_run import export_run
    from training.gpu.sampler import GPUUtilizationSampler
    from training.train import run

    run_dir = run_folder(config, options.run_dir, options.resume)
    callbacks = [GPUUtilizationSampler(), *logger_callbacks(options.log_to, config, run_dir)]
    logging.info("Run folder: %s", run_dir)
    metrics = run(config, run_dir, resume=options.resume, callbacks=callbacks)
    logging.info("Best epoch: %s", metrics["best"])
    if options.save:
        save = average_run if options.average else export_run
        logging.info("Exported to %s", save(run_dir, options.name))


if __name__ == "__main__":
    sys.exit(main())
