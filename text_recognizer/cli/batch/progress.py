"""How far a run of many pages is: a line on a terminal that renews itself, and a summary."""

import contextlib
import sys
import time
from collections.abc import Callable

_RENEW_SECONDS = 0.2  # more often nobody can read it
_CLEAR_LINE = "\r\x1b[K"  # ECMA-48: to the begin of the line, erase to its end


class Progress:
    """Counts pages and documents.

    ```python
    from text_recognizer.cli.batch.progress import Progress

    progress = Progress(documents=2, shown=False)
    progress.page(True)
    progress.document()
    print(progress.summary())
    ```
    """

    def __init__(self, documents: int, shown: bool, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin to count.

        Args:
            documents: How many there are.
            shown: Whether the line is shown.
            clock: Seconds.
        """
        self._documents, self._shown, self._clock = documents, shown, clock
        self._start = clock()
        self._renewed = float("-inf")
        self.pages = self.known = self.failures = self.done = self.skipped = 0

    def page(self, read: bool, known: bool = False) -> None:
        """Count a page that was read, or could not be, or was known already."""
        if known:
            self.known += 1
        elif read:
            self.pages += 1
        else:
            self.failures += 1
        self._renew()

    def document(self, skipped: bool = False) -> None:
        """Count a document that is finished, or was so before."""
        self.done += 1
        self.skipped += skipped
        self._renew()

    def hide(self) -> None:
        """Remove the line, so that something else can be printed."""
        if self._shown:
            self._print(_CLEAR_LINE)

    def line(self) -> str:
        """Return the line: what is done, pages per second, and how long the rest takes."""
        seconds = self._clock() - self._start
        speed = self.pages / seconds if seconds else 0.0
        parts = [f"{self.done}/{self._documents} documents", f"{self.pages} pages", f"{speed:.1f} pages/s"]
        if self.failures:
            parts.append(f"{self.failures} failed")
        worked, left = self.done - self.skipped, self._documents - self.done
        if worked and left:
            parts.append(f"{_duration(seconds * left / worked)} left")
        return ", ".join(parts)

    def summary(self) -> str:
        """Return a sentence about the whole run."""
        seconds = self._clock() - self._start
        speed = f" ({self.pages / seconds:.1f} pages/s)" if seconds else ""
        parts = [f"{self.pages} pages of {self.done - self.skipped} documents in {_duration(seconds)}{speed}"]
        for count, what in (
            (self.known, "pages were read before"),
            (self.skipped, "documents were finished before"),
            (self.failures, "failed"),
        ):
            if count:
                parts.append(f"{count} {what}")
        return "; ".join(parts)

    def _renew(self) -> None:
        if self._shown and self._clock() - self._renewed >= _RENEW_SECONDS:
            self._renewed = self._clock()
            self._print(f"{_CLEAR_LINE}{self.line()}")

    def _print(self, text: str) -> None:
        with contextlib.suppress(OSError):
            print(text, end="", file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    """Return a time as 12 s, 3:05 min or 2:00:07 h."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02} h"
    return f"{minutes}:{rest:02} min" if minutes else f"{rest} s"
