"""SIGTERM and Ctrl-C: at once where nothing is lost by it, else after the step of training that runs.

```python
import os
import signal

from training.session.stopping import StopRequested, stoppable

try:
    with stoppable():
        os.kill(os.getpid(), signal.SIGTERM)
except StopRequested as stop:
    print(stop)
```
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType


class StopRequested(BaseException):
    """The process has been asked to end, by SIGTERM; no error, so that nothing mistakes it for one.

    ```python
    from training.session.stopping import StopRequested

    try:
        raise StopRequested("SIGTERM")
    except StopRequested as stop:
        print(stop)
    ```
    """


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise `StopRequested` where the main thread is when SIGTERM comes, while a `with` block runs."""
    if threading.current_thread() is not threading.main_thread():  # only it may set handlers
        yield
        return
    former = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


class DeferredStop:
    """Holds SIGTERM and Ctrl-C back while a step of training would be lost by them.

    ```python
    import os
    import signal

    from training.session.stopping import DeferredStop, StopRequested

    try:
        with DeferredStop() as stop:
            stop.hold()
            os.kill(os.getpid(), signal.SIGTERM)
            print("the step ends, and is saved:", stop.requested)
            stop.release()
    except StopRequested:
        print("then the process ends")
    ```

    Attributes:
        requested: Whether a signal has come.
    """

    def __init__(self) -> None:
        """Hold nothing back yet."""
        self.requested = False
        self._held = False
        self._error: type[BaseException] = StopRequested

    def __enter__(self) -> "DeferredStop":
        """Take the signals, if this is the main thread."""
        self._former = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._former[number] = signal.signal(number, self._receive)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the signals back to who had them."""
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def hold(self) -> None:
        """From now on, a signal waits for `release`; a second one does not."""
        self._held = True

    def release(self) -> None:
        """End the process by the signal that has come, if any, or by the next one at once.

        Raises:
            StopRequested: After SIGTERM.
            KeyboardInterrupt: After Ctrl-C.
        """
        self._held = False
        if self.requested:
            raise self._error("SIGTERM" if self._error is StopRequested else "")

    def _receive(self, number: int, frame: FrameType | None) -> None:
        again, self.requested = self.requested, True
        self._error = StopRequested if number == signal.SIGTERM else KeyboardInterrupt
        if again or not self._held:
            self.release()


def _stop(number: int, frame: FrameType | None) -> None:
    raise StopRequested("SIGTERM")
