"""Search for the best values of an experiment: `python training/sweep.py FILE.json [--dir DIR]`.

FILE holds an object: `experiment` as run_experiment.py takes it, and `search`, for each dotted key of it a
list of values or {"from": LOW, "to": HIGH, "log": true}; `trials`, `sampler`, `prune` and others are
described in training/sweeping/plan.py. The validation metric of the experiment's model decides.

The same command, started any number of times on machines that share DIR, works on the same trials, each of
which is trained once. A worker that dies is noticed, and another one goes on with its trial where the last
checkpoint left it. At the end, and with --report at any time, DIR has trials.csv and trials.png.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast

import optuna

from text_recognizer.errors import ConfigError
from text_recognizer.tooling.command import OK, add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.overrides import add_override_argument, parse_overrides
from training.runs import RUNS
from training.session.cluster import leave
from training.session.stopping import StopRequested, stoppable
from training.sweeping.plan import SweepPlan
from training.sweeping.trial_folders import STALE_S

logger = logging.getLogger(__name__)


def argument_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = command_parser(__doc__)
    parser.add_argument("file", type=Path, help="JSON file with the sweep, as in training/sweeps/")
    parser.add_argument(
        "--dir", type=Path, help="folder that all workers share; default: one in training/runs/sweeps/"
    )
    parser.add_argument("--report", action="store_true", help="write table and plots, and train nothing")
    parser.add_argument(
        "--stale-after",
        type=float,
        default=STALE_S,
        metavar="SECONDS",
        help="without a sign of life, after which a worker is taken for dead (default: %(default)s)",
    )
    add_mirror_argument(parser)
    add_override_argument(parser, "a dotted key of the experiment, as in train_args.epochs=3")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and work; returns the exit status."""
    return run_command(argument_parser(), _work, arguments)


def _work(options: argparse.Namespace) -> None:
    # Imported here: they import Keras, which a wrong file need not wait for.
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # the worker says what it does
    plan = SweepPlan.from_file(options.file, parse_overrides(options.override))
    from training.sweeping.report import summary, write_report
    from training.sweeping.study import JOURNAL, Sweep
    from training.sweeping.worker import metric_of, work

    folder = options.dir or RUNS / "sweeps" / options.file.stem
    if options.report and not (folder / JOURNAL).is_file():
        raise ConfigError(f"There is no sweep in {folder}. Name its folder with --dir.")
    metric, direction = metric_of(plan)
    sweep = Sweep(folder, plan, cast(Literal["minimize", "maximize"], direction))
    if not options.report:
        try:
            with stoppable():
                logger.info("This worker has ended %d trials", work(sweep, options.stale_after))
        except StopRequested as stop:
            logger.info("Stopped by %s: another worker, or this one anew, goes on with the trial", stop)
            leave(OK)  # without the report, whose pictures take seconds: --report draws them
    write_report(sweep.study, metric, folder)
    logger.info("%s", summary(sweep.study, metric))


if __name__ == "__main__":
    sys.exit(main())
