"""Configuration of gunicorn: `gunicorn --config python:api.gunicorn_conf`.

Options on gunicorn's command line, such as `--bind`, override it.
"""

import math
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

# Before numpy is imported: its linear algebra is not used, and a pool of threads for it costs memory.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# A decoder that crashes must not take a worker, and the requests in it, with it.
os.environ.setdefault("TEXT_RECOGNIZER_API_DECODER_PROCESS", "1")

from api import logs
from api.clients import rate_limit
from api.config import ApiConfig
from api.serving.metrics_memory import reserve
from api.sharing import workers as sharing

_config = ApiConfig.from_environment(os.environ)
_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()  # nosec B108 # mkdtemp makes a folder in it
# prometheus_client, which the application imports later, takes this as the sign of several processes.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(
    prefix=f"text_recognizer_{os.getpid()}_", dir=_memory
)

sharing.current = _workers = sharing.Workers(_config.workers)
rate_limit.shared = rate_limit.RateTable()

reserve(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]), _config.workers)

wsgi_app = "api.app:create_app()"
bind = [f"{_config.host}:{port}" for port in (_config.port, _config.probe_port) if port]
workers = _config.workers
worker_class = "api.serving.gunicorn_worker.GracefulThreadWorker"
# One for each request that has a place in this worker, see `Admission`, and 8 for those that need none; no
# thread waits for a client.
threads = 2 * (_config.queue_size + 1) + 8
worker_connections = 1000  # gunicorn's default
keepalive = 5  # seconds until a connection brings its next request, and again until its headers are complete
forwarder_headers = ""  # the service is always at the root, so no client may name another one
timeout = 30  # seconds after which a worker whose main loop hangs is replaced
graceful_timeout = math.ceil(2 * _config.request_timeout)
max_requests = _config.max_requests
max_requests_jitter = _config.max_requests // 10  # so that the workers are not replaced all at once
worker_tmp_dir = _memory  # the heartbeat's file: a disk can block, and the root may be read-only
control_socket_disable = True  # nobody administers the service through it
logconfig_dict = logs.dict_config(_config.log_json)


def pre_fork(server: Any, worker: Any) -> None:
    """Give the worker the lowest free number, so that a successor continues the metrics files of a worker.

    If the files were named after process ids, those of workers that are gone would pile up.
    """
    taken = {each.metrics_slot for each in server.WORKERS.values()}
    worker.metrics_slot = next(slot for slot in range(len(taken) + 1) if slot not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Name the metrics files of this process after the worker's number."""
    from prometheus_client import values

    _workers.enter(worker.metrics_slot)
    values.ValueClass = values.MultiProcessValue(lambda: worker.metrics_slot)  # type: ignore[no-untyped-call]


def child_exit(server: Any, worker: Any) -> None:
    """Forget what holds for a living worker only, such as the length of its queue."""
    from prometheus_client import multiprocess

    _workers.leave(worker.metrics_slot)
    multiprocess.mark_process_dead(worker.metrics_slot)  # type: ignore[no-untyped-call]  # untyped


def on_exit(server: Any) -> None:
    """Remove the metrics files."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
