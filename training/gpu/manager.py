"""Several experiments share the GPUs of one machine: each holds its own from its start to its end.

A GPU is held by a lock (flock) on a file of its UUID. The lock is the process's: however that ends, also by
kill -9, the kernel releases it. No server, nothing to clean up; the empty files stay.
"""

import fcntl
import logging
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from text_recognizer.errors import ConfigError
from text_recognizer.files import lock_file
from training.gpu.nvidia_smi import NVIDIA_SMI, Gpu, visible_gpus

POLL_SECONDS = 5.0
BUSY_MEMORY = 0.5  # a GPU with more of its memory in use works for a program that takes no lock

logger = logging.getLogger(__name__)


class GPUManager:
    """Holds at most one GPU; as a context manager it releases it at the end.

    ```python
    from training.gpu.manager import GPUManager

    with GPUManager(command=["no-nvidia-smi-here"]) as manager:
        print(manager.get_free_gpu())  # None: there is no GPU
    ```
    """

    def __init__(self, command: Sequence[str] = NVIDIA_SMI, lock_dir: Path | None = None) -> None:
        """Hold none yet.

        Args:
            command: How to call nvidia-smi.
            lock_dir: Folder of the lock files, the same for all experiments; by default one of the user.
        """
        self._command, self._lock_dir = command, lock_dir
        self._lock: int | None = None

    def get_free_gpu(self) -> int | None:
        """Wait until a GPU is neither held nor busy, hold it and return its index.

        Returns:
            The index that nvidia-smi gives it; None if this process can see no GPU at all.

        Raises:
            ConfigError: If nvidia-smi or the folder of the locks cannot be used.
        """
        if not visible_gpus(self._command):
            return None
        return self._wait_for("a free GPU", lambda gpu: gpu.memory_fraction <= BUSY_MEMORY)

    def get_gpu(self, index: int) -> int:
        """Wait until no experiment holds this GPU, hold it and return its index.

        Raises:
            ConfigError: If there is no such GPU, or as in `get_free_gpu`.
        """
        known = [gpu.index for gpu in visible_gpus(self._command)]
        if index not in known:
            raise ConfigError(
                f"Expected a GPU among {known}; received {index}. Leave --gpu out to train without a choice."
            )
        return self._wait_for(f"GPU {index}", lambda gpu: gpu.index == index)

    def release(self) -> None:
        """Release the GPU that is held, if there is one."""
        if self._lock is not None:
            fcntl.flock(self._lock, fcntl.LOCK_UN)  # a forked child may have the file open too
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> "GPUManager":
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the GPU."""
        self.release()

    def _wait_for(self, what: str, fits: Callable[[Gpu], bool]) -> int:
        self.release()
        folder = self._lock_dir or user_lock_dir()
        said = False
        while True:
            for gpu in filter(fits, visible_gpus(self._command)):
                self._lock = lock_file(folder / f"{gpu.uuid}.lock")
                if self._lock is not None:
                    logger.info("Holding GPU %d (%s)", gpu.index, gpu.uuid)
                    return gpu.index
            if not said:
                logger.info("Waiting for %s", what)
                said = True
            time.sleep(POLL_SECONDS)


def show_only(index: int) -> None:
    """Make this the only GPU that CUDA sees; call it before Keras is imported."""
    os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"  # CUDA's own order is another than nvidia-smi's
    os.environ["CUDA_VISIBLE_DEVICES"] = str(index)


def user_lock_dir() -> Path:
    """Return the folder of this user's locks, made if need be.

    It is in the temporary folder and not in XDG_RUNTIME_DIR: that one differs between a login and a cron
    job, whose experiments would then not see each other.

    Raises:
        ConfigError: If it belongs to somebody else.
    """
    own = Path(tempfile.gettempdir()) / f"text_recognizer-{os.getuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    if own.lstat().st_uid != os.getuid():
        raise ConfigError(f"Expected {own} to be yours; user {own.lstat().st_uid} owns it. Set TMPDIR.")
    folder = own / "gpus"
    folder.mkdir(exist_ok=True)
    return folder
