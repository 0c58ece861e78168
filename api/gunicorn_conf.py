"""Settings of gunicorn: `gunicorn --config python:api.gunicorn_conf`.

Its command line goes before, as in `--bind`.
"""

import math
import os
import shutil
import tempfile
from typing import Any

# Before numpy is imported: its linear algebra is not used, and a pool of its threads costs memory.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from api import logs
from api.config import ApiConfig

_config = ApiConfig.from_environment(os.environ)
_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()  # nosec B108 # mkdtemp makes a folder in it
# prometheus_client, which the application imports later, decides by this that there are several processes.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(
    prefix=f"text_recognizer_{os.getpid()}_", dir=_memory
)

wsgi_app = "api.app:create_app()"
bind = f"{_config.host}:{_config.port}"
workers = _config.workers
worker_class = "api.gunicorn_worker.GracefulThreadWorker"
# Those that are recognized or wait for it, and as many again and 16 that receive, are refused, or ask for
# something that needs no model.
threads = 2 * (_config.queue_size + 1) + 16
worker_connections = 1000
keepalive = 5
timeout = 30  # a worker whose main loop has hung that long is replaced
graceful_timeout = math.ceil(2 * _config.request_timeout)
max_requests = _config.max_requests
max_requests_jitter = _config.max_requests // 10
worker_tmp_dir = _memory  # a heartbeat on a disk can block, and the root may be read-only
control_socket_disable = True
logconfig_dict = logs.settings(_config.log_json)


def pre_fork(server: Any, worker: Any) -> None:
    """Give the worker the lowest free number: its replacement goes on counting in the same files.

    By process id the files of workers that are gone would pile up.
    """
    taken = {each.metrics_slot for each in server.WORKERS.values()}
    worker.metrics_slot = next(slot for slot in range(len(taken) + 1) if slot not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Let the metrics of this process have that number."""
    from prometheus_client import values

    values.ValueClass = values.MultiProcessValue(lambda: worker.metrics_slot)  # type: ignore[no-untyped-call]


def child_exit(server: Any, worker: Any) -> None:
    """Forget what only a living worker can say, such as its queue."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.metrics_slot)  # type: ignore[no-untyped-call]  # untyped


def on_exit(server: Any) -> None:
    """Remove the metrics' files."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
