"""Logs at the end of a training how busy the GPU was, if there is one."""

import logging
import math
import statistics
import threading
from collections.abc import Sequence
from typing import Any

import keras

from text_recognizer.errors import ConfigError
from training.gpu.nvidia_smi import NVIDIA_SMI, visible_gpus

logger = logging.getLogger(__name__)


class GPUUtilizationSampler(keras.callbacks.Callback):
    """Samples the utilization of the visible GPUs in a thread beside the training.

    ```python
    from training.gpu.sampler import GPUUtilizationSampler

    sampler = GPUUtilizationSampler(command=["no-nvidia-smi-here"])
    sampler.on_train_begin()
    sampler.on_train_end()
    print(sampler.samples)  # []: there is no GPU
    ```

    Attributes:
        samples: Percent, mean of the visible GPUs, one per sample.
    """

    def __init__(self, interval: float = 10.0, command: Sequence[str] = NVIDIA_SMI) -> None:
        """Sample every `interval` seconds with `command`, which is how to call nvidia-smi."""
        super().__init__()
        self._interval, self._command = interval, command
        self.samples: list[float] = []

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the thread."""
        self.samples = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Stop the thread and log mean and standard deviation."""
        self._stop.set()
        self._thread.join()
        if self.samples:
            mean, spread = statistics.fmean(self.samples), statistics.pstdev(self.samples)
            logger.info("GPU utilisation %.0f %% +- %.0f %% (%d samples)", mean, spread, len(self.samples))

    def _sample(self) -> None:
        while True:
            try:
                values = [gpu.utilization for gpu in visible_gpus(self._command)]
            except ConfigError:
                return  # nvidia-smi without a driver: no GPU either
            values = [value for value in values if not math.isnan(value)]
            if not values:
                return
            self.samples.append(statistics.fmean(values))
            if self._stop.wait(self._interval):
                return
