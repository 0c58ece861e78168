"""What a parser accepts, as data: for completions and the manual page, which then cannot be out of date."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """An option, or a positional argument.

    Attributes:
        flags: Such as `-o` and `--output`; empty for a positional argument.
        value: What it takes, as the help names it; empty if it takes nothing.
        help: What it is for.
        choices: The values that it takes; empty if others are possible.
    """

    flags: tuple[str, ...]
    value: str
    help: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Command:
    """A subcommand.

    Attributes:
        name: Its name.
        help: What it does.
        usage: How it is called.
        epilog: What the end of its help says: examples, exit statuses.
        options: Its options and positional arguments.
    """

    name: str
    help: str
    usage: str
    epilog: str
    options: tuple[Option, ...]


def commands_of(parser: argparse.ArgumentParser) -> tuple[Command, ...]:
    """Return the subcommands of a parser, in their order."""
    return tuple(
        Command(
            name,
            _helps(parser).get(name, ""),
            " ".join(child.format_usage().removeprefix("usage: ").split()),
            child.epilog or "",
            tuple(_options(child)),
        )
        for name, child in _children(parser).items()
    )


def _children(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    children: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            children |= action.choices
    return children


def _helps(parser: argparse.ArgumentParser) -> dict[str, str]:
    """Return the help of each subcommand, which the parser keeps apart from it."""
    return {
        choice.dest: choice.help or ""
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for choice in action._choices_actions
    }


def _options(parser: argparse.ArgumentParser) -> Iterator[Option]:
    formatter = parser._get_formatter()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield Option((), "ACTION", ", ".join(action.choices), tuple(action.choices))
            continue
        value = ""
        if action.nargs != 0:
            value = str(action.metavar or ("" if action.choices else action.dest.upper()))
        choices = tuple(map(str, action.choices or ()))
        text = formatter._expand_help(action) if action.help else ""
        yield Option(tuple(action.option_strings), value or "|".join(choices), text, choices)
