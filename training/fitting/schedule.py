"""Optimizer of a run, and its learning rate over the steps."""

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import keras
from keras import ops

from training.config import TrainConfig


class WarmupCosine(keras.optimizers.schedules.LearningRateSchedule):
    """A linear rise, then cosine decay to 0, in one cycle or in several that each start lower.

    Warm restarts: Loshchilov & Hutter, "SGDR", ICLR 2017 (arXiv 1608.03983), equation 5.

    ```python
    from training.fitting.schedule import WarmupCosine

    schedule = WarmupCosine(peak=1e-3, warmup_steps=10, cycle_steps=[100, 50], restart_factor=0.4)
    print([float(schedule(step)) for step in (0, 10, 60, 100, 150)])
    ```
    """

    def __init__(
        self, peak: float, warmup_steps: int, cycle_steps: Sequence[int], restart_factor: float = 1.0
    ) -> None:
        """Set the shape of the curve.

        Args:
            peak: Rate at the top of the first cycle.
            warmup_steps: Steps of the rise, part of the first cycle; fewer than that cycle has.
            cycle_steps: Steps of each cycle.
            restart_factor: Top of a cycle relative to the top of the one before.
        """
        self._peak, self._restart_factor = peak, restart_factor
        self._warmup_steps, self._cycle_steps = warmup_steps, list(cycle_steps)

    def __call__(self, step: Any) -> Any:
        """Return the rate at `step`, counted from 0."""
        step = ops.cast(step, "float32")
        rate = self._peak * step / max(1, self._warmup_steps)
        starts = [self._warmup_steps, *accumulate(self._cycle_steps)]
        for cycle, (start, end) in enumerate(zip(starts[:-1], starts[1:], strict=True)):
            progress = ops.clip((step - start) / (end - start), 0.0, 1.0)
            top = self._peak * self._restart_factor**cycle
            rate = ops.where(step >= start, 0.5 * top * (1 + ops.cos(math.pi * progress)), rate)
        return rate

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {
            "peak": self._peak,
            "warmup_steps": self._warmup_steps,
            "cycle_steps": self._cycle_steps,
            "restart_factor": self._restart_factor,
        }


def make_optimizer(config: TrainConfig, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """Return the optimizer that a configuration names; biases and norms are not decayed."""
    rate: Any = config.learning_rate
    if config.schedule == "cosine":
        cycles = [steps_per_epoch * epochs for epochs in config.cycle_epochs or (config.epochs,)]
        warmup = min(config.warmup_steps, cycles[0] - 1)
        rate = WarmupCosine(config.learning_rate, warmup, cycles, config.restart_factor)
    if config.optimizer == "adamw":
        optimizer = keras.optimizers.AdamW(
            rate, weight_decay=config.weight_decay, global_clipnorm=config.clip_norm
        )
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        return optimizer
    cls = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}[config.optimizer]
    return cls(rate, global_clipnorm=config.clip_norm)
