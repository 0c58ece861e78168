"""What Keras trains: a network, unchanged, with what only its training needs around it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
from keras import ops

from text_recognizer.errors import ConfigError
from text_recognizer.networks.sequence import FEATURES
from training.fitting.cr_ctc import consistency_loss, two_views

_SHORTCUT_KERNEL_FRAMES = 3  # as in Retsinas et al.


class TrainingModel(keras.Model):
    """Trains a network with auxiliary losses and keeps a moving average of its weights.

    Its loss is (1 - w) x the network's loss + w x the cross-entropy with the mean of the teachers + s x the
    loss of the shortcut + c x the consistency loss of two masked views, for the weights w, s and c.

    - Teachers: Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network", 2015 (arXiv
      1503.02531). They see the same augmented image as the student: Beyer et al., "Knowledge distillation: a
      good teacher is patient and consistent", CVPR 2022 (arXiv 2106.05237). The cross-entropy is summed over
      the frames of a line, as the CTC loss is.
    - Shortcut: Retsinas et al., "Best practices for a handwritten text recognition system", DAS 2022 (arXiv
      2404.11339): a second CTC loss directly behind the convolutions, which then learn faster.
    - Two views: see `training/fitting/cr_ctc.py`; the network's loss is then the mean over both.
    - Average: Polyak & Juditsky 1992. In step n its momentum is min(momentum, (1 + n) / (10 + n)), so that
      the random weights of the beginning are soon forgotten.

    ```python
    import keras
    import numpy as np

    from training.fitting.training_model import TrainingModel

    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = TrainingModel(network, loss, ema=0.9)
    model.compile("sgd")
    print(model.compute_loss(np.ones((2, 4)), np.array([0, 2]), model(np.ones((2, 4)))))
    with model.averaged_weights():
        print(network(np.ones((1, 4))))
    ```

    Attributes:
        network: The network that was given; its weights are the result of the training.
        teachers: Its teachers.
    """

    def __init__(
        self,
        network: keras.Model,
        loss: Callable[[Any, Any], Any],
        teachers: Sequence[keras.Model] = (),
        distillation_weight: float = 0.5,
        shortcut_weight: float = 0.0,
        consistency_weight: float = 0.0,
        mask_share: float = 0.0,
        ema: float | None = None,
    ) -> None:
        """Add the auxiliary losses and the average to a network.

        Args:
            network: With logits (N, classes) or, for a shortcut or two views, (N, T, labels) and a layer
                `features` (N, T, F). Its float32 variables are averaged.
            loss: Of targets and the network's logits, one value or one for each sample.
            teachers: Trained networks with logits (N, classes) or (N, T, labels), as the network's.
            distillation_weight: Share of the teachers in the loss, 0-1; without teachers it has no effect.
            shortcut_weight: Weight of the shortcut; 0 for none.
            consistency_weight: Weight of the consistency loss; 0 for a single view, without masks.
            mask_share: Share of the frames that are masked in each of the two views.
            ema: Momentum of the average; None for no average.

        Raises:
            ConfigError: If a teacher's logits have another shape or more axes than (N, frames, labels); if
                the network has no layer `features` for the shortcut or the views; if there are teachers and
                two views.
        """
        # All variables are made here, and the loss is not given to `compile`: so Keras has nothing left to
        # build, for which it would take a batch from the feed on JAX and never train on it.
        super().__init__()
        self.network, self.teachers = network, list(teachers)
        self._network_loss = loss
        self._distillation_weight = distillation_weight if teachers else 0.0
        self._shortcut_weight, self._momentum = shortcut_weight, ema
        _check_teachers(teachers, network, consistency_weight)
        for teacher in teachers:
            teacher.trainable = False
        self._consistency_weight, self._mask_share = consistency_weight, mask_share
        self._seed = keras.random.SeedGenerator()
        self._shortcut: keras.layers.Layer | None = None
        if shortcut_weight or consistency_weight:
            self._to_features, self._to_logits = _parts(network)
        if shortcut_weight:
            self._shortcut = _shortcut(network)
        self._averaged = [v for v in network.variables if v.dtype == "float32"] if ema else []
        self._averages = [self._add(v.path.replace("/", "_"), v) for v in self._averaged]
        self._steps = [self._add("steps", ops.zeros(()))] if ema else []
        self.built = True

    @property
    def own_variables(self) -> list[keras.Variable]:
        """Variables that a checkpoint needs beside the network's: shortcut, seed of the masks, averages."""
        shortcut = [] if self._shortcut is None else self._shortcut.variables
        masks = [self._seed.state] if self._consistency_weight else []
        return [*shortcut, *masks, *self._averages, *self._steps]

    def _add(self, name: str, value: Any) -> keras.Variable:
        variable = self.add_weight(value.shape, "zeros", "float32", trainable=False, name=f"average_{name}")
        variable.assign(_copy(value))
        return variable

    def call(self, images: Any, training: bool | None = None) -> Any:
        """Return the logits of images (N, H, W, 1).

        Returns:
            (N, classes) or (N, T, C); of two views (2 N, T, C); with a shortcut [these, its (N, T, C)].
        """
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

    def _update_averages(self) -> None:
        """Add the weights that the step before has left to the averages."""
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
        """Return the loss of a batch.

        Args:
            x: Images (N, H, W, 1).
            y: Targets as the loss takes them, N in the first axis.
            y_pred: As `call` returns them.
            sample_weight: Not used: all samples count alike.
            training: Not used.
        """
        logits, shortcut = y_pred if self._shortcut_weight else (y_pred, None)
        targets = ops.concatenate([y, y]) if self._consistency_weight else y
        loss = ops.mean(self._network_loss(targets, logits))
        if self._consistency_weight:
            loss += self._consistency_weight * consistency_loss(logits)
        if self.teachers:
            learned = _teacher_cross_entropy(self.teachers, x, logits)
            loss = (1 - self._distillation_weight) * loss + self._distillation_weight * learned
        if self._shortcut_weight:
            loss += self._shortcut_weight * ops.mean(self._network_loss(y, shortcut))
        return loss

    @contextmanager
    def averaged_weights(self) -> Iterator[None]:
        """Give the network its averaged weights, if it has any, while a `with` block runs."""
        raw = [_copy(variable) for variable in self._averaged]
        for variable, average in zip(self._averaged, self._averages, strict=True):
            variable.assign(_copy(average))
        try:
            yield
        finally:
            for variable, value in zip(self._averaged, raw, strict=True):
                variable.assign(value)


def _copy(value: Any) -> Any:
    """Return a copy of a variable's value: on JAX a step may overwrite memory that is shared with it."""
    return ops.convert_to_numpy(value).copy()


def _check_teachers(teachers: Sequence[keras.Model], network: keras.Model, consistency_weight: float) -> None:
    """Refuse teachers whose logits do not fit, or any beside two views.

    Raises:
        ConfigError: It names what does not fit.
    """
    if consistency_weight and teachers:
        raise ConfigError(
            f"teachers and consistency_weight > 0 exclude each other; received {len(teachers)} teachers "
            f"and {consistency_weight}. Leave one of them out."
        )
    for teacher in teachers:
        _check_teacher(teacher, network)


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
            f"{network.name} has no layer {FEATURES!r}, which shortcut_weight and consistency_weight need. "
            "Leave them out, or take a network that reads lines by CTC."
        )
    features = network.get_layer(FEATURES).output
    return keras.Model(network.input, features), keras.Model(features, network.output)


def _shortcut(network: keras.Model) -> keras.layers.Layer:
    """Return a convolution from the features of `network` to its labels, built."""
    layer = keras.layers.Conv1D(
        network.output_shape[-1], _SHORTCUT_KERNEL_FRAMES, padding="same", dtype="float32", name="shortcut"
    )
    layer.build(network.get_layer(FEATURES).output.shape)
    return layer


def _teacher_cross_entropy(teachers: Sequence[keras.Model], images: Any, logits: Any) -> Any:
    """Return the cross-entropy of logits (N, classes) or (N, T, C) with the mean of the teachers.

    It is summed over the frames, and the mean over the samples.
    """
    probabilities = sum(ops.softmax(teacher(images, training=False)) for teacher in teachers)
    sums = ops.sum(probabilities * ops.log_softmax(logits), axis=tuple(range(1, len(logits.shape))))
    return -ops.mean(sums) / len(teachers)
