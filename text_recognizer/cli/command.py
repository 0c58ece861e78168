"""The parser of `text-recognizer`, and how errors end it."""

import argparse
import sys
from collections.abc import Sequence
from typing import Protocol

from text_recognizer.cli import doctor, fine_tune, models, recognize, words
from text_recognizer.cli.reporting import (
    EPILOG,
    INTERRUPTED,
    SOME_FAILED,
    StdoutError,
    complain,
    emit,
    prepare_streams,
    settle_stdout,
)
from text_recognizer.cli.shell import completion, manual
from text_recognizer.errors import TextRecognizerError
from text_recognizer.version import __version__


class _Writer(Protocol):
    """What argparse prints to."""

    def write(self, text: str, /) -> object:
        """Write a text."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` (default: the arguments of the process); return its exit status."""
    prepare_streams()
    try:
        args = _parser().parse_args(argv)
        status: int = args.run(args)
    except TextRecognizerError as error:
        complain(str(error))
        return SOME_FAILED
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except StdoutError as error:
        if not isinstance(error.__cause__, BrokenPipeError):  # its reader has enough, as head
            complain(f"{error}. Make room, or use --output.")
        settle_stdout()
        return SOME_FAILED
    return status


class _Parser(argparse.ArgumentParser):
    """Prints help and version as results are printed; argparse itself does not tell that a disk is full."""

    def _print_message(self, message: str, file: _Writer | None = None) -> None:
        if file is sys.stdout:
            emit(message.removesuffix("\n"))
        else:
            super()._print_message(message, file)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="text-recognizer", description="Recognize text in images.", epilog=EPILOG)
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
