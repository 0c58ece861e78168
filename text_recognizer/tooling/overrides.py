"""Dotted overrides on a command line: `-o train_args.epochs=3`."""

import argparse
import copy
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from text_recognizer.errors import ConfigError


def add_override_argument(parser: argparse.ArgumentParser, keys: str) -> None:
    """Add `-o`/`--override`, repeatable, to a parser; `keys` says what can be named."""
    parser.add_argument(
        "-o",
        "--override",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"change one value; may be repeated; VALUE is JSON, or else a string; KEY: {keys}",
    )


def parse_overrides(texts: Iterable[str]) -> dict[str, Any]:
    """Return key -> value; a value that is not JSON is the string itself.

    Raises:
        ConfigError: If a text has no `=`, an empty part in its key, or the key of another one.
    """
    overrides: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not all(key.split(".")):
            raise ConfigError(f"Expected KEY=VALUE such as train_args.epochs=3; received {text!r}.")
        if key in overrides:
            raise ConfigError(f"The key {key!r} is given twice. Leave one of them out.")
        try:
            overrides[key] = json.loads(value)
        except json.JSONDecodeError:
            overrides[key] = value
    return overrides


def with_overrides(values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a JSON object with the values at dotted keys replaced or added.

    Raises:
        ConfigError: If a key leads through something that is not an object.
    """
    result = copy.deepcopy(dict(values))
    for key, value in overrides.items():
        node: Any = result
        *path, last = key.split(".")
        for depth, part in enumerate(path):
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                above = ".".join(path[: depth + 1])
                raise ConfigError(
                    f"Expected an object under {above!r} to set {key!r} in; received {node!r}. "
                    f"Override {above!r} as a whole."
                )
        node[last] = copy.deepcopy(value)
    return result


def check_arguments(name: str, function: Callable[..., Any], arguments: Mapping[str, Any], skip: int) -> None:
    """Refuse arguments that `function` does not take.

    Args:
        name: Name of the function, for the message.
        function: The function that will be called, or a class for its constructor.
        arguments: Arguments that a user has named.
        skip: Number of leading parameters that the user does not name.

    Raises:
        ConfigError: If one is unknown.
    """
    known = argument_names(function)[skip:]
    if unknown := sorted(set(arguments) - set(known)):
        raise ConfigError(f"Expected arguments of {name} among {sorted(known)}; received {unknown}.")


def argument_names(function: Callable[..., Any]) -> list[str]:
    """Return the names of the parameters of a function, or of the constructor of a class."""
    return list(inspect.signature(function).parameters)
