"""What Keras trains: a network, unchanged, with what only its training needs around it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
from keras import ops

from text_recognizer.errors import ConfigError
from text_recognizer.networks.sequence import FEATURES
from training.fitting.cr_ctc import disagreement, two_views

# Frames that the auxiliary convolution sees, as in Retsinas et al.
_SHORTCUT_KERNEL = 3


class TrainedNetwork(keras.Model):
    """Trains a network with auxiliary losses and keeps a moving average of its weights.

    Its loss is (1 - w) x the network's loss + w x cross-entropy with the mean of the teachers + s x the loss
    of the shortcut + c x the disagreement of two masked views, for the weights w, s and c.

    - Teachers: Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network", 2015 (arXiv
      1503.02531); they see the same augmented image: Beyer et al., "Knowledge distillation: a good teacher is
      patient and consistent", CVPR 2022 (arXiv 2106.05237). The cross-entropy is summed over the steps of a
      line, as the CTC loss is.
    - Shortcut: Retsinas et al., "Best practices for a handwritten text recognition system", DAS 2022 (arXiv
      2404.11339): a second CTC loss right behind the convolutions, which learn faster than what follows.
    - Two views: see `training/fitting/cr_ctc.py`; the network's loss is then the mean over both.
    - Average: Polyak & Juditsky 1992; with the warm-up min(momentum, (1 + n) / (10 + n)) in step n, so that
      it covers the last tenth of the first steps and the weights from before are soon forgotten.

    Attributes:
        network: The network that was given: nothing has to be taken out of this one afterwards.
        teachers: Its teachers.
    """

    def __init__(
        self,
        network: keras.Model,
        teachers: Sequence[keras.Model] = (),
        distillation_weight: float = 0.5,
        shortcut_weight: float = 0.0,
        consistency_weight: float = 0.0,
        mask_share: float = 0.0,
        ema: float | None = None,
    ) -> None:
        """Take the network and what its training adds.

        Args:
            network: With logits (N, classes) or, for a shortcut or two views, (N, T, labels) and a layer
                `features` (N, T, F). Its float weights are averaged.
            teachers: Trained networks with logits (N, classes) or (N, steps, classes) as the network's.
            distillation_weight: Share of the teachers, in [0, 1]; without teachers it means nothing.
            shortcut_weight: Weight of the shortcut; 0 for none.
            consistency_weight: Weight of the disagreement of two views; 0 for a single view, not masked.
            mask_share: Share of the frames that are masked in each of the two views.
            ema: Momentum of the average; None for no average.

        Raises:
            ConfigError: If a teacher's logits have another shape or are no classes of characters or steps;
                if there is no layer for the shortcut or the views; if there are teachers and two views.
        """
        super().__init__()
        self.network, self.teachers = network, list(teachers)
        self._distillation_weight = distillation_weight if teachers else 0.0
        self._shortcut_weight, self._momentum = shortcut_weight, ema
        for teacher in teachers:
            _check_teacher(teacher, network)
            teacher.trainable = False
        self._consistency_weight, self._mask_share = consistency_weight, mask_share
        self._seed = keras.random.SeedGenerator()
        self._shortcut: keras.layers.Layer | None = None
        if shortcut_weight or consistency_weight:
            self._to_features, self._to_logits = _parts(network)
        if shortcut_weight:
            self._shortcut = _shortcut(network)
        if consistency_weight and teachers:
            raise ConfigError(
                f"Expected teachers or consistency_weight > 0; received {len(teachers)} teachers and "
                f"{consistency_weight}. Set one of them to none."
            )
        self._averaged = [v for v in network.variables if v.dtype == "float32"] if ema else []
        self._averages = [self._add(v.path.replace("/", "_"), v) for v in self._averaged]
        self._steps = [self._add("steps", ops.zeros(()))] if ema else []

    @property
    def own_variables(self) -> list[keras.Variable]:
        """What has to be saved beside the network to go on training: shortcut, masks and averages."""
        shortcut = [] if self._shortcut is None else self._shortcut.variables
        masks = [self._seed.state] if self._consistency_weight else []
        return [*shortcut, *masks, *self._averages, *self._steps]

    def _add(self, name: str, value: Any) -> keras.Variable:
        variable = self.add_weight(value.shape, "zeros", "float32", trainable=False, name=f"average_{name}")
        variable.assign(_copy(value))
        return variable

    def call(self, images: Any, training: bool | None = None) -> Any:
        """Return the network's logits, of two views (2 N, T, C); with a shortcut [logits, its logits]."""
        if training and self._averages:
            self._update_averages()
        if not (self._shortcut or self._consistency_weight):
            return self.network(images, training=training)
        features = self._to_features(images, training=training)
        views = features
        if self._consistency_weight:
            views = two_views(features, self._mask_share if training else 0.0, self._seed)
        logits = self._to_logits(views, training=training)
        return logits if self._shortcut is None else [logits, self._shortcut(features)]

    def build_on(self, images: Any, targets: Any) -> None:
        """Build everything that depends on shapes, on one sample of a batch.

        Otherwise, on JAX, `fit` takes a batch out of the queue to do so, and the batches that were queued
        behind it come again in the first epoch, in place of others.
        """
        self.compute_loss(images[:1], targets[:1], self(images[:1], training=False))

    def _update_averages(self) -> None:
        """Take in the weights as the step before left them."""
        (steps,) = self._steps
        momentum = ops.minimum(self._momentum, (1 + steps.value) / (10 + steps.value))
        for average, variable in zip(self._averages, self._averaged, strict=True):
            value = ops.stop_gradient(variable.value)
            average.assign(momentum * average.value + (1 - momentum) * value)
        steps.assign(steps.value + 1)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the loss of a batch."""
        logits, shortcut = y_pred if self._shortcut_weight else (y_pred, None)
        targets = ops.concatenate([y, y]) if self._consistency_weight else y
        loss = super().compute_loss(x, targets, logits, sample_weight, training)
        if self._consistency_weight:
            loss += self._consistency_weight * disagreement(logits)
        if self.teachers:
            agreement = _agreement(self.teachers, x, logits)
            loss = (1 - self._distillation_weight) * loss - self._distillation_weight * agreement
        if self._shortcut_weight:
            loss += self._shortcut_weight * ops.mean(self.loss(y, shortcut))
        return loss

    @contextmanager
    def averaged_weights(self) -> Iterator[None]:
        """Give the network its averaged weights for the time of a `with` block."""
        raw = [_copy(variable) for variable in self._averaged]
        for variable, average in zip(self._averaged, self._averages, strict=True):
            variable.assign(_copy(average))
        try:
            yield
        finally:
            for variable, value in zip(self._averaged, raw, strict=True):
                variable.assign(value)


def _copy(value: Any) -> Any:
    """Return an array of its own: JAX gives the memory of a step's variables away, and whoever shares it."""
    return ops.convert_to_numpy(value).copy()


def _check_teacher(teacher: keras.Model, network: keras.Model) -> None:
    if teacher.output_shape != network.output_shape or len(network.output_shape) > 3:
        raise ConfigError(
            f"Expected teachers with logits (N, classes) or (N, steps, classes) like the student's "
            f"{network.output_shape}; received {teacher.output_shape}."
        )


def _parts(network: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Return models images -> features and features -> logits, whose layers are those of `network`."""
    if FEATURES not in [layer.name for layer in network.layers]:
        raise ConfigError(
            f"Expected a network with a layer {FEATURES!r} for shortcut_weight or consistency_weight > 0; "
            f"received {network.name}, which has none. Leave them out, or take a network of lines by CTC."
        )
    features = network.get_layer(FEATURES).output
    return keras.Model(network.input, features), keras.Model(features, network.output)


def _shortcut(network: keras.Model) -> keras.layers.Layer:
    """Return a convolution from the features of `network` to its labels, built."""
    layer = keras.layers.Conv1D(
        network.output_shape[-1], _SHORTCUT_KERNEL, padding="same", dtype="float32", name="shortcut"
    )
    layer.build(network.get_layer(FEATURES).output.shape)
    return layer


def _agreement(teachers: Sequence[keras.Model], images: Any, logits: Any) -> Any:
    """Return the sum of teachers' probabilities x log probabilities, mean over teachers and samples."""
    probabilities = sum(ops.softmax(teacher(images, training=False)) for teacher in teachers)
    sums = ops.sum(probabilities * ops.log_softmax(logits), axis=tuple(range(1, len(logits.shape))))
    return ops.mean(sums) / len(teachers)
