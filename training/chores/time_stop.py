"""Measure how soon a training ends after SIGTERM: `python -m training.chores.time_stop EXPERIMENT`.

The experiment is trained in a temporary folder until it is asked to end, as schedulers do before they take a
machine away.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.overrides import add_override_argument
from training.fitting.batches import TrainingError
from training.fitting.callbacks import LAST
from training.session.record import ENVIRONMENT

TRAINING = (sys.executable, "-m", "training.run_experiment")
_INTERVAL_S = 0.1  # between two looks


@dataclass(frozen=True)
class Stop:
    """How a training ended.

    ```python
    from training.chores.time_stop import Stop

    print(Stop(seconds=2.9, status=0, arrays=120))
    ```

    Attributes:
        seconds: From SIGTERM to the end of the process.
        status: Its exit status.
        arrays: Those of the checkpoint that it has left, all of them readable.
    """

    seconds: float
    status: int
    arrays: int


def stop(command: Sequence[str], run_dir: Path, after_s: float) -> Stop:
    """Start a training, let it train for a while, send SIGTERM and wait for its end.

    Args:
        command: Of a training in `run_dir`.
        run_dir: Its folder.
        after_s: Seconds from when data is loaded to SIGTERM.

    Raises:
        TrainingError: If it ends before, or has done nothing yet that could be saved.
    """
    with subprocess.Popen(command) as process:
        try:
            while not (run_dir / ENVIRONMENT).is_file() and process.poll() is None:
                time.sleep(_INTERVAL_S)
            try:
                status = process.wait(after_s)
            except subprocess.TimeoutExpired:
                begin = time.monotonic()
                process.terminate()
                status = process.wait()
                seconds = time.monotonic() - begin
            else:
                raise TrainingError(
                    f"The training ended with status {status} before it was asked to. Give it more epochs, "
                    "or a smaller --after."
                )
        finally:
            process.kill()
    if not (run_dir / LAST).is_file():
        raise TrainingError("No step was done before SIGTERM, so nothing was saved: give a larger --after.")
    with np.load(run_dir / LAST) as checkpoint:
        return Stop(seconds, status, len([checkpoint[name] for name in checkpoint.files]))


def _work(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_dir = Path(folder, "run")
        words = [word for override in options.override for word in ("-o", override)]
        words += [] if options.mirror is None else ["--mirror", str(options.mirror)]
        command = [*TRAINING, options.experiment, "--run-dir", str(run_dir), *words]
        found = stop(command, run_dir, options.after)
    sys.stdout.write(
        f"Ended with status {found.status} {found.seconds:.1f} s after SIGTERM; the checkpoint has "
        f"{found.arrays} readable arrays.\n"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("experiment", help="a JSON object, or a file that holds one")
    parser.add_argument("--after", type=float, default=60.0, metavar="S", help="default: %(default)s s")
    add_mirror_argument(parser)
    add_override_argument(parser, "a dotted key of the experiment, as in train_args.batch_size=8")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
