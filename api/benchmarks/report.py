"""Writes the results of the benchmarks to evaluation/results/service/ and checks their goals."""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from text_recognizer.errors import TextRecognizerError
from text_recognizer.files import write_json
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.command import command_parser
from text_recognizer.tooling.hardware import hardware

FOLDER = Path(__file__).resolve().parents[2] / "evaluation" / "results" / "service"


class MissedGoalError(TextRecognizerError):
    """A benchmark missed a goal.

    ```python
    from pathlib import Path

    from api.benchmarks.report import MissedGoalError, finish

    try:
        finish("start", {"seconds": 2.4}, {"ready within 2 s": False}, Path(folder, "start.json"))
    except MissedGoalError as error:
        print(error)
    ```
    """


def benchmark_parser(description: str | None) -> argparse.ArgumentParser:
    """Return the parser of a benchmark, with the option `--json`."""
    parser = command_parser(description)
    parser.add_argument("--json", type=Path, help="write here instead of evaluation/results/service/")
    return parser


def finish(name: str, result: Mapping[str, Any], goals: Mapping[str, bool], path: Path | None = None) -> None:
    """Write a result and print it.

    Args:
        name: Name of the file.
        result: The measured values.
        goals: The goals in words, and whether each was reached.
        path: Where to write instead of `FOLDER`.

    Raises:
        MissedGoalError: If a goal was missed.
    """
    entry = {
        **result,
        "goals": dict(goals),
        "hardware": hardware(),
        "commit": current_commit(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(path or FOLDER / f"{name}.json", entry)
    sys.stdout.write(json.dumps(entry, indent=2, ensure_ascii=False) + "\n")
    if missed := [goal for goal, reached in goals.items() if not reached]:
        raise MissedGoalError(f"Missed: {'; '.join(missed)}.")
