"""Batches on their way to Keras: prepared ahead in threads, of any shape."""

import itertools
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Batch
from training.fitting.batches import Batches
from training.fitting.shards import Shards

_BATCHES_AHEAD = 8  # enough that a batch of long lines, which takes longer, does not stop the training step


class Feed:
    """The batches from one epoch to another, as `keras.Model.fit` takes them.

    Keras would look at the first two batches of a `PyDataset` or a generator and take what their shapes have
    in common for a promise about all others. Here every axis that the network leaves open is declared open.

    ```python
    import numpy as np

    from text_recognizer.datasets.dataset import Split
    from text_recognizer.models.character_model import CharacterModel
    from text_recognizer.networks import NETWORKS
    from training.fitting.batches import Batches
    from training.fitting.feed import Feed
    from training.fitting.mixture import Mixture

    model = CharacterModel(NETWORKS["mlp"]((28, 28, 1), (62,)))
    split = Split(["a", "b", "c"], np.zeros((3, 28, 28), np.uint8), [10, 11, 12])
    batches = Batches(split, model, Mixture([3]), batch_size=2, seed=0, augment=False)
    for inputs, targets in Feed(batches, model.network, first=0, epochs=1, workers=1):
        print(inputs.shape, targets)
    ```

    Attributes:
        failure: What went wrong with a batch; TensorFlow hides the exception in one of its own.
    """

    def __init__(
        self, batches: Batches, network: keras.Model, first: int, epochs: int, workers: int, step: int = 0
    ) -> None:
        """Prepare nothing yet.

        Args:
            batches: What to prepare.
            network: What they are for.
            first: Epoch to begin with, counted from 0.
            epochs: Number of all epochs; the batches end with the last one.
            workers: Threads that prepare batches.
            step: Batches of that epoch to leave out.
        """
        self._batches, self._workers, self._shards = batches, workers, Shards.current()
        self._input_shape = (None, *network.input_shape[1:])
        numbers = itertools.product(range(first, epochs), range(len(batches)))
        self._numbers = list(itertools.islice(numbers, step, None))
        self.failure: Exception | None = None

    def for_keras(self) -> Any:
        """Return a `tf.data.Dataset` on TensorFlow, else an iterator, whose shapes may differ there."""
        if keras.backend.backend() != "tensorflow":
            return iter(self)
        import tensorflow as tf

        _, targets = self._batches.batch(*self._numbers[0])
        signature = (
            tf.TensorSpec(self._input_shape, np.float32),
            tf.TensorSpec([None] * targets.ndim, targets.dtype),
        )
        return tf.data.Dataset.from_generator(lambda: iter(self), output_signature=signature)

    def _rows(self, epoch: int, index: int) -> tuple[Batch, npt.NDArray[np.generic]]:
        """Return what this process trains on of a batch: inputs (N, H, W, 1) and targets (N, ...)."""
        inputs, targets = self._batches.batch(epoch, index)
        if self._shards.devices == 1:
            return inputs, targets
        rows = self._shards.rows(len(inputs))
        return inputs[rows], targets[rows]

    def __iter__(self) -> Iterator[tuple[Batch, npt.NDArray[np.generic]]]:
        """Yield the batches in order, inputs (N, H, W, 1) and targets (N, ...), preparing some ahead.

        Raises:
            TrainingError: If one cannot be made; kept as `failure`.
        """
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="batches")
        numbers = iter(self._numbers)
        try:
            ahead = deque(pool.submit(self._rows, *n) for n in itertools.islice(numbers, _BATCHES_AHEAD))
            while ahead:
                yield ahead.popleft().result()
                ahead.extend(pool.submit(self._rows, *n) for n in itertools.islice(numbers, 1))
        except Exception as error:
            self.failure = error
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
