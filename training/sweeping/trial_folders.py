"""The folders of the trials: which of them somebody works on.

A worker touches the file `alive` in the folder of its trial. If it has not for a while, by the clock of the
file system that all workers share, the worker is dead.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ALIVE, PROBE = "alive", ".clock"

STALE_S = 300.0  # without a sign of life: longer than any machine or network file system pauses
_TOUCH_S = 15.0  # between signs of life


class TrialFolder:
    """The folder of one trial.

    ```python
    from pathlib import Path

    from training.sweeping.trial_folders import TrialFolder

    trial = TrialFolder(Path(folder) / "sweep", number=0)
    trial.begin()
    with trial.working():
        print(trial.abandoned(stale_s=60))  # False: it is alive
    print(trial.abandoned(stale_s=60))  # True: its worker has left it
    ```

    Attributes:
        path: Of the folder; the run is in it.
    """

    def __init__(self, sweep: Path, number: int) -> None:
        """Name the folder of trial `number` of a sweep."""
        self.path = sweep / "trials" / f"{number:04d}"

    def begin(self) -> None:
        """Give the first sign of life, while no other worker may look for abandoned trials."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / ALIVE).touch()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Give signs of life while a `with` block runs, and none after it."""
        ended = threading.Event()
        thread = threading.Thread(target=self._touch_until, args=(ended,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            (self.path / ALIVE).unlink(missing_ok=True)

    def abandoned(self, stale_s: float = STALE_S) -> bool:
        """Return whether the last sign of life is older than `stale_s` seconds, or there is none."""
        alive, probe = self.path / ALIVE, self.path / PROBE
        if not alive.exists():
            return True
        probe.touch()  # its time is that of the file system
        return probe.stat().st_mtime - alive.stat().st_mtime >= stale_s

    def _touch_until(self, ended: threading.Event) -> None:
        while not ended.wait(_TOUCH_S):
            (self.path / ALIVE).touch()
