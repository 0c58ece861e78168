"""Draw loss and validation metric of runs, epoch by epoch: `python -m training.plot_history RUN ...`."""

import argparse
import csv
import io
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from text_recognizer.arrays import Reals
from text_recognizer.errors import DataError
from text_recognizer.files import replacing
from text_recognizer.tooling.command import command_parser, run_command
from training.runs import CONFIG, HISTORY

# Of words, lines, characters and detectors; words have a CER, too.
_MONITORS = ("val_word_accuracy", "val_cer", "val_accuracy", "val_score")

_WIDTH_IN, _PANEL_HEIGHT_IN = 7.0, 2.6  # inches; at 100 dpi a picture that fits beside text
_DPI = 100  # small files: a curve needs no more
_COLOURS = 32  # enough for curves and their edges, at a tenth of the bytes

logger = logging.getLogger(__name__)


def read_history(run: Path) -> dict[str, Reals]:
    """Return the columns of a run's history.csv, each (epochs,); an empty cell is NaN.

    Args:
        run: Folder of the run.

    Raises:
        DataError: If there is no history, or it has no epoch.
    """
    path = run / HISTORY
    if not path.is_file():
        raise DataError(f"There is no {HISTORY} in {run}. Name the folder of a run, such as training/runs/*.")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        columns = {name: np.array([float(row[name] or "nan") for row in rows]) for name in rows[0]}
    except (IndexError, TypeError, ValueError) as error:
        raise DataError(f"{path} is no table of numbers: {error}. Let an epoch finish first.") from error
    if "epoch" not in columns:
        raise DataError(f"{path} has no column 'epoch', but {', '.join(columns)}.")
    return columns


def metric_of(columns: Mapping[str, Reals]) -> str | None:
    """Return which of the columns, each (epochs,), the run was watched by; None if it has none of these."""
    return next((name for name in _MONITORS if name in columns), None)


def label_of(run: Path) -> str:
    """Return what the legend calls a run: its network and data set, or the name of its folder."""
    try:
        config = json.loads((run / CONFIG).read_text(encoding="utf-8"))
        return f"{config['network']} on {config['dataset']}"
    except (OSError, ValueError, KeyError, TypeError):
        return run.resolve().name


def draw_history(runs: Sequence[Path], labels: Sequence[str] | None = None) -> Figure:
    """Return a picture with a panel for the losses and one for each validation metric of the runs.

    Args:
        runs: Folders of runs.
        labels: What the legend calls them; default: see `label_of`, with the folder where two are the same.

    Raises:
        DataError: If a folder holds no history.
    """
    histories = [read_history(run) for run in runs]
    labels = labels or _labels(runs)
    metrics = [metric_of(history) for history in histories]
    panels = ["loss", *dict.fromkeys(metric for metric in metrics if metric is not None)]
    figure = Figure(figsize=(_WIDTH_IN, _PANEL_HEIGHT_IN * len(panels)), dpi=_DPI, layout="constrained")
    for axes, panel in zip(np.ravel(figure.subplots(len(panels), sharex=True)), panels, strict=True):
        for history, label in zip(histories, labels, strict=True):
            _draw(axes, panel, history, label)
        axes.set_ylabel(panel.removeprefix("val_"))
        axes.legend(fontsize="small")
    axes.set_xlabel("epoch")
    return figure


def _draw(axes: Axes, panel: str, history: Mapping[str, Reals], label: str) -> None:
    """Draw a run's columns, (epochs,), into a panel; the loss on validation is dashed, in the same colour."""
    if panel not in history:
        return
    (line,) = axes.plot(history["epoch"], history[panel], marker=".", label=label)
    if panel == "loss" and "val_loss" in history:
        axes.plot(
            history["epoch"], history["val_loss"], "--", color=line.get_color(), label=f"{label}, validation"
        )


def _labels(runs: Sequence[Path]) -> list[str]:
    labels = [label_of(run) for run in runs]
    return [
        f"{label} ({run.resolve().name})" if labels.count(label) > 1 else label
        for run, label in zip(runs, labels, strict=True)
    ]


def picture(figure: Figure) -> Image.Image:
    """Return a figure as an image of few colours, small enough for documents and notebooks."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return Image.open(buffer).convert("RGB").quantize(_COLOURS)


def _work(options: argparse.Namespace) -> None:
    path = options.output or options.runs[0] / "history.png"
    with replacing(path) as partial:
        picture(draw_history(options.runs)).save(partial, format="PNG", optimize=True)
    logger.info("Written to %s", path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folder of a run")
    parser.add_argument(
        "--output", type=Path, metavar="PNG", help="default: history.png in the folder of the first run"
    )
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
