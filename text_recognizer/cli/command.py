"""The parser of `text-recognizer`, and how errors end it."""

import argparse
import os
import sys
from collections.abc import Sequence

from text_recognizer.cli import doctor, fine_tune, models, recognize, words
from text_recognizer.cli.reporting import (
    EPILOG,
    INTERRUPTED,
    SOME_FAILED,
    StdoutError,
    complain,
    prepare_streams,
)
from text_recognizer.cli.shell import completion, manual
from text_recognizer.errors import TextRecognizerError
from text_recognizer.version import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` (default: the arguments of the process); return its exit status."""
    prepare_streams()
    args = _parser().parse_args(argv)
    try:
        status: int = args.run(args)
    except TextRecognizerError as error:
        complain(str(error))
        return SOME_FAILED
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except StdoutError as error:
        if not isinstance(error.__cause__, BrokenPipeError):  # its reader has enough, as head
            complain(f"stdout cannot be written to: {error}. Make room, or use --output.")
        if sys.stdout is not None:  # what is left in its buffer must not fail once more at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOME_FAILED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="text-recognizer", description="Recognize text in images.", epilog=EPILOG
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module, name, purpose in (
        (
            recognize,
            "recognize",
            "print the text of images, PDFs and folders of them, or write it in many formats",
        ),
        (words, "words", "print the text of images that show a single word each"),
        (models, "models", "list the models, fetch or publish one"),
        (
            doctor,
            "doctor",
            "say what is installed, whether the models are whole, and how fast a page is read",
        ),
        (completion, "completion", "print what makes a shell complete this command"),
        (manual, "man", "print the manual page"),
        (fine_tune, "fine-tune", "teach a line model your own hand, from labelled lines"),
    ):
        subparser = commands.add_parser(name, help=purpose, epilog=EPILOG)
        module.add_arguments(subparser)
        subparser.set_defaults(run=module.run, parser=subparser, root=parser)
    return parser
