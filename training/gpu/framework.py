"""Whether the framework that Keras runs on sees the GPU that is held."""

import importlib
from collections.abc import Callable

from text_recognizer.errors import ConfigError

_INSTALL = {
    "tensorflow": "pip install -e '.[gpu]' in an environment without tensorflow-cpu, on Linux x86-64",
    "jax": "pip install 'jax[cuda12]'",
}


def count_gpus(backend: str) -> int:
    """Return how many GPUs the framework `tensorflow` or `jax` sees; the choice by CUDA is made by then."""
    framework = importlib.import_module(backend)
    if backend == "tensorflow":
        return len(framework.config.list_physical_devices("GPU"))
    return sum(device.platform == "gpu" for device in framework.devices())


def check_gpu_is_seen(index: int, backend: str, count: Callable[[str], int] = count_gpus) -> None:
    """Refuse to train on the CPU while a GPU is held.

    Args:
        index: Of the GPU, as nvidia-smi counts.
        backend: Framework that Keras runs on.
        count: Returns how many GPUs a framework sees.

    Raises:
        ConfigError: If it sees none.
    """
    if count(backend) == 0:
        raise ConfigError(
            f"GPU {index} is held for this run, but {backend} sees no GPU and would train on the CPU. "
            f"Install its build for GPUs ({_INSTALL.get(backend, 'see its documentation')}), or leave "
            "--gpu out to train on the CPU."
        )
