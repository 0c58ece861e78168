"""The trials of a sweep as a table and as plots."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from optuna.trial import FrozenTrial, TrialState

from text_recognizer.files import replacing, write_atomically

TABLE, PLOTS = "trials.csv", "trials.png"

_COLUMNS = 3  # of panels
_PANEL_IN = (4.2, 2.8)  # inches, at 100 dpi


def write_report(study: optuna.Study, metric: str, folder: Path) -> None:
    """Write `trials.csv`, a row per trial, and `trials.png` into a folder.

    The plots show the value of each trial and the best so far, the curves of all trials, and the values over
    each parameter.
    """
    trials = study.get_trials(deepcopy=False)
    write_atomically(folder / TABLE, table(trials, metric))
    parameters = sorted({name for trial in trials for name in trial.params})
    rows = -(-(2 + len(parameters)) // _COLUMNS)
    figure = Figure(figsize=(_PANEL_IN[0] * _COLUMNS, _PANEL_IN[1] * rows), layout="constrained")
    panels = figure.subplots(rows, _COLUMNS, squeeze=False).flat
    _draw_values(next(panels), trials, study.direction == optuna.study.StudyDirection.MINIMIZE, metric)
    _draw_curves(next(panels), trials, metric)
    for name in parameters:
        _draw_parameter(next(panels), trials, name, metric)
    for panel in panels:
        panel.set_axis_off()
    with replacing(folder / PLOTS) as partial, partial.open("wb") as file:
        figure.savefig(file, format="png", dpi=100)


def table(trials: Sequence[FrozenTrial], metric: str) -> str:
    """Return the trials as CSV: number, state, value, epochs, parameters, error."""
    parameters = sorted({name for trial in trials for name in trial.params})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["trial", "state", metric, "epochs", *parameters, "error"])
    for trial in trials:
        value = "" if trial.value is None or trial.state == TrialState.PRUNED else f"{trial.value:.6g}"
        values = [_text(trial.params.get(name)) for name in parameters]
        epochs, error = len(trial.intermediate_values), trial.user_attrs.get("error", "")
        writer.writerow([trial.number, trial.state.name.lower(), value, epochs, *values, error])
    return text.getvalue()


def summary(study: optuna.Study, metric: str) -> str:
    """Return how many trials ended in which state, and the best."""
    trials = study.get_trials(deepcopy=False)
    states = [trial.state.name.lower() for trial in trials]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    if "complete" not in states:
        return f"{len(trials)} trials: {counts or 'none'}"
    best = study.best_trial
    return f"{len(trials)} trials: {counts}; best is {best.number}: {metric} {best.value:.4g}, {best.params}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _complete(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    return [trial for trial in trials if trial.state == TrialState.COMPLETE]


def _draw_values(panel: Axes, trials: Sequence[FrozenTrial], low_is_good: bool, metric: str) -> None:
    numbers = [trial.number for trial in _complete(trials)]
    values = np.array([trial.value for trial in _complete(trials)], np.float64)
    panel.plot(numbers, values, "o", markersize=4)
    if len(values):
        panel.step(numbers, (np.minimum if low_is_good else np.maximum).accumulate(values), where="post")
    panel.set(xlabel="trial", ylabel=metric, title="value of each trial, best so far")


def _draw_curves(panel: Axes, trials: Sequence[FrozenTrial], metric: str) -> None:
    for trial in trials:
        epochs = sorted(trial.intermediate_values)
        style = "--" if trial.state == TrialState.PRUNED else "-"
        panel.plot(
            [e + 1 for e in epochs], [trial.intermediate_values[e] for e in epochs], style, linewidth=0.8
        )
    panel.set(xlabel="epoch", ylabel=metric, title="curves; dashed: pruned")


def _draw_parameter(panel: Axes, trials: Sequence[FrozenTrial], name: str, metric: str) -> None:
    shown = [trial for trial in _complete(trials) if name in trial.params]
    values = [trial.params[name] for trial in shown]
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    places = values if numeric else [_text(value) for value in values]
    panel.plot(places, np.array([trial.value for trial in shown], np.float64), "o", markersize=4)
    positive = [value for value in values if numeric and value > 0]
    if numeric and positive and len(positive) == len(values) and max(positive) / min(positive) >= 30:
        panel.set_xscale("log")  # such a range was searched in powers
    panel.set(xlabel=name, ylabel=metric)
