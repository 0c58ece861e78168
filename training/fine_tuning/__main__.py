"""Teach a line model a hand: `python -m training.fine_tuning --data FOLDER --name NAME`.

The command `text-recognizer fine-tune` starts it in a process of its own. It prints the character error rate
before, how learning goes on, the rate after on lines that were not learned from, and what that costs on the
hands of others. Ctrl-C ends learning and keeps what was learned by then.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from text_recognizer.errors import ConfigError
from text_recognizer.inference.artifacts import WEIGHTS_DIR, available
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from training.fine_tuning.plan import FineTuneConfig
from training.fine_tuning.run import fine_tune
from training.fine_tuning.status import StatusFile
from training.session.stopping import stoppable

DEFAULT_BASE = "LineModelCtc_ManyHands_line_conv_ctc"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def argument_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = command_parser(__doc__)
    parser.add_argument(
        "--data", action="append", required=True, metavar="FOLDER",
        help="labelled lines: labels.tsv (image, text), pairs NAME.png and NAME.gt.txt, PAGE XML or ALTO "
        "with the images of pages; may be given several times",
    )  # fmt: skip
    parser.add_argument("--name", required=True, help="of the new model, for recognize --weights NAME")
    parser.add_argument("--minutes", type=float, metavar="N", help="time for all of it")
    parser.add_argument("--batch-size", type=int, default=FineTuneConfig.batch_size, metavar="N")
    parser.add_argument("--base", default=DEFAULT_BASE, help="model to start from; default: %(default)s")
    parser.add_argument(
        "--pages", action="append", default=[], metavar="DIR",
        help="images of pages of the hand that nobody has transcribed: what is read surely teaches, if that "
        "helps",
    )  # fmt: skip
    parser.add_argument("--status", type=Path, metavar="FILE", help="JSON that says how far it is")
    add_mirror_argument(parser)
    return parser


def _work(options: argparse.Namespace) -> None:
    status = StatusFile(options.status, options.name)
    try:
        with stoppable():
            _fine_tune(options, status)
    except BaseException as error:  # whatever it is, a reader of the file waits for its end
        status.failed(" ".join(str(error).split()) or f"It was ended by {type(error).__name__}.")
        raise


def _fine_tune(options: argparse.Namespace, status: StatusFile) -> None:
    if not _NAME.fullmatch(options.name) or options.name in available(WEIGHTS_DIR):
        raise ConfigError(
            "Expected a name of letters, digits, _ . and - that no shipped model has; "
            f"received {options.name!r}."
        )
    config = FineTuneConfig(batch_size=options.batch_size, minutes=options.minutes)
    report = fine_tune(options.data, options.name, options.base, config, status, options.pages)
    sys.stdout.write(f"{report.describe()}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(argument_parser(), _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
