"""Where a fine-tuning stands, as a JSON file for whoever runs it in the background.

[docs/fine-tuning.md](../../docs/fine-tuning.md#in-the-background) describes its fields.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from text_recognizer.files import write_json

Phase = Literal["preparing", "before", "learning", "cross-validation", "pages", "saving"]

SAVING_SECONDS = 40.0  # for export and int8, on two cores

_WRITE_SECONDS = 1.0  # between two writes while steps run: a reader needs no more


class StatusFile:
    """A JSON file that is replaced as a whole whenever a fine-tuning has come further.

    ```python
    from pathlib import Path

    from training.fine_tuning.status import StatusFile

    status = StatusFile(Path(folder) / "status.json", "mine")
    status.enter("learning", epochs=10)
    status.learned(0.25)
    status.failed("The disk is full.")
    print((Path(folder) / "status.json").read_text())
    ```

    Attributes:
        fields: What the file says.
    """

    def __init__(self, path: Path | None, name: str) -> None:
        """Write the first state.

        Args:
            path: The file; None to write nothing.
            name: Of the model that is made.

        Raises:
            OSError: If the file cannot be written.
        """
        self._path = path
        self._views, self._seen, self._of_training = 0, 0.0, 0
        self._began = self._written = time.monotonic()
        self.fields: dict[str, object] = {
            "name": name, "state": "running", "phase": "preparing", "epoch": None, "epochs": None,
            "progress": 0.0, "seconds_left": None, "cer_before": None, "cer_after": None,
            "others_cer_before": None, "others_cer_after": None, "models": [], "message": None,
        }  # fmt: skip
        self._write()

    def enter(self, phase: Phase, **known: object) -> None:
        """Begin a phase.

        Args:
            phase: Its name.
            known: Fields that are known by now.
        """
        self.fields.update(phase=phase, epoch=None, epochs=None)
        self.fields.update(known)
        if phase == "saving":
            self.fields.update(progress=1.0, seconds_left=SAVING_SECONDS)
        self._write()

    def expect(self, views: int) -> None:
        """State how many lines all trainings together will show; the time left is reckoned by that."""
        self._views, self._seen, self._began = views, 0.0, time.monotonic()

    def train(self, views: int) -> None:
        """Begin a training that shows so many lines."""
        self._seen += self._of_training
        self._of_training = views

    def learned(self, share: float) -> None:
        """Report the share of a training that is done, 0-1."""
        now = time.monotonic()
        if now - self._written < _WRITE_SECONDS:
            return
        done = (self._seen + share * self._of_training) / max(1, self._views)
        epochs = self.fields["epochs"]
        if isinstance(epochs, int):
            self.fields["epoch"] = min(epochs, 1 + int(share * epochs))
        self.fields["progress"] = round(done, 3)
        if done:
            left = (now - self._began) * (1 - done) / done + SAVING_SECONDS
            self.fields["seconds_left"] = round(left, 1)
        self._write()

    def done(self, models: list[str], **known: object) -> None:
        """End well.

        Args:
            models: Names of what was written.
            known: Fields that are known by now.
        """
        self.fields.update(state="done", progress=1.0, seconds_left=0.0, models=models)
        self.fields.update(known)
        self._write()

    def failed(self, message: str) -> None:
        """End with what went wrong."""
        self.fields.update(state="failed", seconds_left=None, message=message)
        self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        if self._path is not None:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            write_json(self._path, {**self.fields, "updated": now})
