"""Results of the measurements: files under evaluation/results/service/, and what they must reach."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluation.common import RESULTS
from text_recognizer.files import write_json
from text_recognizer.tooling.checkout import current_commit
from text_recognizer.tooling.hardware import hardware

FOLDER = RESULTS / "service"


def finish(name: str, result: Mapping[str, Any], goals: Mapping[str, bool], path: Path | None = None) -> int:
    """Write a result, print it, and return the exit status.

    Args:
        name: Of the file.
        result: What was measured.
        goals: What it should reach, in words, and whether it does.
        path: Where to write instead of `FOLDER`.

    Returns:
        0, or 1 if a goal was missed.
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
    return 0 if all(goals.values()) else 1
