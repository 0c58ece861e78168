"""A run is fitted to its last epoch, from its last checkpoint if there is one."""

import logging
from pathlib import Path

import pytest

from text_recognizer.models.character_model import CharacterModel
from text_recognizer.networks import NETWORKS
from training.config import TrainConfig
from training.fitting.batches import Batches
from training.fitting.callbacks import BEST, LAST
from training.fitting.fit_run import fit_run
from training.fitting.mixture import Mixture
from training.fitting.training_model import TrainingModel
from training.runs import HISTORY
from training.tests.conftest import BarCharacters


def fitted(run_dir: Path, epochs: int, resume: bool) -> dict[str, float]:
    """Fit a tiny network to eight bars, from scratch or what is in `run_dir`; return its best epoch."""
    bars = BarCharacters()
    bars.load_or_generate_data()
    model = CharacterModel(NETWORKS["mlp"]((28, 28, 1), (62,), layer_size=8, num_layers=1))
    config = TrainConfig(epochs=epochs, batch_size=4, schedule="constant")
    batches = Batches(bars.train, model, Mixture([8], epochs=epochs), batch_size=4, seed=0, augment=False)
    trained = TrainingModel(model.network, model.loss)
    return fit_run(model, trained, batches, bars.validation, config, run_dir, resume, ())


def test_a_run_begins_continues_and_ends_with_its_last_epoch(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert fitted(tmp_path, epochs=1, resume=True)["epoch"] == 1
        assert "no checkpoint to go on from" in caplog.text
        fitted(tmp_path, epochs=2, resume=True)
        assert "Resumed after 1 epochs and 0 steps" in caplog.text
    rows = (tmp_path / HISTORY).read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["epoch", "1", "2"]
    assert (tmp_path / LAST).is_file()
    assert (tmp_path / BEST).is_file()
    fitted(tmp_path, epochs=2, resume=True)
    assert (tmp_path / HISTORY).read_text().splitlines() == rows, "nothing is left to train"
