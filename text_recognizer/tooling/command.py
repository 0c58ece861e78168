"""What all commands of training/, evaluation/ and the data sets share: parser, mirror, exit status."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from text_recognizer.errors import TextRecognizerError
from text_recognizer.tooling.data_root import set_mirror

logger = logging.getLogger(__name__)

OK, FAILED, INTERRUPTED = 0, 1, 130


def command_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser described by the first line of a module's docstring."""
    return argparse.ArgumentParser(description=(description or "").split("\n")[0])


def add_mirror_argument(parser: argparse.ArgumentParser, *other_names: str) -> None:
    """Add `--mirror DIR`, a folder with ready data sets, under `other_names` too."""
    parser.add_argument(
        "--mirror", *other_names, type=Path, metavar="DIR", help="folder with the data sets, ready to read"
    )


def run_command(
    parser: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], None],
    arguments: Sequence[str] | None = None,
) -> int:
    """Parse the command line, do the work, and turn errors into one line and an exit status.

    Args:
        parser: If it has `--mirror`, the mirror is set before the work begins.
        work: Gets the options.
        arguments: Of the command line; None for those of the process.

    Returns:
        0; 1 after a `TextRecognizerError` or an `OSError`, which is named on stderr, also if stdout cannot be
        written to; 130 after Ctrl-C.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    options = parser.parse_args(arguments)
    try:
        if getattr(options, "mirror", None) is not None:
            set_mirror(options.mirror)
        work(options)
        sys.stdout.flush()  # a full disk is told here, and not by a traceback when the process ends
    except (TextRecognizerError, OSError) as error:
        logger.error("%s: %s", parser.prog, " ".join(str(error).split()))
        _settle_stdout()
        return FAILED
    except KeyboardInterrupt:
        logger.error("%s: interrupted", parser.prog)
        return INTERRUPTED
    return OK


def _settle_stdout() -> None:
    """Forget what is left in the buffer of stdout if it cannot be written: the end would fail once more."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
