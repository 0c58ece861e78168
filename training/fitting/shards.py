"""Which rows of a batch each process trains on, where several devices share every batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import keras
import numpy as np

from text_recognizer.arrays import Indices
from text_recognizer.errors import ConfigError


@dataclass(frozen=True)
class Shards:
    """How batches are divided.

    Every process makes every batch, which depends on (seed, epoch, index) alone, and keeps its own rows: so
    the losses are those of a single process.

    ```python
    from training.fitting.shards import Shards

    print([Shards(devices=4, processes=2, process=i).rows(9).tolist() for i in range(2)])
    ```

    Attributes:
        devices: Of all processes together, each with as many rows as any other.
        processes: Their number, each with as many devices as any other.
        process: Which of them this is, counted from 0.
    """

    devices: int = 1
    processes: int = 1
    process: int = 0

    @classmethod
    def current(cls) -> "Shards":
        """Return the shards of the distribution that Keras trains with; without one, of one device."""
        distribution = keras.distribution.distribution()
        if distribution is None:
            return cls()
        import jax

        return cls(int(distribution.num_model_replicas), jax.process_count(), jax.process_index())

    def check(self, batch_size: int) -> None:
        """Refuse batches that the devices cannot share.

        Raises:
            ConfigError: If some would get more rows than others.
        """
        if batch_size % self.devices:
            raise ConfigError(
                f"train_args.batch_size is {batch_size}, which {self.devices} devices cannot share equally. "
                f"Set it to a multiple of {self.devices}."
            )

    def rows(self, count: int) -> Indices:
        """Return the rows of this process (N,) in a batch of `count`.

        The last rows of a batch that cannot be divided are left out; one with fewer rows than devices is
        repeated.
        """
        shared = max(self.devices, count - count % self.devices)
        size = shared // self.processes
        rows: Indices = np.arange(self.process * size, (self.process + 1) * size, dtype=np.int64) % count
        return rows

    @property
    def writes(self) -> bool:
        """Whether this process writes the files of a run: one does."""
        return self.process == 0


def meet(name: str) -> None:
    """Wait until all processes have come to the point `name` of their training."""
    if Shards.current().processes > 1:
        from jax.experimental import multihost_utils

        multihost_utils.sync_global_devices(name)


def fresh_session() -> None:
    """Let Keras forget the networks of before, but not the distribution that it trains with."""
    distribution = keras.distribution.distribution()
    keras.utils.clear_session()
    if distribution is not None:
        keras.distribution.set_distribution(distribution)


@contextmanager
def undistributed() -> Iterator[None]:
    """Let Keras build and compute on one device of this process while a `with` block runs."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        yield
        return
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(distribution)
