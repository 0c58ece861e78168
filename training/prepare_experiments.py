"""Print the command of each experiment of a file, or run them: `python training/prepare_experiments.py FILE`.

FILE is a JSON object {"experiment_group": NAME, "experiments": [...]}. A `grid` in an experiment, such as
{"network_args.layer_size": [128, 256], "train_args.batch_size": [64, 128]}, stands for every combination.
The commands go to `parallel -jN`, or --run -j N runs them here. What follows `--` is given to each
run_experiment.py, as in `prepare_experiments.py FILE --run -- --mirror DIR`.
"""

import argparse
import json
import logging
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from text_recognizer.errors import ConfigError
from text_recognizer.tooling.command import OK, run_command
from text_recognizer.tooling.overrides import add_override_argument, parse_overrides
from training.experiment_group import read_group

RUN_EXPERIMENT = Path(__file__).parent / "run_experiment.py"


def argument_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="JSON file with the experiments")
    parser.add_argument("--run", action="store_true", help="run them; without it, print their commands")
    parser.add_argument("-j", "--jobs", type=int, default=1, help="number of processes at once; default: 1")
    parser.add_argument(
        "--gpu", type=int, default=-1, help="GPU of each experiment; default: -1, the first free one"
    )
    add_override_argument(parser, "a dotted key of every experiment, as in train_args.epochs=3")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, print or run; returns 0, or 1 if the file is unfit or an experiment failed."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    end = words.index("--") if "--" in words else len(words)
    status = OK

    def work(options: argparse.Namespace) -> None:
        nonlocal status
        commands = _commands(options, words[end + 1 :])
        if options.run:
            status = run_all(commands, options.jobs)
            return
        for command in commands:
            sys.stdout.write(shlex.join(["python", os.path.relpath(RUN_EXPERIMENT), *command]) + "\n")

    return run_command(argument_parser(), work, words[:end]) or status


def _commands(options: argparse.Namespace, passed_on: Sequence[str]) -> list[list[str]]:
    """Return the arguments of run_experiment.py for each experiment.

    Raises:
        ConfigError: If the file or an option does not fit.
    """
    experiments = read_group(options.file, parse_overrides(options.override))
    if options.jobs < 1:
        raise ConfigError(f"Expected --jobs >= 1; received {options.jobs}.")
    return [[f"--gpu={options.gpu}", json.dumps(experiment), *passed_on] for experiment in experiments]


def run_all(commands: Sequence[Sequence[str]], jobs: int) -> int:
    """Run all experiments, even if some fail, and log how each has ended.

    Args:
        commands: Arguments of run_experiment.py, the experiment second.
        jobs: Processes at once.

    Returns:
        0 if all have succeeded, else 1.
    """
    with ThreadPoolExecutor(jobs) as pool:
        numbers = range(1, len(commands) + 1)
        try:
            ends = list(pool.map(_run, commands, numbers))
        except BaseException:  # Ctrl-C, for instance, which the processes get as well: begin no more
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    for number, (command, (status, seconds)) in enumerate(zip(commands, ends, strict=True), 1):
        logging.info("[%d] %s after %.0f s: %s", number, _meaning(status), seconds, command[1])
    failed = sum(status != 0 for status, _ in ends)
    logging.info("%d of %d experiments succeeded", len(ends) - failed, len(ends))
    return int(failed > 0)


def _run(command: Sequence[str], number: int) -> tuple[int, float]:
    """Run one experiment, its output marked with its number; return exit status and seconds."""
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, str(RUN_EXPERIMENT), *command],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            logging.info("[%d] %s", number, line.rstrip("\n"))
    return process.returncode, time.monotonic() - started


def _meaning(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"


if __name__ == "__main__":
    sys.exit(main())
