import keras
import numpy as np

from text_recognizer.networks.fcn import fcn


def reach(dilations: tuple[int, ...]) -> int:
    """Return how many columns away from a changed pixel the logits still change."""
    keras.utils.set_random_seed(0)
    network = fcn((None, None, 1), (None, None, 3), num_filters=4, dilations=dilations)
    page = np.random.default_rng(0).random((1, 8, 256, 1), np.float32)
    changed = page.copy()
    changed[0, 4, 128] += 9
    logits = [np.asarray(network(x, training=False))[0] for x in (page, changed)]
    columns = np.flatnonzero((logits[0] != logits[1]).any(axis=(0, 2)))
    return int(np.abs(columns - 128).max())


def test_dilation_widens_the_view() -> None:
    near, far = reach((1,)), reach((1, 8))
    assert near < 40
    assert far > near + 40
