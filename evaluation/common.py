"""What all evaluations share: arguments, the choice of items, timing, the result file."""

import argparse
import json
import logging
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from text_recognizer.artifacts import Artifact
from text_recognizer.datasets.data_root import raw_dir, set_mirror
from text_recognizer.datasets.dataset import SPLIT_NAMES
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.tooling.checkout import current_commit

RESULTS = Path(__file__).parent / "results"
WORST = 20
TEXT_CONVENTION = "natural spelling, case and punctuation count"

Item = TypeVar("Item")
Prepared = TypeVar("Prepared")
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


def argument_parser(description: str | None, default_weights: str) -> argparse.ArgumentParser:
    """Return a parser with the arguments of every evaluation."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n")[0])
    parser.add_argument("--data-root", type=Path, help="folder that holds emnist/, iam/, other_hands/ ...")
    parser.add_argument("--split", choices=SPLIT_NAMES, default="test", help="default: %(default)s")
    parser.add_argument("--weights", default=default_weights, help="name of the model; default: %(default)s")
    parser.add_argument("--limit", type=int, help="score this many items, spread over all of them")
    parser.add_argument("--json", type=Path, help="write here instead of evaluation/results/")
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
        arguments: Of the command line.

    Returns:
        The exit status: 0, or 1 if data or weights are missing.
    """
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if options.data_root is not None:
        set_mirror(options.data_root)
    try:
        name, result = evaluate(options)
    except TextRecognizerError as error:
        logger.error("%s", error)
        return 1
    path = options.json or RESULTS / f"{name}{'' if options.limit is None else f'_limit{options.limit}'}.json"
    write_result(result, path)
    shown = {key: value for key, value in result.items() if not isinstance(value, list | dict)}
    sys.stdout.write(json.dumps(shown, indent=2) + f"\nWritten to {path}\n")
    return 0


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
        "weights": artifact.name,
        "weights_sha256": artifact.sha256,
        "commit": current_commit(),
        "hardware": _hardware(),
    }


def write_result(result: Mapping[str, Any], path: Path) -> None:
    """Write JSON, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(temporary, path)


def _hardware() -> str:
    """Return the name of the processor and the number of cores this process may use."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        models = [line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if "model name" in line]
        name = models[0].partition(":")[2].strip() if models else name
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores"
