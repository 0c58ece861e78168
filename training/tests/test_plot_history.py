import json
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from text_recognizer.errors import DataError
from text_recognizer.tests.repository import ROOT
from training.plot_history import draw_history, label_of, main, metric_of, read_history


def write_run(folder: Path, table: str, **config: str) -> Path:
    folder.mkdir()
    (folder / "history.csv").write_text(table)
    if config:
        (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    table = "epoch,loss,val_cer,val_wer\n1,9.5,0.8,0.9\n2,4.5,0.3,0.6\n"
    return write_run(tmp_path / "lines_1", table, network="line_conv_ctc", dataset="IamLinesDataset")


@pytest.fixture
def characters(tmp_path: Path) -> Path:
    table = "epoch,loss,val_accuracy,val_loss\n1,1.0,0.7,1.1\n2,0.5,0.8,0.6\n3,0.4,0.82,\n"
    return write_run(tmp_path / "characters", table)


def panels(figure: Figure) -> dict[str, dict[str, list[float]]]:
    """Return the curves by the name of their panel and by their label."""
    return {
        axes.get_ylabel(): {
            str(line.get_label()): np.asarray(line.get_ydata()).tolist() for line in axes.lines
        }
        for axes in figure.axes
    }


def test_losses_share_a_panel_and_each_metric_has_its_own(lines: Path, characters: Path) -> None:
    found = panels(draw_history([lines, characters]))
    assert list(found) == ["loss", "cer", "accuracy"]
    assert list(found["loss"]) == [
        "line_conv_ctc on IamLinesDataset",
        "characters",
        "characters, validation",
    ]
    assert found["cer"] == {"line_conv_ctc on IamLinesDataset": [0.8, 0.3]}
    assert found["accuracy"] == {"characters": [0.7, 0.8, 0.82]}


def test_runs_of_one_name_are_told_apart_by_their_folders(lines: Path, tmp_path: Path) -> None:
    second = write_run(tmp_path / "lines_2", "epoch,loss\n1,3\n", network="n", dataset="d")
    third = write_run(tmp_path / "lines_3", "epoch,loss\n1,2\n", network="n", dataset="d")
    assert label_of(second) == "n on d"
    curves = panels(draw_history([lines, second, third]))["loss"]
    assert list(curves) == ["line_conv_ctc on IamLinesDataset", "n on d (lines_2)", "n on d (lines_3)"]


def test_the_metric_that_a_model_is_watched_by_is_drawn() -> None:
    models = "".join(path.read_text() for path in (ROOT / "text_recognizer" / "models").glob("*.py"))
    monitors = re.findall(r'^    monitor = "(\w+)"', models, re.MULTILINE)
    assert len(monitors) >= 3
    for monitor in monitors:
        assert metric_of({"val_loss": np.ones(1), f"val_{monitor}": np.ones(1)}) == f"val_{monitor}"


def test_an_empty_cell_is_no_number(characters: Path) -> None:
    assert np.isnan(read_history(characters)["val_loss"]).tolist() == [False, False, True]


@pytest.mark.slow
def test_the_command_writes_a_picture(lines: Path, characters: Path, tmp_path: Path) -> None:
    assert main([str(lines)]) == 0
    assert main([str(lines), str(characters), "--output", str(tmp_path / "both.png")]) == 0
    with Image.open(lines / "history.png") as one, Image.open(tmp_path / "both.png") as both:
        assert one.format == both.format == "PNG"
        assert both.height > one.height
    assert (tmp_path / "both.png").stat().st_size < 100_000


@pytest.mark.parametrize("table", ["", "epoch,loss\n", "epoch,loss\n1,high\n", "step,loss\n1,2\n"])
def test_what_is_no_history_is_refused(table: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main([str(write_run(tmp_path / "run", table))]) == 1
    assert "history.csv" in caplog.text
    with pytest.raises(DataError, match="Name the folder of a run"):
        read_history(tmp_path)
