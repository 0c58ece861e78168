"""The command `text-recognizer`, a module for each of its subcommands."""

from text_recognizer.cli.command import main as main
