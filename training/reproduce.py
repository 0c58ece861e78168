"""Train a run again and compare: `python training/reproduce.py RUN`.

The configuration of the run, its seed among it, is trained anew in a folder of its own. What differs between
then and now is named before: commit, versions of packages, machine; then the digests of the data. At the end
the curves are compared, every metric of every epoch, those of all stages. The exit status is 1 if one
differs by more than --tolerance.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from text_recognizer.errors import ConfigError, DataError
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from training.config import ExperimentConfig
from training.plot_history import read_history
from training.runs import CONFIG, HISTORY
from training.session.record import Session, sessions
from training.stages import run_experiment

logger = logging.getLogger(__name__)


def reproduce(run_dir: Path, new_dir: Path) -> float:
    """Train a run again.

    Args:
        run_dir: Folder of the run.
        new_dir: Folder of the new one; it must not hold a run.

    Returns:
        The largest difference between a metric of the two, relative to 1 or to its size if that is larger.

    Raises:
        ConfigError: If `run_dir` holds no run, or `new_dir` holds one.
        DataError: If `run_dir` has no history, or the data has changed.
    """
    if not (run_dir / CONFIG).is_file():
        raise ConfigError(f"There is no {CONFIG} in {run_dir}. Name the folder of a run: training/runs/*.")
    if (new_dir / CONFIG).is_file():
        raise ConfigError(f"{new_dir} holds a run. Name another folder with --run-dir.")
    config = ExperimentConfig.from_text(str(run_dir / CONFIG))
    folders = _folders(config, run_dir)
    for folder in folders:
        read_history(folder)
    for number, session in enumerate(sessions(folders[0]), 1):
        for line in session.differences(Session.now(session.data)):
            logger.info("Session %d of the run, then -> now: %s", number, line)
    run_experiment(config, new_dir)
    pairs = list(zip(folders, _folders(config, new_dir), strict=True))
    for old, new in pairs:
        _check_data(old, new)
    return max(difference(old, new) for old, new in pairs)


def difference(first: Path, second: Path) -> float:
    """Return the largest difference between the curves of two runs, relative to values above 1.

    Raises:
        DataError: If one has no history, or other epochs or metrics than the other.
    """
    one, other = read_history(first), read_history(second)
    if one.keys() != other.keys() or len(one["epoch"]) != len(other["epoch"]):
        raise DataError(f"{first / HISTORY} and {second / HISTORY} have other epochs or metrics.")
    gaps = [np.abs(one[name] - other[name]) / np.maximum(1, np.abs(one[name])) for name in one]
    return float(np.max(np.nan_to_num(np.stack(gaps), nan=0.0)))


def _folders(config: ExperimentConfig, run_dir: Path) -> list[Path]:
    """Return the folders with the histories of a run: its own, or those of its stages."""
    return [run_dir / f"stage{n + 1}" for n in range(len(config.stages))] if config.stages else [run_dir]


def _check_data(old: Path, new: Path) -> None:
    """Refuse to compare runs on different data."""
    then, now = sessions(old), sessions(new)
    if then and now and then[0].data != now[0].data:
        raise DataError(
            f"The data has changed since {old} was trained: {dict(then[0].data)} -> {dict(now[0].data)}. "
            "Take the files of then: --mirror DIR."
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, train and compare; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("run", type=Path, help="folder of a run")
    parser.add_argument("--run-dir", type=Path, help="folder of the new run; default: RUN-again")
    parser.add_argument(
        "--tolerance", type=float, default=0.0, help="what may differ without an error; default: nothing"
    )
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


def _work(options: argparse.Namespace) -> None:
    run_dir: Path = options.run
    found = reproduce(run_dir, options.run_dir or run_dir.with_name(f"{run_dir.name}-again"))
    if found > options.tolerance:
        raise DataError(
            f"The curves differ by up to {found:.3g}, more than {options.tolerance:g}. Another processor, "
            "backend or version of a package computes other sums: the log names what has changed."
        )
    logger.info("The curves are the same: they differ by %.3g at most", found)


if __name__ == "__main__":
    sys.exit(main())
