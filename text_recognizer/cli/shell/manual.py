"""`text-recognizer man`: prints the manual page, made from the parser."""

import argparse
from collections.abc import Iterable, Iterator

from text_recognizer.cli.reporting import OK, emit
from text_recognizer.cli.shell.parser_tree import Command, Option, commands_of
from text_recognizer.version import __version__

EXAMPLES = """\
examples:
  text-recognizer man | man -l -
  text-recognizer man > ~/.local/share/man/man1/text-recognizer.1
"""
_EXAMPLES_HEAD = "examples:"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this subcommand: none."""
    parser.description = "Print the manual page, for man."
    parser.epilog = f"{EXAMPLES}\n{parser.epilog}"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter


def run(args: argparse.Namespace) -> int:
    """Print the manual page; return the exit status."""
    emit(manual_page(args.root.description or "", args.root.epilog or "", commands_of(args.root)))
    return OK


def manual_page(purpose: str, exit_status: str, commands: Iterable[Command]) -> str:
    """Return a manual page in the man macros of troff.

    Args:
        purpose: What the program does.
        exit_status: What its exit statuses mean.
        commands: Its subcommands.
    """
    commands = tuple(commands)
    lines = [
        f'.TH TEXT-RECOGNIZER 1 "" "text_recognizer {__version__}"',
        ".SH NAME",
        _escaped(f"text-recognizer - {purpose.rstrip('.')}"),
        ".SH SYNOPSIS",
        r".B text\-recognizer",
        r"\fICOMMAND\fR [\fIOPTION\fR...] [\fIARGUMENT\fR...]",
        ".SH COMMANDS",
    ]
    for command in commands:
        lines += _command(command)
    lines += [".SH EXIT STATUS", _escaped(" ".join(exit_status.removeprefix("exit status:").split()))]
    lines += [".SH EXAMPLES", ".nf"]
    lines += [_escaped(example) for command in commands for example in _examples(command.epilog)]
    return "\n".join([*lines, ".fi"])


def _command(command: Command) -> Iterator[str]:
    yield f".SS {_escaped(command.name)}"
    yield _escaped(f"{command.help[:1].upper()}{command.help[1:]}.")
    yield ".PP"
    yield _escaped(command.usage)
    for option in command.options:
        yield ".TP"
        yield _option(option)
        yield _escaped(option.help)


def _option(option: Option) -> str:
    value = rf"\fI{_escaped(option.value)}\fR" if option.value else ""
    if not option.flags:
        return value
    return " ".join(
        [", ".join(rf"\fB{_escaped(flag)}\fR" for flag in option.flags), *([value] if value else [])]
    )


def _examples(epilog: str) -> list[str]:
    """Return the examples at the begin of an epilog, a line each."""
    if not epilog.startswith(_EXAMPLES_HEAD):
        return []
    return [line.strip() for line in epilog.partition("\n\n")[0].splitlines()[1:] if line.strip()]


def _escaped(text: str) -> str:
    """Return a text that troff takes for nothing else, on one line."""
    line = " ".join(text.split()).replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{line}" if line.startswith((".", "'")) else line
