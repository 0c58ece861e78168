"""A thread of each worker that does the jobs of the queue, one after the other, beside the requests."""

import logging
import threading
from collections.abc import Callable

from flask import Flask

from api import logs
from api.documents.jobs import Jobs, Task
from api.documents.rendering import Rendered, rendered_problem

POLL_S = 1.0  # other workers submit jobs, too, and leave some when they die


class JobRunner:
    """Does jobs until the process ends.

    ```python
    from pathlib import Path

    from flask import Flask

    from api.documents.jobs import Jobs, Order
    from api.documents.rendering import Rendered
    from api.documents.runner import JobRunner

    jobs = Jobs(Path(folder) / "runner-jobs", most=10, seconds=60.0, max_result_bytes=1000)
    runner = JobRunner(Flask("example"), jobs, lambda task: Rendered(200, "text/plain", task.document()))
    name = jobs.submit(b"a document", Order(1, [1], "text", None, None))
    print(runner.run_one(), jobs.state(name))
    ```
    """

    def __init__(self, app: Flask, jobs: Jobs, work: Callable[[Task], Rendered]) -> None:
        """Prepare.

        Args:
            app: Whose log gets what fails unexpectedly.
            jobs: The queue.
            work: Does a task; what it raises becomes a problem object.
        """
        self._app, self._jobs, self._work = app, jobs, work
        self._woken = threading.Event()

    def start(self) -> None:
        """Start the thread; it does not keep the process from ending."""
        threading.Thread(target=self._run, name="jobs", daemon=True).start()

    def wake(self) -> None:
        """Look for a job at once."""
        self._woken.set()

    def run_one(self) -> bool:
        """Do a job; tell whether there was one.

        Raises:
            OSError: If the folder of the jobs cannot be used.
        """
        with self._jobs.claimed() as task:
            if task is None:
                return False
            with self._app.app_context():
                try:
                    result = self._work(task)
                except Exception as error:
                    result = rendered_problem(error)
            self._jobs.finish(task, result)
        return True

    def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                self._jobs.sweep()
                while self.run_one():
                    pass
            except Exception:
                logging.getLogger(logs.LOGGER).exception("The folder of the jobs cannot be used.")
            self._woken.wait(POLL_S)
