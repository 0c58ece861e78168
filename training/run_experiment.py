"""Train one experiment: `python training/run_experiment.py [--save] JSON-or-file`.

The JSON has the keys of the 2019 project (dataset, dataset_args, model, network, network_args, train_args,
experiment_group); `training/config.py` lists them all. The run is kept in `--run-dir`, by default a new
folder under training/runs/; `--resume` goes on with the newest run of the same experiment after a kill.
"""

import argparse
import logging
import sys
from pathlib import Path

from text_recognizer.datasets.data_root import set_mirror
from text_recognizer.errors import TextRecognizerError
from training.config import ExperimentConfig
from training.export import export_run
from training.run_folder import default_run_dir
from training.train import run


def main() -> int:
    """Parse the command line and train; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("experiment", help="a JSON object, or a file that holds one")
    parser.add_argument(
        "--save", action="store_true", help="export the best epoch to text_recognizer/weights/"
    )
    parser.add_argument("--run-dir", type=Path, help="folder of the run")
    parser.add_argument("--resume", action="store_true", help="go on after the last finished epoch")
    parser.add_argument("--mirror", type=Path, help="folder with the data sets, ready to read")
    arguments = parser.parse_args()
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stdout
    )
    if arguments.mirror:
        set_mirror(arguments.mirror)
    try:
        config = ExperimentConfig.from_text(arguments.experiment)
        run_dir = arguments.run_dir or default_run_dir(config, arguments.resume)
        logging.info("Run folder: %s", run_dir)
        metrics = run(config, run_dir, resume=arguments.resume)
        logging.info("Best epoch: %s", metrics["best"])
        if arguments.save:
            logging.info("Exported to %s", export_run(run_dir))
    except TextRecognizerError as error:
        logging.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
