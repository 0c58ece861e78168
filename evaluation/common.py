"""What all evaluations share: arguments, the choice of items, timing, the result file."""

import argparse
import json
import logging
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from text_recognizer.datasets.dataset import SPLIT_NAMES, Dataset
from text_recognizer.errors import ConfigError, DataError, TextRecognizerError
from text_recognizer.inference.artifacts import Artifact
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.data_root import raw_dir, set_mirror
from text_recognizer.tooling.overrides import (
    add_override_argument,
    argument_names,
    check_arguments,
    parse_overrides,
    with_overrides,
)

RESULTS = Path(__file__).parent / "results"
WORST = 20
TEXT_CONVENTION = "natural spelling, case and punctuation count"

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
        generated: The classes behind those values of `--dataset` that are made from arguments.
    """
    parser = argparse.ArgumentParser(description=(description or "").split("\n")[0])
    parser.add_argument("--data-root", type=Path, help="folder that holds emnist/, iam/, other_hands/ ...")
    parser.add_argument("--split", choices=SPLIT_NAMES, default="test", help="default: %(default)s")
    parser.add_argument("--weights", default=default_weights, help="name of the model; default: %(default)s")
    parser.add_argument("--limit", type=int, help="score this many items, spread over all of them")
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


def parse_options(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options with the overrides applied; those of the data set lie in `dataset_args`.

    Raises:
        ConfigError: If an override names something unknown.
    """
    options = parser.parse_args(arguments)
    known = sorted(set(vars(options)) - {"generated", "override"})
    of_dataset, of_command = [], []
    for text in options.override:
        key, _, value = text.partition("=")
        if key.partition(".")[0] == "dataset_args":
            of_dataset.append(text)
        elif key in known:
            of_command.append(f"--{key.replace('_', '-')}={value}")
        else:
            raise ConfigError(f"Expected overrides among {[*known, 'dataset_args.NAME']}; received {text!r}.")
    options = parser.parse_args([*(sys.argv[1:] if arguments is None else arguments), *of_command])
    options.dataset_args = with_overrides({"dataset_args": {}}, parse_overrides(of_dataset))["dataset_args"]
    if not isinstance(options.dataset_args, dict):
        raise ConfigError(f"Expected an object for dataset_args; received {options.dataset_args!r}.")
    if options.dataset in options.generated:
        cls = options.generated[options.dataset]
        check_arguments(options.dataset, cls, options.dataset_args, skip=0)
    elif options.dataset_args:
        raise ConfigError(
            f"Expected no dataset_args: {options.dataset} is read as it is; received {options.dataset_args}."
        )
    return options


def run_evaluation(
    parser: argparse.ArgumentParser,
    evaluate: Callable[[argparse.Namespace], tuple[str, dict[str, Any]]],
    arguments: Sequence[str] | None = None,
) -> int:
    """Parse the command line, evaluate, write the result and report it.

    Args:
        parser: From `argument_parser`.
        evaluate: Returns the name of the result and the result.
        arguments: Of the command line.

    Returns:
        The exit status: 0, or 1 if data or weights are missing or an override fits nothing.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        options = parse_options(parser, arguments)
        if options.data_root is not None:
            set_mirror(options.data_root)
        name, result = evaluate(options)
    except TextRecognizerError as error:
        logger.error("%s", error)
        return 1
    path = options.json or RESULTS / f"{name}{_restriction(options)}.json"
    write_result(result, path)
    shown = {key: value for key, value in result.items() if not isinstance(value, list | dict)}
    sys.stdout.write(json.dumps(shown, indent=2) + f"\nWritten to {path}\n")
    return 0


def _restriction(options: argparse.Namespace) -> str:
    """Return what tells the file of a partial or changed data set from that of the whole one."""
    changes = [f"_{name}={value}" for name, value in sorted(options.dataset_args.items())]
    limit = "" if options.limit is None else f"_limit{options.limit}"
    return re.sub(r"[^\w.=-]", "-", "".join(changes)) + limit


def source_folder(options: argparse.Namespace, name: str) -> Path:
    """Return the folder of data set `name`, e.g. `iam` or `other_hands/csafe_pages`.

    Raises:
        DataError: If it does not exist.
    """
    folder = raw_dir(name) if options.data_root is None else options.data_root / name
    if not folder.is_dir():
        raise DataError(
            f"Expected the folder {name} of a data root; {folder} is none. Name the root with --data-root, "
            "or see data/raw/ on how to get the data."
        )
    return Path(folder)


def spread(items: Sequence[Item], limit: int | None) -> list[Item]:
    """Return `limit` items at equal distances, or all of them.

    Raises:
        DataError: If there is no item at all.
    """
    if not items:
        raise DataError(
            "Expected items to score; this data root holds none of the split. Choose another --split."
        )
    count = len(items) if limit is None else max(1, min(limit, len(items)))
    return [items[i * len(items) // count] for i in range(count)]


def timed(
    function: Callable[[Prepared], Result], items: Sequence[Item], prepare: Callable[[Item], Prepared]
) -> tuple[list[Result], float]:
    """Call `function` on what `prepare` makes of each item, on the first one twice.

    Returns:
        The results and the median time of a warm call in milliseconds, preparation not counted.
    """
    function(prepare(items[0]))
    results, seconds = [], []
    progress = time.monotonic()
    for index, item in enumerate(items):
        prepared = prepare(item)
        started = time.perf_counter()
        results.append(function(prepared))
        seconds.append(time.perf_counter() - started)
        if time.monotonic() - progress > 15:
            progress = time.monotonic()
            logger.info("%d of %d", index + 1, len(items))
    return results, 1000 * statistics.median(seconds)


def describe_run(artifact: Artifact, options: argparse.Namespace, dataset: str) -> dict[str, Any]:
    """Return what every result says about its making."""
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


def write_result(result: Mapping[str, Any], path: Path) -> None:
    """Write JSON, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(temporary, path)


def hardware() -> str:
    """Return the name of the processor and the number of cores this process may use."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        models = [line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if "model name" in line]
        name = models[0].partition(":")[2].strip() if models else name
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores"
