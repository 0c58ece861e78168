import os
from pathlib import Path

from training.sweeping.trial_folders import ALIVE, TrialFolder


def test_a_trial_is_abandoned_when_its_worker_gives_no_sign_of_life(tmp_path: Path) -> None:
    trial = TrialFolder(tmp_path, 3)
    trial.begin()
    with trial.working():
        assert not trial.abandoned(stale_s=60)
        os.utime(trial.path / ALIVE, (0, 0))
        assert trial.abandoned(stale_s=60)
    assert trial.abandoned(stale_s=60)
    assert trial.path.name == "0003"
