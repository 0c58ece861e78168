"""gunicorn's threaded worker, changed: no connection is lost at its end."""

from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # gunicorn has no types


class DrainingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A `ThreadWorker` that, when it stops, first accepts the connections that wait in the kernel's queue.

    Their clients believe that they were accepted, and would see the connections reset.

    ```python
    from gunicorn.util import load_class

    print(load_class("api.serving.draining_worker.DrainingWorker"))
    ```
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """Start or stop accepting connections; on the final stop, empty the kernel's queue first."""
        stopping = self._accepting and not enabled and not self.alive
        if stopping:
            for listener in self.sockets:
                self._accept_waiting(listener)
        super().set_accept_enabled(enabled)
        if stopping:
            for listener in self.sockets:
                listener.close()  # when all workers have done so, new clients are refused at once

    def _accept_waiting(self, listener: Any) -> None:
        accepted = -1
        while accepted != self.nr_conns:
            accepted = self.nr_conns
            self.accept(listener)
