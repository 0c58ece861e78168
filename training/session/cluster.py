"""Several devices, of one machine or of several, that train one network: data parallelism of Keras on JAX.

Each process is told the address of the first one, how many there are and which it is; `--devices all` of a
single process needs none of that. Keras must not have been imported before `prepare`.
"""

import argparse
import importlib.util
import logging
import os
import sys
from dataclasses import dataclass

from text_recognizer.errors import ConfigError

BACKEND_VARIABLE = "KERAS_BACKEND"

_HEARTBEAT_TIMEOUT_S = 30  # a machine that is silent for longer is taken for dead, and all others end

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cluster:
    """The processes that train one network.

    ```python
    from training.session.cluster import Cluster

    print(Cluster().distributed, Cluster(all_devices=True).distributed)
    print(Cluster("10.0.0.1:1234", num_processes=2, process_id=1).main)
    ```

    Attributes:
        coordinator: HOST:PORT on the machine of process 0; None for a single process.
        num_processes: Their number.
        process_id: Which of them this is, counted from 0.
        all_devices: Whether a single process trains on all devices that it sees.
    """

    coordinator: str | None = None
    num_processes: int = 1
    process_id: int = 0
    all_devices: bool = False

    @classmethod
    def of_options(cls, options: argparse.Namespace) -> "Cluster":
        """Return what the options of `add_cluster_arguments` say.

        Raises:
            ConfigError: If they do not fit each other.
        """
        several = (options.coordinator, options.num_processes, options.process_id)
        if None in several and several != (None, None, None):
            raise ConfigError("--coordinator, --num-processes and --process-id: expected all three or none.")
        if options.coordinator is None:
            return cls(all_devices=options.devices is not None)
        if not 0 <= options.process_id < options.num_processes:
            raise ConfigError(
                f"Expected --process-id from 0 to {options.num_processes - 1}; received {options.process_id}."
            )
        if options.run_dir is None:
            raise ConfigError("Several processes need one --run-dir, a folder that all of them see.")
        return cls(options.coordinator, options.num_processes, options.process_id, True)

    @property
    def distributed(self) -> bool:
        """Whether anything is to be shared."""
        return self.all_devices

    @property
    def several(self) -> bool:
        """Whether there are other processes."""
        return self.num_processes > 1

    @property
    def main(self) -> bool:
        """Whether this process writes the files of the run."""
        return self.process_id == 0


def add_cluster_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --devices, --coordinator, --num-processes and --process-id."""
    parser.add_argument(
        "--devices",
        choices=("all",),
        help="share every batch among all devices that JAX sees; needs the extra jax",
    )
    parser.add_argument(
        "--coordinator",
        metavar="HOST:PORT",
        help="share every batch among several processes: a free port on the machine of process 0; the same "
        "command runs on each, with its own --process-id and one --run-dir that all of them see",
    )
    parser.add_argument("--num-processes", type=int, metavar="N", help="number of all processes")
    parser.add_argument("--process-id", type=int, metavar="I", help="which of them this is, from 0 to N - 1")


def prepare(cluster: Cluster) -> None:
    """Choose the backend, connect the processes and let Keras share every batch among all devices.

    Raises:
        ConfigError: If JAX is not installed, another backend is chosen, or the processes do not meet.
    """
    if importlib.util.find_spec("jax") is None:
        raise ConfigError(
            "Several devices need JAX: pip install -e '.[train,jax]', on GPUs also 'jax[cuda12]'."
        )
    chosen = os.environ.setdefault(BACKEND_VARIABLE, "jax")
    if chosen != "jax" or ("keras" in sys.modules and sys.modules["keras"].backend.backend() != "jax"):
        raise ConfigError(f"Several devices need the backend jax of Keras; {BACKEND_VARIABLE} is {chosen!r}.")
    import jax

    if cluster.several:
        try:
            jax.distributed.initialize(
                cluster.coordinator, cluster.num_processes, cluster.process_id,
                heartbeat_timeout_seconds=_HEARTBEAT_TIMEOUT_S,
            )  # fmt: skip
        except Exception as error:  # whatever the runtime raises
            raise ConfigError(
                f"The {cluster.num_processes} processes do not meet at {cluster.coordinator}: {error}. Check "
                "that all were started, and that the port is free and not blocked."
            ) from error
    import keras

    devices = keras.distribution.list_devices()
    logger.info(
        "Process %d of %d; all together train on %d devices: %s",
        cluster.process_id, cluster.num_processes, len(devices), ", ".join(map(str, devices)),
    )  # fmt: skip
    keras.distribution.set_distribution(
        keras.distribution.DataParallel(devices=devices, auto_shard_dataset=False)
    )


def finish(cluster: Cluster) -> None:
    """Wait for the other processes to end their training, too, and leave them."""
    if not cluster.several:
        return
    import jax
    from jax.experimental import multihost_utils

    multihost_utils.sync_global_devices("trained")
    jax.distributed.shutdown()


def leave(status: int) -> None:
    """End this process at once, without what Python does at its end.

    JAX would wait for the other processes, of which one may be dead, and TensorFlow takes longer to give
    its memory back than schedulers wait after SIGTERM on a busy machine.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
