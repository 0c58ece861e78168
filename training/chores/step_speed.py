"""Measure what this machine can train: `python -m training.chores.step_speed EXPERIMENT...`.

Prints how many samples a second go forward and backward through the network of each experiment. Drawing and
varying samples, teachers and auxiliary losses come on top.
"""

import argparse
import sys
import time
from collections.abc import Sequence

import keras
import numpy as np

from text_recognizer.errors import ConfigError
from text_recognizer.tooling.command import command_parser, run_command
from training.build import SampleFormat, build_datasets, build_model
from training.config import ExperimentConfig

LINE_WIDTH = 832  # of a free width: the mean of IAM's lines at height 64
_WARM_UP = 2  # steps in which TensorFlow traces and prepares its kernels


def samples_a_second(network: keras.Model, batch_size: int, steps: int) -> float:
    """Return the samples that a network learns from in a second, as the fastest of some steps has it.

    Args:
        network: Of (N, H, W, 1); a free width is taken as `LINE_WIDTH`.
        batch_size: Samples of a step.
        steps: Steps to measure.

    Raises:
        ConfigError: If the network takes pages of any height, or no step is to be measured.

    ```python
    from text_recognizer.networks import NETWORKS
    from training.chores.step_speed import samples_a_second

    print(samples_a_second(NETWORKS["mlp"]((28, 28, 1), (62,)), batch_size=8, steps=3) > 0)  # True
    ```
    """
    _, height, width, _ = network.input_shape
    if height is None or steps < 1:
        raise ConfigError(
            f"Expected a network with a height and at least 1 step; received height {height}, {steps} steps."
        )
    rng = np.random.default_rng(0)
    images = rng.random((batch_size, height, width or LINE_WIDTH, 1), np.float32)
    network.compile("sgd", "mse", jit_compile=False)  # as trainings do: XLA compiles each width anew
    targets = np.zeros_like(network.predict_on_batch(images))
    seconds = []
    for _ in range(_WARM_UP + steps):
        start = time.perf_counter()
        network.train_on_batch(images, targets)
        seconds.append(time.perf_counter() - start)
    return batch_size / min(seconds[_WARM_UP:])


def _work(options: argparse.Namespace) -> None:
    for experiment in options.experiment:
        config = ExperimentConfig.from_text(experiment)
        network = build_model(config, SampleFormat.of(build_datasets(config)[0])).network
        speed = samples_a_second(network, options.batch_size or config.train_args.batch_size, options.steps)
        sys.stdout.write(f"{config.network}, {network.count_params():,} parameters: {speed:.1f} samples/s\n")
        sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("experiment", nargs="+", help="a JSON object, or a file that holds one; no pages")
    parser.add_argument("--batch-size", type=int, help="samples of a step; default: as the experiment has it")
    parser.add_argument("--steps", type=int, default=5, help="steps to measure; default: %(default)s")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
