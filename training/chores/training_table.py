"""Write the table in docs/training.md of how the shipped weights were trained, from their manifests."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from text_recognizer.inference.artifacts import WEIGHTS_DIR, available, read_manifest
from text_recognizer.tooling.command import command_parser, run_command
from text_recognizer.tooling.markdown_block import DOCS, rewrite_block
from training.config import ExperimentConfig
from training.runs import EXPERIMENTS, changes_of_model

TASKS = EXPERIMENTS.parents[1] / "tasks"
PAGE = DOCS / "training.md"
BEGIN, END = "<!-- training: made by training/chores/training_table.py -->", "<!-- end of training -->"

_FIELDS = ("name", "experiment", "parameters", "epoch", "scores", "commit")
_COLUMNS = ("weights", "task", "experiment", "parameters", "seed", "epoch", "validation", "commit")


def table(weights_dir: Path = WEIGHTS_DIR) -> str:
    """Return the table as Markdown, models in the order of their names."""
    experiments = {
        path.stem: ExperimentConfig.from_text(str(path))
        for path in sorted(EXPERIMENTS.glob("*.json"))
        if "dataset" in json.loads(path.read_text(encoding="utf-8"))
    }
    manifests = [read_manifest(weights_dir / name, *_FIELDS) for name in available(weights_dir)]
    header = [f"| {' | '.join(_COLUMNS)} |", "|---" * len(_COLUMNS) + "|"]
    return "\n".join([*header, *(_row(manifest, experiments) for manifest in manifests)])


def _row(manifest: Mapping[str, Any], experiments: Mapping[str, ExperimentConfig]) -> str:
    config = ExperimentConfig.from_dict(manifest["experiment"])
    stem = next(
        (stem for stem, made_by in experiments.items() if not changes_of_model(config, made_by)), None
    )
    scores = ", ".join(f"{name} {value:.4g}" for name, value in manifest["scores"].items())
    return (
        f"| {manifest['name']} | {_task(stem)} | {stem or 'changed since'} | {manifest['parameters']:,} "
        f"| {config.train_args.seed} | {manifest['epoch']} of {config.train_args.epochs} | {scores} "
        f"| {manifest['commit'][:7]} |"
    )


def _task(stem: str | None) -> str:
    """Return the script that runs an experiment, empty if there is none."""
    scripts = sorted(TASKS.glob("train_*.sh"))
    named = [path.name for path in scripts if re.search(rf"\b{stem}\b", path.read_text("utf-8"))]
    return named[0] if stem and named else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite the table; returns the exit status."""
    return run_command(command_parser(__doc__), lambda _: rewrite_block(PAGE, BEGIN, END, table()), arguments)


if __name__ == "__main__":
    sys.exit(main())
