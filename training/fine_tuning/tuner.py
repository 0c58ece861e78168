"""Trains a network further on a few lines, again and again from the same start."""

import logging
import math
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from text_recognizer.arrays import Floats
from text_recognizer.datasets.dataset import Split, image_widths
from text_recognizer.datasets.lazy_sequence import Chained
from text_recognizer.models.base import Model
from training.fine_tuning.plan import FineTuneConfig, others_per_line
from training.fitting.batches import Batches
from training.fitting.loop import fit
from training.fitting.mixture import Mixture
from training.fitting.training_model import TrainingModel

logger = logging.getLogger(__name__)

_REPORT_SECONDS = 5.0  # from one line of progress to the next
_NOTHING = Split([], [], [])


class Tuner:
    """A network that learns different lines, each time from its first weights.

    Batch normalization keeps its statistics, which a few lines would spoil, and its scales.

    ```python
    import numpy as np

    from text_recognizer.datasets.dataset import Split
    from text_recognizer.models import LineModelCtc
    from text_recognizer.networks import line_conv_ctc
    from training.fine_tuning.plan import FineTuneConfig, others_per_line
    from training.fine_tuning.tuner import Tuner

    network = line_conv_ctc((32, None, 1), (None, 80), 2, (2, 2, 2, 2), 1, block_width=2, num_blocks=1)
    nothing = Split([], [], [])
    tuner = Tuner(LineModelCtc(network), FineTuneConfig(), nothing)
    print(len(tuner.start) == len(network.weights))
    ```

    Attributes:
        model: Whose network learns.
        start: Its first weights, (...,) each.
    """

    def __init__(self, model: Model, config: FineTuneConfig, replay: Split) -> None:
        """Compile the network for training.

        Args:
            model: With the weights to start from.
            config: How to learn.
            replay: Other lines, shown between the own ones; may be empty.
        """
        self.model, self._config, self._replay = model, config, replay
        self.start: list[Floats] = model.network.get_weights()
        self._learned = self.start
        _freeze(model.network)
        self._trained = TrainingModel(model.network, model.loss)
        self._optimizer = keras.optimizers.AdamW(
            config.learning_rate, weight_decay=config.weight_decay, global_clipnorm=config.clip_norm
        )
        self._optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self._trained.compile(self._optimizer, jit_compile=False)

    def learn(
        self,
        lines: Split,
        epochs: int,
        title: str,
        deadline: float = math.inf,
        report: Callable[[float], None] | None = None,
        doubtful: Split = _NOTHING,
    ) -> bool:
        """Train from the start; the network then has the result.

        Args:
            lines: To learn from.
            epochs: How often each is shown.
            title: What the log calls this training.
            deadline: Value of `time.monotonic()` at which it ends, done or not.
            report: Called after each step with the share of the steps that are done, 0-1.
            doubtful: More lines to learn from, of which no more are shown than of `lines`.

        Returns:
            Whether it came to its end; if Ctrl-C or the deadline ended it, the network has what it had
            learned by then.

        Raises:
            TrainingError: If a step fails or the loss is no number.
        """
        self.model.network.set_weights(self.start)
        for variable in self._optimizer.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))
        self._trained.stop_training = False  # a deadline may have ended the training before
        batches = self._batches(lines, epochs, doubtful)
        pace = _Pace(self._optimizer, self._config, len(batches) * epochs, title, deadline, report)
        try:
            fit(self._trained, batches, epochs=epochs, callbacks=[pace])
        except KeyboardInterrupt:
            logger.info("%s: ended by Ctrl-C; what was learned is kept", title)
            pace.done = False
        self._learned = self.model.network.get_weights()
        return pace.done

    def keep(self, share: float) -> None:
        """Give the network a share of the change that the last training has made, 0-1.

        A small part of the way back takes a small part of the gain and a large part of the forgetting
        (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, arXiv 2109.01903).
        """
        weights = zip(self.start, self._learned, strict=True)
        self.model.network.set_weights([old + share * (new - old) for old, new in weights])

    def _batches(self, lines: Split, epochs: int, doubtful: Split) -> Batches:
        config = self._config
        others, sure = others_per_line(len(lines), config.replay), min(1.0, len(doubtful) / len(lines))
        shown = [(lines, 1.0), (self._replay, others), (doubtful, sure)]
        parts, weights = zip(*[(part, weight) for part, weight in shown if len(part) and weight], strict=True)
        joined = Split(
            Chained([each.ids for each in parts]),
            Chained([each.images for each in parts]),
            Chained([each.targets for each in parts]),
            np.concatenate([image_widths(each) for each in parts]),
        )
        mixture = Mixture(
            [len(each) for each in parts], [(weight, weight) for weight in weights], epochs, seed=config.seed
        )
        size = even_batch_size(mixture.epoch_size, config.batch_size)
        return Batches(joined, self.model, mixture, batch_size=size, seed=config.seed, augment=True)


def even_batch_size(samples: int, most: int) -> int:
    """Return the size, up to `most`, that spreads at least 1 sample evenly over as few batches.

    Each step counts its lines together as one: a batch that is left with the widest line of an epoch would
    give it the weight of a whole batch, in every epoch.
    """
    return math.ceil(samples / math.ceil(samples / most))


def _freeze(network: keras.Model) -> None:
    """Let batch normalization stay as it is."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False


class _Pace(keras.callbacks.Callback):
    """The learning rate of each step, the log, and the end in time.

    The rate is a variable and no schedule: a schedule would be part of the graph, which serves all trainings.
    """

    def __init__(
        self,
        optimizer: keras.optimizers.Optimizer,
        config: FineTuneConfig,
        steps: int,
        title: str,
        deadline: float,
        report: Callable[[float], None] | None,
    ) -> None:
        super().__init__()
        self._optimizer, self._config, self._steps = optimizer, config, steps
        self._title, self._deadline, self._report = title, deadline, report
        self._step, self.done = 0, True

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        self._began = self._reported = time.monotonic()

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Set the rate: linear to its peak, then a cosine to 0."""
        warmup = min(self._config.warmup_steps, self._steps // 4)
        if self._step < warmup:
            share = (self._step + 1) / (warmup + 1)
        else:
            share = 0.5 * (1 + math.cos(math.pi * (self._step - warmup) / max(1, self._steps - warmup)))
        self._optimizer.learning_rate = self._config.learning_rate * share

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Report if it is time, and end if the time is over."""
        self._step += 1
        if self._report is not None:
            self._report(self._step / self._steps)
        now = time.monotonic()
        if now > self._deadline and self._step < self._steps:
            logger.info("%s: its time is over after %d of %d steps", self._title, self._step, self._steps)
            self.model.stop_training, self.done = True, False
        if now - self._reported >= _REPORT_SECONDS:
            self._reported = now
            left = (now - self._began) / self._step * (self._steps - self._step)
            logger.info(
                "%s: step %d of %d, %d:%02d left",
                self._title, self._step, self._steps, left // 60, left % 60,
            )  # fmt: skip
