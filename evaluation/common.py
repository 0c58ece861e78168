"""What all evaluations share: arguments, their overrides, timing, the result file."""

import argparse
import json
import logging
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from text_recognizer.datasets.dataset import SPLIT_NAMES, Dataset
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.files import write_json
from text_recognizer.inference.artifacts import Artifact
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.data_root import raw_dir, set_mirror
from text_recognizer.tooling.hardware import hardware
from text_recognizer.tooling.overrides import (
    add_override_argument,
    argument_names,
    check_arguments,
    parse_overrides,
    with_overrides,
)
from text_recognizer.tooling.selection import add_limit_argument

RESULTS = Path(__file__).parent / "results"
MAX_WORST_ITEMS = 20  # in a result: enough to see what goes wrong, few enough to read
TEXT_CONVENTION = "natural spelling, case and punctuation count"

_PROGRESS_SECONDS = 15  # between two lines of progress
_NOT_OVERRIDABLE = {"generated", "override"}  # attributes of the options that are no options

Item = TypeVar("Item")
Prepared = TypeVar("Prepared")
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


def argument_parser(
    description: str | None, default_weights: str, generated: Mapping[str, type[Dataset]] | None = None
) -> argparse.ArgumentParser:
    """Return a parser with the arguments of every evaluation; the caller adds `--dataset`.

    Args:
        description: Docstring of the command.
        default_weights: Name of the model.
        generated: Data set classes by the values of `--dataset` that accept `dataset_args`.
    """
    parser = command_parser(description)
    add_mirror_argument(parser, "--data-root")
    parser.add_argument("--split", choices=SPLIT_NAMES, default="test", help="default: %(default)s")
    parser.add_argument("--weights", default=default_weights, help="name of the model; default: %(default)s")
    add_limit_argument(parser, "items to score, spread over all of them")
    parser.add_argument("--json", type=Path, help="write here instead of evaluation/results/")
    generated = generated or {}
    arguments = [f"{name} takes {', '.join(argument_names(cls))}" for name, cls in generated.items()]
    add_override_argument(
        parser,
        "another option by its name, as in limit=100, or dataset_args.NAME, an argument of the data set: "
        + ("; ".join(arguments) or "those of this command take none"),
    )
    parser.set_defaults(generated=generated)
    return parser


def run_evaluation(
    parser: argparse.ArgumentParser,
    evaluate: Callable[[argparse.Namespace], tuple[str, dict[str, Any]]],
    arguments: Sequence[str] | None = None,
) -> int:
    """Parse the command line, evaluate, write the result and report it.

    Args:
        parser: From `argument_parser`.
        evaluate: Returns the name of the result and the result.
        arguments: Of the command line; None for those of the process.

    Returns:
        The exit status: 0, or 1 if data or weights are missing or an override fits nothing.
    """

    def work(options: argparse.Namespace) -> None:
        options = _overridden(parser, options, sys.argv[1:] if arguments is None else arguments)
        name, result = evaluate(options)
        path = options.json or RESULTS / f"{name}{_restriction(options)}.json"
        write_json(path, result)
        shown = {key: value for key, value in result.items() if not isinstance(value, list | dict)}
        sys.stdout.write(json.dumps(shown, indent=2) + f"\nWritten to {path}\n")

    return run_command(parser, work, arguments)


def _overridden(
    parser: argparse.ArgumentParser, options: argparse.Namespace, arguments: Sequence[str]
) -> argparse.Namespace:
    """Return the options with the overrides applied; those of the data set lie in `dataset_args`.

    Raises:
        ConfigError: If an override names something unknown.
    """
    known = sorted({*vars(options), "data_root"} - _NOT_OVERRIDABLE)
    of_dataset, of_command = [], []
    for text in options.override:
        key, _, value = text.partition("=")
        if key.partition(".")[0] == "dataset_args":
            of_dataset.append(text)
        elif key in known:
            of_command.append(f"--{key.replace('_', '-')}={value}")
        else:
            raise ConfigError(f"Expected overrides among {[*known, 'dataset_args.NAME']}; received {text!r}.")
    options = parser.parse_args([*arguments, *of_command])
    if options.mirror is not None:
        set_mirror(options.mirror)  # again: an override may have named another one
    options.dataset_args = with_overrides({"dataset_args": {}}, parse_overrides(of_dataset))["dataset_args"]
    _check_dataset_arguments(options)
    return options


def _check_dataset_arguments(options: argparse.Namespace) -> None:
    if not isinstance(options.dataset_args, dict):
        raise ConfigError(f"Expected an object for dataset_args; received {options.dataset_args!r}.")
    if options.dataset in options.generated:
        cls = options.generated[options.dataset]
        check_arguments(options.dataset, cls, options.dataset_args, skip=0)
    elif options.dataset_args:
        raise ConfigError(
            f"The data set {options.dataset} is read as it is and takes no arguments; received "
            f"{options.dataset_args}. Leave dataset_args out."
        )


def _restriction(options: argparse.Namespace) -> str:
    """Return the part of a file name that marks a limited or changed data set; empty for a complete one."""
    changes = [f"_{name}={value}" for name, value in sorted(options.dataset_args.items())]
    limit = "" if options.limit is None else f"_limit{options.limit}"
    return re.sub(r"[^\w.=-]", "-", "".join(changes)) + limit


def source_folder(options: argparse.Namespace, name: str) -> Path:
    """Return the folder of data set `name`, e.g. `iam` or `other_hands/csafe_pages`.

    Raises:
        DataError: If it does not exist.
    """
    folder = raw_dir(name) if options.mirror is None else options.mirror / name
    if not folder.is_dir():
        raise DataError(
            f"There is no folder {folder}. Name the folder that holds {name}/ with --mirror; how to get the "
            "data sets is said in data/raw/*/readme.md."
        )
    return Path(folder)


def timed(
    function: Callable[[Prepared], Result], items: Sequence[Item], prepare: Callable[[Item], Prepared]
) -> tuple[list[Result], float]:
    """Prepare each item and time `function` on it; the first item is done twice, so that no cold call counts.

    Returns:
        The results and the median time of a call in milliseconds, without the preparation.
    """
    function(prepare(items[0]))
    results, seconds = [], []
    progress = time.monotonic()
    for index, item in enumerate(items):
        prepared = prepare(item)
        started = time.perf_counter()
        results.append(function(prepared))
        seconds.append(time.perf_counter() - started)
        if time.monotonic() - progress > _PROGRESS_SECONDS:
            progress = time.monotonic()
            logger.info("%d of %d", index + 1, len(items))
    return results, 1000 * statistics.median(seconds)


def describe_run(artifact: Artifact, options: argparse.Namespace, dataset: str) -> dict[str, Any]:
    """Return the fields that every result has: data, model, code and machine."""
    return {
        "dataset": dataset,
        "split": options.split,
        "limit": options.limit,
        **({"dataset_args": options.dataset_args} if options.dataset_args else {}),
        "weights": artifact.name,
        "weights_sha256": artifact.sha256,
        "commit": current_commit(),
        "hardware": hardware(),
    }
